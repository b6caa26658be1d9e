import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/rules.ts";
import {
  podPortName,
  resolveMicroservice,
  resolveProbes,
  serviceUrl,
  surgeReplicas,
} from "../../../components/description/resolve.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { microservice, resolved } from "../../support/fixtures.ts";

test("a description with the required fields alone gets these values", () => {
  expect(resolved()).toMatchObject({
    image: "receipts",
    cardholderData: false,
    priority: "standard",
    ports: { http: 7137, management: 17137 },
    memoryLimit: "2Gi",
    cpuLimit: undefined,
    startupSeconds: 150,
    autoscaling: { minReplicas: 2, maxReplicas: 4, averageUtilization: 75, metrics: [] },
    paused: false,
    resolvedExposure: undefined,
    resolvedCalls: [],
    endpoints: [],
    metricsPath: "/actuator/prometheus",
    temporaryStorage: "64Mi",
    spread: "prefer",
    rollout: { maxSurge: "25%", minReadySeconds: 10 },
    shutdown: { preStopSeconds: 10, gracefulSeconds: 30 },
  });
});

test("what is stated stays, zero and false included", () => {
  const stated = {
    paused: false,
    cardholderData: true,
    ports: { http: 8080 },
    autoscaling: { minReplicas: 1, maxReplicas: 1, averageUtilization: 10 },
    rollout: { maxSurge: 1, minReadySeconds: 0 },
    shutdown: { preStopSeconds: 0, gracefulSeconds: 0 },
  };
  expect(resolved(stated)).toMatchObject({ ...stated, ports: { http: 8080, management: 17137 } });
  expect(resolved({ jvm: { heapDump: false } }).jvm).toEqual({ heapDump: false });
  expect(resolved({ metrics: "none" }).metricsPath).toBeUndefined();
  expect(resolved({ exposure: { host: "api" } }).resolvedExposure).toEqual({
    host: "api",
    path: "/",
    domain: "public",
  });
});

test.each([
  [{}, 2, 4],
  [{ minReplicas: 1 }, 1, 4],
  [{ minReplicas: 6 }, 6, 6],
  [{ maxReplicas: 1 }, 1, 1],
  [{ maxReplicas: 9 }, 2, 9],
  [{ minReplicas: 3, maxReplicas: 3 }, 3, 3],
])("autoscaling %j means %d to %d replicas", (autoscaling, minReplicas, maxReplicas) => {
  expect(resolved({ autoscaling }).autoscaling).toMatchObject({ minReplicas, maxReplicas });
});

test.each([
  ["25%" as const, 4, 1],
  ["25%" as const, 5, 2],
  ["1%" as const, 4, 1],
  ["100%" as const, 7, 7],
  [3, 2, 3],
])("a surge of %s over %d replicas is %d", (maxSurge, maxReplicas, surge) => {
  expect(surgeReplicas(resolved({ rollout: { maxSurge }, autoscaling: { maxReplicas } }))).toBe(surge);
});

test("every random description is sound, keeps its order of replicas and is resolved once", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      expect(checkMicroservice(service, "services/random")).toEqual([]);
      const { autoscaling } = resolveMicroservice(service);
      expect(autoscaling.minReplicas).toBeLessThanOrEqual(autoscaling.maxReplicas);
      expect(resolveMicroservice(service)).toBe(resolveMicroservice(service));
    }),
  );
});

test("calls are references, with a justification where one was given", () => {
  const callee = microservice({ name: "registry" });
  const other = microservice({ name: "cards" });
  const { resolvedCalls } = resolved({ calls: () => [callee, { service: other, justification: "orders a receipt" }] });
  expect(resolvedCalls).toEqual([
    { service: callee, justification: undefined },
    { service: other, justification: "orders a receipt" },
  ]);
});

test("the URL names the http port", () => {
  expect(serviceUrl(resolved({ ports: { http: 8080 } }))).toBe("http://receipts.declarations.svc:8080");
});

test("one number for both ports makes one port, http", () => {
  expect(podPortName(resolved(), "management")).toBe("management");
  expect(podPortName(resolved({ ports: { http: 8080, management: 8080 } }), "management")).toBe("http");
});

describe("probes", () => {
  test("defaults: start-up asks what liveness asks, often; liveness is the slowest", () => {
    expect(resolveProbes(resolved())).toEqual({
      startup: {
        httpGet: { path: "/actuator/health/liveness" },
        periodSeconds: 5,
        timeoutSeconds: 5,
        failureThreshold: 30,
      },
      readiness: {
        httpGet: { path: "/actuator/health/readiness" },
        periodSeconds: 5,
        timeoutSeconds: 3,
        failureThreshold: 3,
      },
      liveness: {
        httpGet: { path: "/actuator/health/liveness" },
        periodSeconds: 20,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
    });
  });

  test("the derived start-up probe takes the check of a stated liveness and neither its delay nor its rhythm", () => {
    const liveness = { tcpSocket: { port: "http" as const }, initialDelaySeconds: 50, periodSeconds: 50 };
    expect(resolveProbes(resolved({ probes: { liveness }, startupSeconds: 61 })).startup).toEqual({
      tcpSocket: { port: "http" },
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 13,
    });
  });

  test("unless it or readiness is stated, liveness is the slowest to act", () => {
    fc.assert(
      fc.property(microserviceArbitrary, ({ probes: { startup } = {}, ...service }) => {
        const probes = startup === undefined || startup === "none" ? {} : { startup };
        const { readiness, liveness, startup: start } = resolveProbes(resolveMicroservice({ ...service, probes }));
        const patience = ({ periodSeconds = 0, failureThreshold = 0 }) => periodSeconds * failureThreshold;
        expect(patience(liveness)).toBeGreaterThan(patience(readiness));
        expect(liveness.periodSeconds).toBeGreaterThan(readiness.periodSeconds ?? 0);
        if (startup === undefined) expect(liveness.periodSeconds).toBeGreaterThan(start?.periodSeconds ?? 0);
      }),
    );
  });

  test("a start-up probe of `none` is none", () => {
    expect(resolveProbes(resolved({ probes: { startup: "none" } })).startup).toBeUndefined();
  });

  test.each([
    ["readiness", { httpGet: { path: "/ready" }, periodSeconds: 1 }],
    ["liveness", { httpGet: { path: "/live" }, periodSeconds: 3 }],
    ["startup", { httpGet: { path: "/live" }, periodSeconds: 2 }],
  ] as const)(
    "a short period of %s shortens the timeout that nobody stated, so that the description stays sound",
    (name, probe) => {
      const service = microservice({ probes: { [name]: probe } });
      expect(checkMicroservice(service, "services/receipts")).toEqual([]);
      expect(resolveProbes(resolveMicroservice(service))[name]?.timeoutSeconds).toBe(probe.periodSeconds);
    },
  );
});
