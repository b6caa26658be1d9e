import { expect, test } from "vitest";
import { microserviceSchema } from "../../../components/description/schema.ts";
import { microservice } from "../../support/fixtures.ts";

const probe = { httpGet: { path: "/health" } };
const resources = (memory: string, cpu = "1") => ({ resources: { requests: { cpu, memory } } });

function pathsOf(stated: Record<string, unknown>): string[] {
  const result = microserviceSchema.safeParse({ ...microservice(), ...stated });
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

test.each<[Record<string, unknown>]>([
  [{ name: "a" }],
  [{ name: "a".repeat(40) }],
  [resources("1.5Gi", "0.25")],
  [{ image: "payments/card-payments" }],
  [{ ports: { http: 1, management: 65_535 } }],
  [{ jvm: { heapPercentage: 80, options: ["-XX:+UseG1GC", "-Dkey=value"] } }],
  [{ startupSeconds: 3600 }],
  [{ probes: { startup: "none", readiness: { ...probe, successThreshold: 3 } } }],
  [{ autoscaling: { minReplicas: 1, maxReplicas: 200, metrics: [{ type: "Pods", name: "m", averageValue: "500m" }] } }],
  [{ exposure: { host: "api.v2", path: "/a/b", domain: "internal" } }],
  [{ env: { A: "", B: { fieldPath: "status.podIP" } } }],
  [{ secrets: { A: { secretName: "a.b", key: "k" } } }],
  [{ metrics: "none" }],
  [{ rollout: { maxSurge: "100%", minReadySeconds: 0 } }],
  [{ rollout: { maxSurge: 1 } }],
  [{ shutdown: { preStopSeconds: 0, gracefulSeconds: 0 } }],
])("%j is sound", (stated) => expect(pathsOf(stated)).toEqual([]));

test.each<[string, Record<string, unknown>]>([
  ["name", { name: "Receipts" }],
  ["name", { name: "1st" }],
  ["name", { name: "a".repeat(41) }],
  ["name", { name: "a-" }],
  ["namespace", { namespace: "kube-system" }],
  ["namespace", { namespace: "default" }],
  ["namespace", { namespace: "monitoring" }],
  ["owner", { owner: " " }],
  ["description", { description: "a\nb" }],
  ["resources.requests.memory", resources("512MB")],
  ["resources.requests.memory", resources("0Mi")],
  ["resources.requests.cpu", resources("1Gi", "0")],
  ["resources.requests.cpu", resources("1Gi", "-1")],
  ["image", { image: "registry:5000/app" }],
  ["image", { image: "app:latest" }],
  ["priority", { priority: "urgent" }],
  ["ports.http", { ports: { http: 0 } }],
  ["ports.management", { ports: { management: 65_536 } }],
  ["jvm.heapPercentage", { jvm: { heapPercentage: 81 } }],
  ["jvm.heapPercentage", { jvm: { heapPercentage: 50.5 } }],
  ["jvm.options.0", { jvm: { options: ["-Xmx1g"] } }],
  ["jvm.options.0", { jvm: { options: ["-XX:MaxRAMPercentage=90"] } }],
  ["jvm.options.0", { jvm: { options: ["-Da=b -Xmx1g"] } }],
  ["startupSeconds", { startupSeconds: 0 }],
  ["probes.readiness", { probes: { readiness: {} } }],
  ["probes.readiness", { probes: { readiness: { ...probe, tcpSocket: { port: "http" } } } }],
  ["probes.liveness", { probes: { liveness: { ...probe, successThreshold: 2 } } }],
  ["autoscaling.minReplicas", { autoscaling: { minReplicas: 0 } }],
  ["autoscaling.maxReplicas", { autoscaling: { maxReplicas: 201 } }],
  [
    "autoscaling.metrics.0.averageValue",
    { autoscaling: { metrics: [{ type: "Pods", name: "m", averageValue: "many" }] } },
  ],
  ["exposure.host", { exposure: { host: "API" } }],
  ["exposure.host", { exposure: { host: "-api" } }],
  ["exposure.path", { exposure: { host: "api", path: "a" } }],
  ["exposure.path", { exposure: { host: "api", path: "/a?b" } }],
  ["calls", { calls: [] }],
  ["env.1A", { env: { "1A": "x" } }],
  ["env.A", { env: { A: 1 } }],
  ["secrets.A", { secrets: { A: "hunter2" } }],
  ["secrets.A.key", { secrets: { A: { secretName: "a", key: "a/b" } } }],
  ["metrics", { metrics: "never" }],
  ["temporaryStorage", { temporaryStorage: "64M" }],
  ["rollout.maxSurge", { rollout: { maxSurge: 0 } }],
  ["rollout.maxSurge", { rollout: { maxSurge: "0%" } }],
  ["rollout.maxSurge", { rollout: { maxSurge: "101%" } }],
  ["shutdown.preStopSeconds", { shutdown: { preStopSeconds: 301 } }],
  ["securityExceptions.runAsRoot.reason", { securityExceptions: { runAsRoot: { reason: "because" } } }],
  ["transforms.deployment", { transforms: { deployment: { replicas: 2 } } }],
  ["", { replicas: 2 }],
  ["transforms", { transforms: { pod: () => undefined } }],
])("%s is refused in %j", (path, stated) => expect(new Set(pathsOf(stated))).toEqual(new Set([path])));
