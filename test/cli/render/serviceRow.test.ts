import * as fc from "fast-check";
import { expect, test } from "vitest";
import { serviceRow } from "../../../cli/render/serviceRow.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { DeploymentManifest } from "../../../components/kubernetes/manifests.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { certificate, generated, supplied } from "../../../components/secrets.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { containerOf, deploymentOf, microservice, release, site } from "../../support/fixtures.ts";

function summaryOf(service: Microservice, deployment: DeploymentManifest = deploymentOf(service)) {
  return serviceRow(resolveMicroservice(service), site, release, containerOf(deployment));
}

test("a row", () => {
  const callee = microservice({ name: "taxpayer-registry" });
  expect(
    summaryOf(
      microservice({
        exposure: { host: "api", path: "/receipts" },
        calls: () => [callee],
        backingServices: ["receipts-database"],
        secrets: {
          API_KEY: supplied({ description: "from the acquirer" }),
          DB_PASSWORD: generated(),
          OLD: { secretName: "old" },
          TLS: certificate(),
        },
      }),
    ),
  ).toEqual({
    service: "receipts",
    namespace: "declarations",
    replicas: { min: 2, max: 4 },
    cpu: { request: "500m" },
    memory: { request: "2Gi", limit: "2Gi" },
    pod: { cpu: 0.5, memory: 2 * 2 ** 30 },
    jvm: { heapMebibytes: 1433, heapPercentage: 70, processors: 2, collector: "G1" },
    exposure: "https://api.tax.example/receipts",
    calls: ["taxpayer-registry"],
    endpoints: ["receipts-database"],
    secrets: { delivery: "env", generated: 1, supplied: ["API_KEY"], issued: 1, existing: 1 },
    image: `registry.dc1.tax.example:5000/receipts:${release}`,
    tag: "1.4.2",
    warnings: [],
  });
});

test("it says what is registered: image and resources of the Deployment, replicas of the autoscaler", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      const deployment = deploymentOf(service);
      const { image, resources } = containerOf(deployment);
      const summary = summaryOf(service, deployment);
      const { minReplicas, maxReplicas } = resolveMicroservice(service).autoscaling;
      expect(summary.image).toBe(image);
      expect(summary.cpu.request).toBe(resources?.requests?.["cpu"]);
      expect(summary.cpu.limit).toBe(resources?.limits?.["cpu"]);
      expect(summary.memory).toEqual({
        request: resources?.requests?.["memory"],
        limit: resources?.limits?.["memory"],
      });
      expect(summary.replicas).toEqual(
        service.paused === true ? { min: 0, max: 0 } : { min: minReplicas, max: maxReplicas },
      );
      expect("exposure" in summary).toBe(service.exposure !== undefined);
    }),
  );
});

test("a transform that changes the Deployment changes the row", () => {
  const service = microservice();
  const deployment = deploymentOf(service);
  const container = {
    ...containerOf(deployment),
    image: "other",
    resources: { requests: { cpu: "1", memory: "3Gi" } },
  };
  const template = { ...deployment.spec?.template, spec: { containers: [container] } };
  const changed = { ...deployment, spec: { selector: deployment.spec?.selector ?? {}, template } };
  expect(summaryOf(service, changed)).toMatchObject({
    image: "other",
    cpu: { request: "1" },
    memory: { request: "3Gi", limit: "none" },
  });
});
