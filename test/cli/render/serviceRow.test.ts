import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RegisteredWorkloads, serviceRow } from "../../../cli/render/serviceRow.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { certificate, generated, supplied } from "../../../components/secrets.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import {
  containerOf,
  deploymentOf,
  gatewaySite,
  microservice,
  podOf,
  release,
  resolved,
  sidecar,
  site,
} from "../../support/fixtures.ts";
import { plain, rowOf } from "../../support/rows.ts";

test("a row", () => {
  const callee = microservice({ name: "taxpayer-registry" });
  expect(
    rowOf(
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
    backingServices: ["receipts-database"],
    inTheClear: [
      { port: "http", number: 7137 },
      { port: "management", number: 17137 },
    ],
    secrets: { delivery: "env", generated: 1, supplied: ["API_KEY"], issued: 1, existing: 1 },
    image: `registry.dc1.tax.example:5000/receipts:${release}`,
    warnings: [],
  });
});

test("it says what is registered: image and resources of the Deployment, replicas of the autoscaler", () => {
  fc.assert(
    fc.property(microserviceArbitrary, fc.constantFrom(site, gatewaySite), (service, where) => {
      const { image, resources } = containerOf(deploymentOf(service));
      const row = rowOf(service, where);
      const { minReplicas, maxReplicas } = resolveMicroservice(service).autoscaling;
      expect(row.image).toBe(image);
      expect(row.cpu.request).toBe(resources?.requests?.["cpu"]);
      expect(row.cpu.limit).toBe(resources?.limits?.["cpu"]);
      expect(row.memory).toEqual({
        request: resources?.requests?.["memory"],
        limit: resources?.limits?.["memory"],
      });
      expect(row.replicas).toEqual(
        service.paused === true ? { min: 0, max: 0 } : { min: minReplicas, max: maxReplicas },
      );
      expect("exposure" in row).toBe(service.exposure !== undefined);
    }),
  );
});

test("a transform that changes the Deployment or the autoscaler changes the row", () => {
  const other = `${site.registry}/other:${release}`;
  const proxy = sidecar({ requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } });
  const row = rowOf(
    microservice({
      transforms: {
        deployment: (manifest) => {
          const container = {
            ...containerOf(manifest),
            image: other,
            resources: { requests: { cpu: "1", memory: "3Gi" }, limits: { memory: "4Gi", "ephemeral-storage": "1Gi" } },
          };
          podOf(manifest).containers = [proxy, container];
          return manifest;
        },
        horizontalPodAutoscaler: (manifest) => ({ ...manifest, spec: { ...manifest.spec, maxReplicas: 9 } }),
      },
    }),
  );
  expect(row).toMatchObject({
    image: other,
    cpu: { request: "1" },
    memory: { request: "3Gi", limit: "4Gi" },
    pod: { cpu: 1.25, memory: 4 * 2 ** 30 },
    replicas: { min: 2, max: 9 },
    // The percentage of the description, of the memory that is registered.
    jvm: { heapPercentage: 70, heapMebibytes: 2867 },
  });
});

test("a service of which nothing is registered has a row that says so", () => {
  const row = serviceRow(plain(resolved()), new RegisteredWorkloads().of("receipts"));
  expect(row).toMatchObject({ image: "none", cpu: { request: "none" }, replicas: { min: 0, max: 0 } });
});

test("a transform that lifts a protection is a warning in the words of a security exception, each once", () => {
  const reason = "The mainframe knows the nodes alone";
  const { warnings } = rowOf(
    microservice({
      securityExceptions: { writableRootFilesystem: { reason: "Fonts are unpacked  beside the jar" } },
      transforms: {
        service: {
          transform: (manifest) => ({ ...manifest, spec: { ...manifest.spec, type: "NodePort" } }),
          securityExceptions: { serviceType: { reason } },
        },
      },
    }),
  );
  expect(warnings).toEqual([
    "has the security exception writableRootFilesystem: Fonts are unpacked  beside the jar",
    `has the security exception serviceType: ${reason}`,
  ]);
});
