import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { microservice, resolved } from "../../support/fixtures.ts";

test("a description with the required fields alone gets these values", () => {
  expect(resolved()).toMatchObject({
    image: "receipts",
    cardholderData: false,
    priority: "standard",
    ports: { http: 7137, management: 17137 },
    resources: { requests: { cpu: "500m", memory: "2Gi" }, limits: { cpu: undefined, memory: "2Gi" } },
    startupSeconds: 150,
    autoscaling: { minReplicas: 2, maxReplicas: 4, averageUtilization: 75, metrics: [] },
    paused: false,
    exposure: undefined,
    calls: [],
    backingServices: [],
    secrets: { delivery: "env", stored: [], issued: [], existing: [], fromVault: false, agent: undefined },
    filesUser: undefined,
    metrics: { path: "/actuator/prometheus", port: 17137 },
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
  expect(resolved({ jvm: { heapDump: false } }).jvm).toMatchObject({ heapDump: false });
  expect(resolved({ metrics: "none" }).metrics).toBeUndefined();
  expect(resolved({ exposure: { host: "api" } }).exposure).toEqual({
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

test("every random description is sound, and keeps its order of replicas", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      expect(checkMicroservice(service, "services/random").diagnostics).toEqual([]);
      const { autoscaling } = resolveMicroservice(service);
      expect(autoscaling.minReplicas).toBeLessThanOrEqual(autoscaling.maxReplicas);
    }),
  );
});

test("calls say where the callee is, and refer to its description, with a justification where one was given", () => {
  const callee = microservice({ name: "registry", namespace: "registry", ports: { http: 8080 } });
  const other = microservice({ name: "cards" });
  const { calls } = resolved({ calls: () => [callee, { service: other, justification: "orders a receipt" }] });
  expect(calls).toEqual([
    {
      ...{ name: "registry", namespace: "registry", port: 8080 },
      ...{ tls: false, justification: undefined, source: callee },
    },
    {
      ...{ name: "cards", namespace: "declarations", port: 7137 },
      ...{ tls: false, justification: "orders a receipt", source: other },
    },
  ]);
  expect(calls[0]?.source).toBe(callee);
});

test("a service with cardholder data is called by https, and one that says tls: true", () => {
  const tls = microservice({ name: "registry", tls: true });
  const cards = microservice({ name: "cards", cardholderData: true });
  const service = resolved({ calls: () => [tls, cards] });
  expect(service.calls.map((call) => call.tls)).toEqual([true, true]);
  expect(service.tls).toBe(false);
  expect(resolved({ tls: true }).tls).toBe(true);
  expect(resolved({ cardholderData: true, tls: false }).tls).toBe(false);
});

test("a pod's group is never 0: it is the stated one, the user's, or one of its own", () => {
  expect(resolved().securityContext).toEqual({ runAsGroup: 10_001 });
  expect(resolved({ securityContext: { runAsUser: 1000 } }).securityContext).toEqual({
    runAsUser: 1000,
    runAsGroup: 1000,
  });
  expect(resolved({ securityContext: { runAsUser: 1000, runAsGroup: 7 } }).securityContext.runAsGroup).toBe(7);
  const runAsRoot = { reason: "the vendor's image demands it" };
  expect(resolved({ securityExceptions: { runAsRoot } }).securityContext).toEqual({});
});
