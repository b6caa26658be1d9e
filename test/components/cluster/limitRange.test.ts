import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitRangeManifest } from "../../../components/cluster/limitRange.ts";
import { quantity } from "../../../components/kubernetes/quantity.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { catalogueArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, manifestsOf, microservice } from "../../support/fixtures.ts";
import { injected } from "../../support/injector.ts";

function limitsOf(services: readonly Microservice[]) {
  const workloads = services.map((service) => manifestsOf(service).resources);
  return limitRangeManifest("declarations", workloads).spec?.limits ?? [];
}

describe("limit range", () => {
  test("it admits every container", () => {
    fc.assert(
      fc.property(catalogueArbitrary({ maxLength: 4 }), (services) => {
        for (const members of Map.groupBy(services, ({ namespace }) => namespace).values()) {
          const [limit] = limitsOf(members);
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

  test("a container that states nothing is bounded, and asks for something", () => {
    const [limit] = limitsOf([microservice()]);
    expect(limit?.defaultRequest).toEqual({ cpu: "50m", memory: "128Mi", "ephemeral-storage": "64Mi" });
    expect(limit?.default).toEqual({ memory: "256Mi", "ephemeral-storage": "128Mi" });
  });

  test("its own defaults are within its maximum, also beside the smallest service", () => {
    const smallest = microservice({
      resources: { requests: { cpu: "10m", memory: "256Mi" } },
      temporaryStorage: "1Mi",
      jvm: { heapDump: false },
    });
    const [limit] = limitsOf([smallest]);
    for (const [resource, value] of Object.entries({ ...limit?.defaultRequest, ...limit?.default })) {
      expect(quantity(value)).toBeLessThanOrEqual(quantity(limit?.max?.[resource] ?? "1E"));
    }
    expect(Object.keys(limit?.default ?? {})).toEqual(expect.arrayContaining(Object.keys(limit?.max ?? {})));
  });
});
