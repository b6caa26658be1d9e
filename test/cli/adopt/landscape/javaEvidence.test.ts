import { describe, expect, it } from "vitest";
import { type JavaEvidence, javaEvidence } from "../../../../cli/adopt/landscape/javaEvidence.ts";
import { adoptRun, caseNames, readCase } from "../manifests.ts";

type Fields = Readonly<Record<string, unknown>>;

function evidence(container: Fields, keys: readonly string[] = [], ...sidecars: readonly Fields[]): JavaEvidence {
  const containers = [{ name: "main", image: "example.test/orders:1.0", ...container }, ...sidecars];
  const template = JSON.parse(JSON.stringify({ spec: { containers } }));
  return javaEvidence({ spec: { template } }, keys);
}

const env = (name: string) => ({ env: [{ name, value: "x" }] });
const port = (containerPort: number) => ({ ports: [{ containerPort }] });
const ready = (path: string) => ({ readinessProbe: { httpGet: { path, port: 8080 } } });

describe("a Deployment is taken for Java", () => {
  it.each<[why: string, container: Fields]>([
    ["image temurin", { image: "eclipse-temurin:21-jre" }],
    ["image openjdk", { image: "registry.example.test/base/openjdk-17:1" }],
    ["image quarkus", { image: "example.test/team/quarkus-orders@sha256:00" }],
    ["image jre", { image: "example.test/orders:1.0-jre" }],
    ["command java", { command: ["sh", "-c", "exec java $JAVA_OPTS -jar app.jar"] }],
    ["command java", { args: ["--spring.profiles.active=prod"] }],
    ["command java", { args: ["-Xmx512m"] }],
    ["variable JAVA_TOOL_OPTIONS", env("JAVA_TOOL_OPTIONS")],
    ["variable SPRING_PROFILES_ACTIVE", env("SPRING_PROFILES_ACTIVE")],
    ["variable QUARKUS_HTTP_PORT", env("QUARKUS_HTTP_PORT")],
    ["probe /actuator/health/readiness", ready("/actuator/health/readiness")],
    ["probe /api/actuator/health", ready("/api/actuator/health")],
    ["probe /q/health/ready", ready("/q/health/ready")],
    [
      "file /app/config/logback-spring.xml",
      { volumeMounts: [{ name: "a", mountPath: "/app/config/logback-spring.xml" }] },
    ],
  ])("by its %s", (why, container) => {
    expect(evidence(container)).toEqual({ verdict: "yes", why });
  });

  it("by files and variables of what it refers to", () => {
    expect(evidence({}, ["application.yml"])).toEqual({ verdict: "yes", why: "file application.yml" });
    expect(evidence({}, ["SPRING_DATASOURCE_URL"])).toEqual({ verdict: "yes", why: "variable SPRING_DATASOURCE_URL" });
  });

  it("by what its manifests say", () => {
    const said = (annotations: Fields) => javaEvidence(JSON.parse(JSON.stringify({ metadata: { annotations } })), []);
    expect(said({ "gemelos.dev/owner": "team" })).toEqual({ verdict: "yes", why: "gemelos.dev/owner" });
    expect(said({ "app.openshift.io/runtime": "spring-boot" }).verdict).toBe("yes");
    expect(said({ "app.openshift.io/runtime": "nodejs" })).toEqual({
      verdict: "no",
      why: "app.openshift.io/runtime: nodejs",
    });
  });

  it("perhaps, where nothing speaks for or against it", () => {
    expect(evidence(port(8080))).toEqual({ verdict: "perhaps", why: "port 8080, nothing says otherwise" });
    expect(evidence(env("KAFKA_ADDR"))).toEqual({ verdict: "perhaps", why: "nothing says otherwise" });
    // The address of a service in another language is no sign of one's own.
    expect(evidence(env("DOTNET_ORDERS_URL")).verdict).toBe("perhaps");
    expect(evidence({ ...port(8080), image: "example.test/orders-postgres-adapter:1" }).verdict).toBe("perhaps");
  });

  it("whatever stands beside it in its pod", () => {
    const proxy = { name: "istio-proxy", image: "docker.io/istio/proxyv2:1" };
    expect(evidence(port(8080), [], proxy, { name: "nginx", image: "nginx:1" }).verdict).toBe("perhaps");
    expect(evidence(env("JAVA_OPTS"), [], { name: "db", image: "postgres:16" }).verdict).toBe("yes");
    expect(evidence(port(8080), [], { name: "db", image: "postgres:16" }).verdict).toBe("no");
  });
});

describe("a Deployment is not taken for Java", () => {
  it.each<[why: string, container: Fields]>([
    ["image postgres", { image: "postgres:16", ...port(8080) }],
    ["image postgresql", { image: "docker.io/bitnami/postgresql:15" }],
    ["image cp-kafka", { image: "confluentinc/cp-kafka:7", ...env("KAFKA_HEAP_OPTS") }],
    ["image jenkins", { image: "jenkins/jenkins:lts", ...env("JAVA_OPTS") }],
    ["image server", { image: "mcr.microsoft.com/mssql/server:2022-latest" }],
    ["image redis", { image: "redis" }],
    ["image frontend", { image: "example.test/shop/frontend:1", ...port(8080) }],
    ["image node", { image: "example.test/orders-node:1" }],
    ["command node", { command: ["node", "server.js"], ...port(8080) }],
    ["command python3", { command: ["/usr/bin/python3", "app.py"] }],
    ["command dotnet", { args: ["dotnet Orders.dll"] }],
    ["variable ASPNETCORE_ENVIRONMENT", env("ASPNETCORE_ENVIRONMENT")],
    ["variable NODE_ENV", env("NODE_ENV")],
    ["file /etc/nginx/conf.d", { volumeMounts: [{ name: "a", mountPath: "/etc/nginx/conf.d" }], ...port(8080) }],
    ["port 5432", port(5432)],
    ["port 3000", port(3000)],
  ])("by its %s", (why, container) => {
    expect(evidence(container)).toEqual({ verdict: "no", why });
  });
});

it.each(await caseNames())("the Deployments of %s are all taken in", async (name) => {
  const text = (await readCase(name)).map((file) => file.text).join("\n---\n");
  expect(adoptRun(text).candidates.map(({ service }) => service)).not.toContain(undefined);
});
