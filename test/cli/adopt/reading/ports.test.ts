import { describe, expect, it } from "vitest";
import type { AdoptedService } from "../../../../cli/adopt/adopt.ts";
import { listOf } from "../../../../cli/adopt/report/report.ts";
import { adoptText } from "../manifests.ts";

function adoptWith(container: string, others = "", annotations = "{}"): AdoptedService {
  return adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    metadata: { annotations: ${annotations} }
    spec:
      containers:
        - { name: orders, image: "registry.example.org/orders:1", ${container} }
${others}`);
}

function serviceOf(ports: string): string {
  return `---
kind: Service
metadata: { name: orders }
spec: { ports: ${ports} }
`;
}

function lossesOf(adopted: AdoptedService): string[] {
  return listOf(adopted.compare(adopted.service).rows, "not carried over").map(({ path }) => path);
}

function kindsOf(adopted: AdoptedService): string[] {
  return Object.keys(adopted.compare(adopted.service).sites[0]?.objects ?? {});
}

describe("a Deployment that names no port, no probe and no Service", () => {
  const adopted = adoptWith('env: [{ name: KAFKA_ADDR, value: "broker:9092" }]');

  it("becomes a service without a port, a Service and a probe, and loses nothing", () => {
    expect(adopted.service.ports).toBe("none");
    expect(adopted.service.probes).toBeUndefined();
    expect(kindsOf(adopted)).not.toContain("Service");
    expect(lossesOf(adopted)).toEqual([]);
    expect(adopted.notes).toContainEqual(expect.stringMatching(/names no port.*state ports if it serves callers/));
    expect(adopted.notes.filter((note) => note.includes("stands in"))).toEqual([]);
  });

  it("keeps a check by a command", () => {
    const checked = adoptWith("livenessProbe: { exec: { command: [pgrep, java] } }");
    expect(checked.service).toMatchObject({
      ports: "none",
      probes: { liveness: { exec: { command: ["pgrep", "java"] } } },
    });
    expect(lossesOf(checked)).toEqual([]);
  });

  it("keeps the metrics of its agent", () => {
    const scraped = adoptWith(
      "ports: [{ name: metrics, containerPort: 9404 }]",
      "",
      '{ prometheus.io/scrape: "true", prometheus.io/port: "9404" }',
    );
    expect(scraped.service).toMatchObject({ ports: "none", metrics: { path: "/metrics", port: 9404 } });
    expect(lossesOf(scraped)).toEqual([]);
  });

  it.each([
    ["a Service leads to it", "", serviceOf("[{ port: 80, targetPort: 8080 }]"), 8080],
    ["a probe asks it", "readinessProbe: { tcpSocket: { port: 8080 } }", "", 8080],
    ["Spring is told one", 'env: [{ name: SERVER_PORT, value: "8080" }]', "", 8080],
  ])("has a port all the same where %s", (_, container, others, http) => {
    const { service } = adoptWith(container === "" ? "args: []" : container, others);
    expect(service.ports).toMatchObject({ http });
  });
});

describe("gRPC for callers, and a web server for the probes", () => {
  const adopted = adoptWith(
    `env: [{ name: GRPC_SERVER_PORT, value: "9090" }],
          ports: [{ name: grpc, containerPort: 9090 }, { name: web, containerPort: 8080 }],
          readinessProbe: { httpGet: { path: /actuator/health/readiness, port: web } }`,
    serviceOf("[{ name: grpc, port: 9090 }]"),
  );

  it("are two ports of the service, and Spring's server keeps its own", () => {
    expect(adopted.service.ports).toEqual({ http: 8080, management: 8080, grpc: 9090 });
    expect(adopted.service.env).toEqual({ GRPC_SERVER_PORT: "9090" });
    expect(lossesOf(adopted)).toEqual([]);
  });

  it.each([
    ["the Service's protocol", "ports: [{ containerPort: 9090 }]", "[{ port: 9090, appProtocol: grpc }]"],
    ["the check", "readinessProbe: { grpc: { port: 9090 } }", "[{ name: rpc, port: 9090 }]"],
    ["the variable", 'env: [{ name: SPRING_GRPC_SERVER_PORT, value: "9090" }]', "[{ name: rpc, port: 9090 }]"],
  ])("are known by %s too, and alone take no web server's port", (_, container, ports) => {
    const { service } = adoptWith(container, serviceOf(ports));
    expect(service.ports).toMatchObject({ grpc: 9090 });
    expect(service.ports).not.toMatchObject({ http: 9090 });
    expect(service.probes?.liveness).toEqual({ tcpSocket: { port: "grpc" } });
  });

  it("are not what answers HTTP, whatever its name", () => {
    const { service } = adoptWith(
      "ports: [{ name: grpc-gateway, containerPort: 8080 }], readinessProbe: { httpGet: { path: /ready, port: 8080 } }",
    );
    expect(service.ports).toEqual({ http: 8080, management: 8080 });
  });
});

describe("a port of metrics", () => {
  const probes = `readinessProbe: { httpGet: { path: /actuator/health/readiness, port: http } },
          livenessProbe: { httpGet: { path: /actuator/health/liveness, port: http } }`;
  const ports = "ports: [{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9404 }]";

  it("is the agent's and not Actuator's, where the agent says so", () => {
    const agent = 'env: [{ name: JAVA_TOOL_OPTIONS, value: "-javaagent:/opt/jmx.jar=9404:/opt/jmx.yaml" }]';
    const adopted = adoptWith(`${agent}, ${ports}, ${probes}`);
    expect(adopted.service).toMatchObject({
      ports: { http: 8080, management: 8080 },
      metrics: { path: "/metrics", port: 9404 },
      jvm: { options: ["-javaagent:/opt/jmx.jar=9404:/opt/jmx.yaml"] },
    });
    expect(lossesOf(adopted)).toEqual([]);
  });

  it.each([
    [
      "an agent in JAVA_OPTS",
      'env: [{ name: JAVA_OPTS, value: "-javaagent:/opt/jmx.jar=0.0.0.0:9404:/opt/jmx.yaml" }]',
    ],
    ["an exporter of OpenTelemetry", 'env: [{ name: OTEL_EXPORTER_PROMETHEUS_PORT, value: "9404" }]'],
    ["an agent on the command line", 'command: [java, "-javaagent:/opt/jmx.jar=9404:/opt/jmx.yaml", -jar, /app.jar]'],
  ])("is known by %s, named or not", (_, agent) => {
    const { service } = adoptWith(`${agent}, ports: [{ containerPort: 8080 }, { containerPort: 9404 }]`);
    expect(service).toMatchObject({ ports: { http: 8080, management: 8080 }, metrics: { port: 9404 } });
  });

  it("is Actuator's where a probe asks it, a variable says it, or its path is Actuator's", () => {
    const asked = adoptWith(`${ports}, readinessProbe: { httpGet: { path: /actuator/health, port: metrics } }`);
    const told = adoptWith(`env: [{ name: MANAGEMENT_SERVER_PORT, value: "9404" }], ${ports}`);
    const path = '{ prometheus.io/port: "9404", prometheus.io/path: /actuator/prometheus }';
    for (const { service } of [asked, told, adoptWith(ports, "", path)]) {
      expect(service.ports).toEqual({ http: 8080, management: 9404 });
      expect(service.metrics).not.toMatchObject({ port: 9404 });
    }
  });
});
