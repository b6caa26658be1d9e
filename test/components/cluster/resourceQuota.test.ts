import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  groupByNamespace,
  limitRangeManifest,
  namespaceManifest,
  namespaceResources,
  priorityClasses,
  resourceQuotaManifest,
} from "../../../components/cluster/resourceQuota.ts";
import { resolveMicroservice, surgeReplicas } from "../../../components/description/resolve.ts";
import type { PodSpec } from "../../../components/kubernetes/manifests.ts";
import { quantity } from "../../../components/kubernetes/quantity.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { catalogueArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, microservice } from "../../support/fixtures.ts";
import { injected } from "../../support/injector.ts";

/** Every pod that a service's rollout may run at once: the most replicas, and the surge. */
function podsAtMost(service: Microservice): PodSpec[] {
  const resolved = resolveMicroservice(service);
  const { maxReplicas } = resolved.autoscaling;
  return Array.from({ length: 2 * maxReplicas + surgeReplicas(resolved) }, () => injected(deploymentOf(service)));
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
  return resourceQuotaManifest("declarations", services).spec?.hard ?? {};
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
    });
  });

  test("it admits a rollout of every service at its most replicas whose old pods have not ended yet, and no pod more", () => {
    fc.assert(
      fc.property(catalogueArbitrary({ maxLength: 4 }), (services) => {
        for (const [namespace, members] of groupByNamespace(services)) {
          const hard = resourceQuotaManifest(namespace, members).spec?.hard ?? {};
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
      Object.keys(hardOf([service])),
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
    expect(namespaceResources([running]).pods).toBe(9);
  });

  test("it does not limit CPU limits, which a service may go without", () => {
    expect(Object.keys(hardOf([microservice()]))).not.toContain("limits.cpu");
  });
});

describe("limit range", () => {
  test("it admits every container", () => {
    fc.assert(
      fc.property(catalogueArbitrary({ maxLength: 4 }), (services) => {
        for (const [namespace, members] of groupByNamespace(services)) {
          const [limit] = limitRangeManifest(namespace, members).spec?.limits ?? [];
          expect(limit?.type).toBe("Container");
          for (const container of members.flatMap((service) => injected(deploymentOf(service)).containers)) {
            for (const [resource, most] of Object.entries(limit?.max ?? {})) {
              const stated = container.resources?.limits?.[resource];
              expect(quantity(String(stated))).toBeLessThanOrEqual(quantity(most));
              expect(quantity(String(container.resources?.requests?.[resource]))).toBeLessThanOrEqual(quantity(most));
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test("its own defaults are within its maximum, also beside the smallest service", () => {
    const smallest = microservice({
      resources: { requests: { cpu: "10m", memory: "256Mi" } },
      temporaryStorage: "1Mi",
      jvm: { heapDump: false },
    });
    const [limit] = limitRangeManifest("declarations", [smallest]).spec?.limits ?? [];
    for (const [resource, value] of Object.entries({ ...limit?.defaultRequest, ...limit?.default })) {
      expect(quantity(value)).toBeLessThanOrEqual(quantity(limit?.max?.[resource] ?? "1E"));
    }
    expect(Object.keys(limit?.default ?? {})).toEqual(expect.arrayContaining(Object.keys(limit?.max ?? {})));
  });
});

describe("namespace", () => {
  const exception = { reason: "the vendor's image demands it" };

  test.each([
    [{}, "restricted"],
    [{ securityExceptions: { writableRootFilesystem: exception } }, "restricted"],
    [{ securityExceptions: { serviceAccountToken: exception } }, "restricted"],
    [{ securityExceptions: { runAsRoot: exception } }, "baseline"],
  ])("with a service of %j it enforces %s, and always warns and audits at restricted", (stated, level) => {
    const { labels } = namespaceManifest("declarations", [
      microservice({ name: "other" }),
      microservice(stated),
    ]).metadata;
    expect(labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": level,
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    });
  });

  test.each([true, false])("it says whether it holds cardholder data: %s", (cardholderData) => {
    const { labels } = namespaceManifest("payments", [microservice({ cardholderData })]).metadata;
    expect(labels).toMatchObject({ "gemelos.dev/cardholder-data": String(cardholderData) });
  });

  test("grouping keeps every service, in the order of the names, however the catalogue is ordered", () => {
    fc.assert(
      fc.property(catalogueArbitrary(), (services) => {
        const groups = groupByNamespace(services);
        expect([...groups.keys()]).toEqual([...new Set(services.map(({ namespace }) => namespace))].sort());
        expect([...groups.values()].flat().length).toBe(services.length);
        expect([...groupByNamespace(services.toReversed())]).toEqual([...groups]);
      }),
    );
  });
});

test("the priority classes are the three of the descriptions, in their order, none of them the default", () => {
  const byValue = priorityClasses.toSorted((a, b) => b.value - a.value).map(({ metadata }) => metadata.name);
  expect(byValue).toEqual(["citizen-facing", "standard", "batch"]);
  for (const { value, globalDefault } of priorityClasses) {
    expect(value).toBeLessThan(1_000_000_000);
    expect(globalDefault).toBe(false);
  }
});
