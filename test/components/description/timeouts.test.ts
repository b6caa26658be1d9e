import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { containerOf, deploymentOf, podOf, resolved } from "../../support/fixtures.ts";

function everyService(check: (service: Microservice) => void): void {
  fc.assert(fc.property(microserviceArbitrary, check));
}

test("defaults, in seconds", () => {
  expect(resolved().timeouts).toEqual({
    startupBudget: 150,
    terminationGracePeriod: 45,
    // 150 to start, 5 until readiness sees it, 10 ready, 60 to schedule and pull.
    progressDeadline: 225,
  });
});

test.each<[string, Partial<Microservice>, number]>([
  ["a longer start", { startupSeconds: 301 }, 305],
  [
    "a stated rhythm",
    { startupSeconds: 100, probes: { startup: { exec: { command: ["x"] }, periodSeconds: 30 } } },
    120,
  ],
  ["a stated threshold", { probes: { startup: { exec: { command: ["x"] }, failureThreshold: 100 } } }, 500],
  ["no start-up probe, a short liveness", { probes: { startup: "none" } }, 150],
  [
    "no start-up probe, the owner's liveness",
    { probes: { startup: "none", liveness: { httpGet: { path: "/" }, initialDelaySeconds: 50, periodSeconds: 50 } } },
    200,
  ],
])("start-up budget with %s", (_, stated, budget) => expect(resolved(stated).timeouts.startupBudget).toBe(budget));

test("the start-up budget covers the worst start", () => {
  everyService((service) => {
    const resolvedService = resolveMicroservice(service);
    expect(resolvedService.timeouts.startupBudget).toBeGreaterThanOrEqual(resolvedService.startupSeconds);
    const probe = containerOf(deploymentOf(service)).startupProbe;
    if (probe === undefined) return;
    const budget = (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);
    expect(budget).toBeGreaterThanOrEqual(resolvedService.startupSeconds);
  });
});

test("a rollout is called failed only after the budget, the readiness check and the time to stay ready", () => {
  everyService((service) => {
    const { startupBudget, progressDeadline } = resolveMicroservice(service).timeouts;
    const { spec } = deploymentOf(service);
    expect(spec?.progressDeadlineSeconds).toBe(progressDeadline);
    const readiness = containerOf(deploymentOf(service)).readinessProbe;
    const seenReady = (readiness?.initialDelaySeconds ?? 0) + (readiness?.periodSeconds ?? 10);
    expect(progressDeadline).toBeGreaterThan(startupBudget + seenReady + (spec?.minReadySeconds ?? 0));
  });
});

test("a replica that stops has time to be withdrawn, to finish its requests and to end", () => {
  everyService((service) => {
    const { shutdown } = resolveMicroservice(service);
    const deployment = deploymentOf(service);
    const preStop = containerOf(deployment).lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(preStop).toBe(shutdown.preStopSeconds);
    const grace = podOf(deployment).terminationGracePeriodSeconds;
    expect(grace).toBe(resolveMicroservice(service).timeouts.terminationGracePeriod);
    expect(grace).toBeGreaterThanOrEqual(preStop + shutdown.gracefulSeconds + 5);
  });
});
