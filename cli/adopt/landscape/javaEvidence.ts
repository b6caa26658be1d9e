import { entriesAt, listAt } from "../../../components/kubernetes/index.ts";
import { at, type PlainObject } from "../../../recorder/registeredResource.ts";
import { splitImage } from "../reading/image.ts";
import { otherLanguage, otherPath, otherPort, otherProgram, otherVariable, product, sidecar } from "./notJava.ts";

/**
 * Whether a Deployment runs a Java service. `perhaps` where nothing speaks for it or against it: an image says nothing of
 * what is in it. That is taken for Java, since a service that is passed over is not missed until it is needed.
 */
export interface JavaEvidence {
  readonly verdict: "yes" | "perhaps" | "no";
  /** The strongest sign, in a few words: `image eclipse-temurin`. */
  readonly why: string;
}

/** A sign in a container, or undefined where it has none of its kind. */
type Sign = string | undefined;

const javaImage =
  /^(java|jdk|jre|jvm|openjdk|temurin|corretto|zulu|liberica|semeru|graalvm|spring|springboot|quarkus|micronaut|helidon|dropwizard|tomcat|tomee|jetty|wildfly|jboss|payara|glassfish|liberty|openliberty|websphere|weblogic|kotlin|scala)\d*$/;
const javaVariable =
  /^(JAVA|JDK|JRE|JVM|SPRING|QUARKUS|MICRONAUT|MP|MANAGEMENT|CATALINA|TOMCAT|JETTY|JBOSS|WILDFLY|PAYARA|WLP|EUREKA|HIBERNATE|LOGBACK|LOG4J)_|^_JAVA_OPTIONS$|^(spring|quarkus|micronaut|management)\.|^JAVA$/;
const javaWord =
  /(^|[/\s])java(\s|$)|\.jar\b|\.war\b|(^|\s)-(Xm[sx]\d|XX:|javaagent:|Dspring\.|Dquarkus\.)|--(spring|management|server\.port)[.=]|\$\{?JAVA_(TOOL_)?OPT|org\.springframework|JarLauncher/;
const javaProbe = /^\/(.*\/)?actuator(\/|$)|^\/q\/health|^\/health\/(ready|live|started)$/;
const javaFile =
  /(^|\/)((application|bootstrap)(-[\w-]+)?\.(ya?ml|properties)|logback[\w-]*\.xml|log4j2?[\w-]*\.(xml|properties|ya?ml)|[\w-]+\.jks|microprofile-config\.properties)$/;

/**
 * Looks at all containers: one that is Java makes the Deployment Java. A well-known product is none, whatever its
 * variables say: Kafka and Jenkins are written in Java, and are nobody's own service.
 * @param keys of the ConfigMaps and Secrets that its pods refer to: names of files and of variables
 */
export function javaEvidence(deployment: PlainObject, keys: readonly string[]): JavaEvidence {
  const template = at(deployment, "spec", "template");
  const containers = listAt(template, "spec", "containers");
  const marked = metadataSign([...entriesAt(deployment, "metadata", "annotations"), ...metadataOf(template)]);
  if (marked !== undefined) return marked;
  const found = containers.map((container) => containerEvidence(container));
  const java = found.find(({ verdict }) => verdict === "yes");
  if (java !== undefined) return java;
  const against = found.find(({ verdict }, index) => verdict === "no" && !isSidecar(containers[index]));
  if (against !== undefined) return against;
  const file = keys.find((key) => javaFile.test(key));
  if (file !== undefined) return { verdict: "yes", why: `file ${file}` };
  const variable = keys.find((key) => javaVariable.test(key));
  if (variable !== undefined) return { verdict: "yes", why: `variable ${variable}` };
  return found.find(({ verdict }) => verdict === "perhaps") ?? found[0] ?? { verdict: "perhaps", why: "no container" };
}

function metadataOf(template: unknown): readonly [string, unknown][] {
  return ["labels", "annotations"].flatMap((field) => [...entriesAt(template, "metadata", field)]);
}

/** What whoever wrote the manifests, or made them, says of the language. */
function metadataSign(metadata: readonly (readonly [string, unknown])[]): JavaEvidence | undefined {
  for (const [key, value] of metadata) {
    const why = `${key}: ${String(value)}`;
    if (/^(gemelos\.dev|app\.quarkus\.io|jkube\.eclipse\.org|jkube\.io|fabric8\.io)\//.test(key))
      return { verdict: "yes", why: key };
    if (/^(app\.openshift\.io\/runtime|.*\/(language|runtime))$/.test(key) && typeof value === "string") {
      return { verdict: javaImage.test(value.split(/[^a-z0-9]+/)[0] ?? "") ? "yes" : "no", why };
    }
    const injected = /^instrumentation\.opentelemetry\.io\/inject-(\w+)$/.exec(key)?.[1];
    if (injected === "java") return { verdict: "yes", why: key };
    if (injected !== undefined && injected !== "sdk") return { verdict: "no", why: key };
    if (/\/component$/.test(key) && /^(database|db|cache|queue|broker|frontend|proxy)$/.test(String(value)))
      return { verdict: "no", why };
  }
  return undefined;
}

function containerEvidence(container: unknown): JavaEvidence {
  const image = splitImage(String(at(container, "image") ?? ""));
  const words = ["command", "args"].flatMap((field) => listAt(container, field)).map(String);
  const variables = listAt(container, "env").map((variable) => String(at(variable, "name")));
  const ports = listAt(container, "ports").map((port) => at(port, "containerPort"));
  const paths = listAt(container, "volumeMounts").flatMap((mount) => [at(mount, "mountPath"), at(mount, "subPath")]);
  const mounted = paths.filter((path) => typeof path === "string");
  const parts = image.repository.split("/");
  const isProduct = product(parts);
  if (isProduct !== undefined) return { verdict: "no", why: `image ${isProduct}` };
  const yes = firstSign([
    imageSign([...parts, image.tag ?? ""]),
    sign("command", words.find((word) => javaWord.test(word)) === undefined ? undefined : "java"),
    sign(
      "probe",
      probePaths(container).find((path) => javaProbe.test(path)),
    ),
    sign(
      "variable",
      variables.find((name) => javaVariable.test(name)),
    ),
    sign(
      "file",
      mounted.find((path) => javaFile.test(path)),
    ),
  ]);
  if (yes !== undefined) return { verdict: "yes", why: yes };
  const http = ports.find((port) => [80, 443, 8080, 8081, 8443].includes(Number(port)));
  const no = firstSign([
    sign("image", otherLanguage(parts)),
    sign("command", otherProgram(words)),
    sign("variable", variables.find(otherVariable)),
    sign("file", mounted.find(otherPath)),
    http === undefined ? sign("port", ports.find(otherPort)?.toString()) : undefined,
  ]);
  if (no !== undefined) return { verdict: "no", why: no };
  return {
    verdict: "perhaps",
    why: http === undefined ? "nothing says otherwise" : `port ${String(http)}, nothing says otherwise`,
  };
}

function isSidecar(container: unknown): boolean {
  return sidecar.test(`${String(at(container, "name"))} ${String(at(container, "image"))}`);
}

function imageSign(parts: readonly string[]): Sign {
  const words = parts.flatMap((part) => part.toLowerCase().split(/[^a-z0-9]+/));
  return sign(
    "image",
    words.find((word) => javaImage.test(word)),
  );
}

function probePaths(container: unknown): string[] {
  return ["startupProbe", "readinessProbe", "livenessProbe"]
    .map((probe) => at(container, probe, "httpGet", "path"))
    .filter((path) => typeof path === "string");
}

function sign(kind: string, found: string | undefined): Sign {
  return found === undefined ? undefined : `${kind} ${found}`;
}

function firstSign(signs: readonly Sign[]): Sign {
  return signs.find((each) => each !== undefined);
}
