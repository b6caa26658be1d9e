import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { commonLabels, namespaceLabels, selectorLabels, variableName } from "../../../components/kubernetes/labels.ts";
import { podDisruptionBudgetManifest } from "../../../components/workload/horizontalPodAutoscaler.ts";
import { networkPolicyManifest } from "../../../components/workload/networkPolicy.ts";
import { serviceManifest } from "../../../components/workload/service.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, microservice, site } from "../../support/fixtures.ts";

test.each([
  ["receipts", "URL", "RECEIPTS_URL"],
  ["taxpayer-registry", "URL", "TAXPAYER_REGISTRY_URL"],
  ["a-b-c", "PORT", "A_B_C_PORT"],
  ["3ds-gateway", "HOST", "_3DS_GATEWAY_HOST"],
])("%s and %s name the variable %s", (name, suffix, variable) => expect(variableName(name, suffix)).toBe(variable));

test("a variable's name is one that shells, Spring and every Kubernetes accept, and no two names share one", () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(label, label, (one, other) => {
      expect(variableName(one, "URL")).toMatch(/^[A-Z_][A-Z0-9_]*$/);
      expect(variableName(one, "URL") === variableName(other, "URL")).toBe(one === other);
    }),
  );
});

test("labels of an object", () => {
  expect(commonLabels("receipts", "declarations")).toEqual({
    "app.kubernetes.io/name": "receipts",
    "app.kubernetes.io/instance": "receipts",
    "app.kubernetes.io/part-of": "declarations",
    "app.kubernetes.io/managed-by": "pulumi",
  });
  expect(namespaceLabels("declarations")).toEqual({ "kubernetes.io/metadata.name": "declarations" });
});

test("every selector is name and instance, finds the pod, and never speaks of a version", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (description) => {
      const service = resolveMicroservice(description);
      const { spec } = deploymentOf(description);
      const selectors = [
        spec?.selector.matchLabels,
        serviceManifest(service).spec?.selector,
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
