import { expect, test } from "vitest";
import {
  allowDnsManifest,
  defaultDenyManifest,
  limitRangeManifest,
  namespaceManifest,
  priorityClasses,
  resourceQuotaManifest,
} from "../../components/cluster/index.ts";
import { checkManifest } from "../../recorder/kubernetesSchema.ts";
import { gatewaySite, manifestsOf, microservice, site } from "../support/fixtures.ts";

test("the API server knows every object's kind and version, and each of its fields", async () => {
  const service = microservice({ exposure: { host: "api", path: "/receipts" } });
  const inIngress = manifestsOf(service, site);
  const { httpRoute } = manifestsOf(service, gatewaySite);
  const {
    serviceAccount,
    networkPolicy,
    deployment,
    horizontalPodAutoscaler,
    podDisruptionBudget,
    ingress,
    resources,
  } = inIngress;
  const objects = [
    serviceAccount,
    networkPolicy,
    deployment,
    inIngress.service,
    horizontalPodAutoscaler,
    podDisruptionBudget,
    ingress,
    httpRoute,
    allowDnsManifest("declarations"),
    defaultDenyManifest("declarations"),
    limitRangeManifest("declarations", [resources]),
    namespaceManifest("declarations", [inIngress.microservice]),
    resourceQuotaManifest("declarations", [resources]),
    ...priorityClasses,
  ];
  for (const object of objects) {
    expect(object).toBeDefined();
    // As it is sent: without fields that are undefined.
    expect(await checkManifest(JSON.parse(JSON.stringify(object)))).toEqual([]);
  }
});
