import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { podDisruptionBudgetManifest } from "../../../components/workload/podDisruptionBudget.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { resolved } from "../../support/fixtures.ts";

test.each([
  [{ minReplicas: 1 }, false, false],
  [{ minReplicas: 2 }, false, true],
  [{ minReplicas: 3, maxReplicas: 3 }, false, true],
  [{ maxReplicas: 1 }, false, false],
  [{}, false, true],
  [{ minReplicas: 3 }, true, false],
])("autoscaling %j, paused %s: disruption budget %s", (autoscaling, paused, expected) => {
  expect(podDisruptionBudgetManifest(resolved({ autoscaling, paused })) !== undefined).toBe(expected);
});

test("a disruption budget keeps half and never holds up a drain for a replica that is not healthy", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      const budget = podDisruptionBudgetManifest(resolveMicroservice(service));
      const sure = service.paused === true ? 0 : resolveMicroservice(service).autoscaling.minReplicas;
      expect(budget !== undefined).toBe(sure >= 2);
      if (budget === undefined) return;
      expect(budget.spec).toMatchObject({ minAvailable: "50%", unhealthyPodEvictionPolicy: "AlwaysAllow" });
      // The API server rounds the percentage up; one replica may always go.
      expect(sure - Math.ceil(sure / 2)).toBeGreaterThanOrEqual(1);
    }),
  );
});
