import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { commonLabels, selectorLabels } from "../../../components/kubernetes/labels.ts";
import { networkPolicyManifest } from "../../../components/workload/networkPolicy.ts";
import { podDisruptionBudgetManifest } from "../../../components/workload/podDisruptionBudget.ts";
import { serviceManifest } from "../../../components/workload/service.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, microservice, site } from "../../support/fixtures.ts";

test("labels of an object", () => {
  expect(commonLabels("receipts", "declarations")).toEqual({
    "app.kubernetes.io/name": "receipts",
    "app.kubernetes.io/instance": "receipts",
    "app.kubernetes.io/part-of": "declarations",
    "app.kubernetes.io/managed-by": "pulumi",
  });
});

test("every selector is name and instance, finds the pod, and never speaks of a version", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (description) => {
      const service = resolveMicroservice(description);
      const { spec } = deploymentOf(description);
      const selectors = [
        spec?.selector.matchLabels,
        ...(service.ports === undefined ? [] : [serviceManifest(service)?.spec?.selector]),
        networkPolicyManifest(service, site, []).spec?.podSelector?.matchLabels,
        podDisruptionBudgetManifest(service)?.spec?.selector?.matchLabels ?? selectorLabels(service.name),
      ];
      for (const selector of selectors) {
        expect(selector).toEqual({
          "app.kubernetes.io/name": service.name,
          "app.kubernetes.io/instance": service.name,
        });
        expect(spec?.template.metadata?.labels).toMatchObject({ ...selector });
      }
    }),
  );
});

test("a new release changes no label of the pod's template, which would roll it twice", () => {
  const labels = deploymentOf(microservice()).spec?.template.metadata?.labels ?? {};
  expect(Object.keys(labels).filter((key) => /version|revision|release/.test(key))).toEqual([]);
});
