import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resourceQuotaManifest } from "../../../components/cluster/resourceQuota.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { PodSpec } from "../../../components/kubernetes/manifests.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { verificationPod } from "../../../components/workload/verification.ts";
import { catalogueArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, manifestsOf, microservice } from "../../support/fixtures.ts";
import { injected } from "../../support/injector.ts";
import { surgeOf } from "../../support/rollout.ts";

/** Every pod that a service's rollout may run at once: the most replicas, the surge, the migration's before, and the tests' after. */
function podsAtMost(service: Microservice): PodSpec[] {
  const resolved = resolveMicroservice(service);
  const { maxReplicas } = resolved.autoscaling;
  const { migration } = manifestsOf(service);
  return [
    ...Array.from({ length: 2 * maxReplicas + surgeOf(resolved) }, () => injected(deploymentOf(service))),
    ...(migration === undefined ? [] : [injected(migration.job)]),
    ...(resolved.verification === undefined
      ? []
      : [verificationPod(resolved, resolved.verification, "registry.dc1.tax.example:5000")]),
  ];
}

const units: Readonly<Record<string, bigint>> = {
  "": 1000n,
  m: 1n,
  Ki: 1000n << 10n,
  Mi: 1000n << 20n,
  Gi: 1000n << 30n,
};

/** A quantity in exact millionths, as the API server adds them up. */
function exact(text: string): bigint {
  const [, whole = "", fraction = "", suffix = ""] = /^(\d+)(?:\.(\d+))?(m|Ki|Mi|Gi)?$/.exec(text) ?? [];
  const unit = units[suffix];
  if (whole === "" || unit === undefined) throw new Error(`${text} is not a quantity that this test knows`);
  return (BigInt(whole + fraction) * unit * 1000n) / 10n ** BigInt(fraction.length);
}

/**
 * Why a quota refuses pods, as the API server's admission says it: a limited resource that a container does not state,
 * or a sum above the limit. Empty where it admits them.
 */
function refusals(hard: Readonly<Record<string, string>>, pods: readonly PodSpec[]): string[] {
  return Object.entries(hard).flatMap(([resource, limit]) => {
    // Not of pods.
    if (resource.startsWith("services.") || resource === "requests.storage") return [];
    if (resource === "pods") return pods.length > Number(limit) ? ["pods"] : [];
    const [kind, ...name] = resource.split(".");
    const amountsOf = (containers: PodSpec["containers"]) =>
      containers.map(
        ({ resources }) => (kind === "requests" ? resources?.requests : resources?.limits)?.[name.join(".")],
      );
    const every = pods.flatMap(({ containers, initContainers = [] }) => amountsOf([...initContainers, ...containers]));
    if (every.includes(undefined)) return [`${resource} is not stated`];
    // Containers that run before the others count only as far as they need more than all of those.
    const sum = pods.reduce<bigint>((total, { containers, initContainers = [] }) => {
      const together = amountsOf(containers).reduce<bigint>((part, amount) => part + exact(String(amount)), 0n);
      const before = amountsOf(initContainers).map((amount) => exact(String(amount)));
      return total + [together, ...before].reduce((most, amount) => (amount > most ? amount : most));
    }, 0n);
    return sum > exact(limit) ? [resource] : [];
  });
}

function hardOf(services: readonly Microservice[]): Readonly<Record<string, string>> {
  const workloads = services.map((service) => manifestsOf(service).resources);
  return resourceQuotaManifest("declarations", workloads).spec?.hard ?? {};
}

describe("quota", () => {
  test("what it limits", () => {
    expect(hardOf([microservice()])).toEqual({
      pods: "9",
      "requests.cpu": "4500m",
      "requests.memory": "18Gi",
      "limits.memory": "18Gi",
      "requests.ephemeral-storage": "2880Mi",
      "limits.ephemeral-storage": expect.stringMatching(/^\d+Mi$/),
      "services.nodeports": "0",
      "services.loadbalancers": "0",
    });
  });

  test("it admits a rollout of every service at its most replicas whose old pods have not ended yet, and no pod more", () => {
    fc.assert(
      fc.property(catalogueArbitrary({ maxLength: 4 }), (services) => {
        for (const members of Map.groupBy(services, ({ namespace }) => namespace).values()) {
          const hard = hardOf(members);
          const pods = members.flatMap(podsAtMost);
          expect(refusals(hard, pods)).toEqual([]);
          const [first] = pods;
          if (first !== undefined) expect(refusals(hard, [...pods, first])).toContain("pods");
        }
      }),
      { numRuns: 50 },
    );
  });

  test("it is tight: a pod of a lone service too many is refused for every resource, not by the count alone", () => {
    const service = microservice();
    const pods = podsAtMost(service);
    expect(refusals(hardOf([service]), [...pods, injected(deploymentOf(service))])).toEqual(
      Object.keys(hardOf([service])).filter((resource) => !resource.startsWith("services.")),
    );
  });

  test("a rollout begins although its requests were halved and the quota shrank before the pods did", () => {
    const stated = (cpu: "1" | "500m", memory: "4Gi" | "2Gi") =>
      microservice({ resources: { requests: { cpu, memory } }, jvm: { heapDump: false } });
    const [before, after] = [stated("1", "4Gi"), stated("500m", "2Gi")];
    const running = Array.from({ length: 4 }, () => injected(deploymentOf(before)));
    expect(refusals(hardOf([after]), [...running, injected(deploymentOf(after))])).toEqual([]);
  });

  test("a paused service counts in full, since it may be resumed", () => {
    const running = microservice();
    expect(hardOf([microservice({ paused: true })])).toEqual(hardOf([running]));
    expect(hardOf([running])).toMatchObject({ pods: "9" });
  });

  test("it has room for what services claim twice, with what others left behind; without a claim it counts no storage", () => {
    const shared = { size: "1.5Gi", accessMode: "ReadWriteMany" } as const;
    const one = microservice({ volumes: { "/data": { size: "20Gi" }, "/spool": { size: "512Mi" } } });
    expect(hardOf([one, microservice({ volumes: { "/data": shared } })])).toMatchObject({ "requests.storage": "44Gi" });
    expect(hardOf([microservice({ paused: true, volumes: { "/data": shared } })])).toMatchObject({
      "requests.storage": "3Gi",
    });
    expect(hardOf([microservice()])).not.toHaveProperty(["requests.storage"]);
  });

  test("it does not limit CPU limits, which a service may go without", () => {
    expect(Object.keys(hardOf([microservice()]))).not.toContain("limits.cpu");
  });
});
