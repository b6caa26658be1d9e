import type { SourceContainer, SourceDeployment, SourceService } from "../input/schemas.ts";
import { sidecar } from "../landscape/notJava.ts";

const java =
  /\b(java|jdk|jre|jvm|jar|spring|springboot|quarkus|micronaut|tomcat|jetty|wildfly|liberty|payara|temurin|corretto|openjdk)\b|\.jar\b|\/actuator/i;
/**
 * Which of a pod's containers is the Java service: the one that speaks most of Java in its image, command, environment
 * or probes; then the one that carries the service's own name; then the one that the Service reaches; then the first.
 */
export function chooseContainer(
  deployment: SourceDeployment,
  service: SourceService | undefined,
  name: string,
): number {
  const scores = deployment.spec.template.spec.containers.map(
    (container) =>
      8 * javaScore(container) +
      (container.name === name || container.name === deployment.metadata.name ? 4 : 0) +
      (isTargeted(container, service) ? 2 : 0),
  );
  return scores.indexOf(Math.max(...scores));
}

function javaScore(container: SourceContainer): number {
  const words = [container.image, ...(container.command ?? []), ...(container.args ?? [])].join(" ");
  const probes = JSON.stringify([container.livenessProbe, container.readinessProbe, container.startupProbe]);
  const variables = (container.env ?? []).some(({ name }) =>
    /^(JAVA_|JDK_|JVM_|SPRING_|QUARKUS_|CATALINA_)/.test(name),
  );
  const marks = [java.test(words), java.test(probes), variables].filter(Boolean).length;
  return sidecar.test(`${container.name} ${container.image}`) ? marks - 1 : marks;
}

function isTargeted(container: SourceContainer, service: SourceService | undefined): boolean {
  const targets = (service?.spec.ports ?? []).map(({ port, targetPort }) => targetPort ?? port);
  return (container.ports ?? []).some(
    ({ name, containerPort }) => targets.includes(containerPort) || (name !== undefined && targets.includes(name)),
  );
}
