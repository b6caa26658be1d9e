import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import * as vaultProvider from "@pulumi/vault";
import { expect, test } from "vitest";
import {
  Datacenter,
  generated,
  JavaMicroservice,
  type Microservice,
  type MicroserviceSite,
  microserviceManifests,
  type Transforms,
} from "../../components/index.ts";
import { gatewaySite, release, resolved, site, vault } from "../support/fixtures.ts";
import { clusterUid, record } from "../support/record.ts";

/** A service that has one object of every kind. */
const full: Partial<Microservice> = {
  exposure: { host: "api" },
  tls: true,
  secrets: { DB_PASSWORD: generated() },
  volumes: { "/data": { size: "1Gi", accessMode: "ReadWriteMany" } },
  backingServices: ["receipts-database"],
  migration: { command: ["migrate"], phase: "expand" },
};

/** How often each transform is called while a service and the cluster under it are registered. */
async function callsOf(where: MicroserviceSite): Promise<Record<string, number>> {
  const calls: Record<string, number> = {};
  const counted = (kind: keyof Transforms) => {
    calls[kind] = 0;
    return <Manifest>(manifest: Manifest): Manifest => {
      calls[kind] = (calls[kind] ?? 0) + 1;
      return manifest;
    };
  };
  const transforms: Required<Transforms> = {
    serviceAccount: counted("serviceAccount"),
    configMap: counted("configMap"),
    deployment: counted("deployment"),
    service: counted("service"),
    job: counted("job"),
    horizontalPodAutoscaler: counted("horizontalPodAutoscaler"),
    podDisruptionBudget: counted("podDisruptionBudget"),
    persistentVolumeClaim: counted("persistentVolumeClaim"),
    networkPolicy: counted("networkPolicy"),
    ingress: counted("ingress"),
    httpRoute: counted("httpRoute"),
    backendTlsPolicy: counted("backendTlsPolicy"),
    secretStore: counted("secretStore"),
    externalSecret: counted("externalSecret"),
  };
  await record(() => {
    const cluster = new kubernetes.Provider("cluster", {});
    const secrets = new vaultProvider.Provider("vault", { address: vault.address });
    const configuration = { "application.yaml": "a: 1\n" };
    const service = microserviceManifests({
      service: resolved({ ...full, transforms }),
      site: where,
      release,
      configuration,
    });
    const datacenter = new Datacenter("datacenter", { clusterUid, services: [service] }, { providers: [cluster] });
    new JavaMicroservice("receipts", service, {
      providers: [cluster, secrets, new random.Provider("random")],
      dependsOn: datacenter.namespaceResources(service.microservice.namespace),
    });
  });
  return calls;
}

const once = {
  ...{ serviceAccount: 1, configMap: 1, deployment: 1, service: 1, job: 1, horizontalPodAutoscaler: 1 },
  ...{ podDisruptionBudget: 1, persistentVolumeClaim: 1, networkPolicy: 1, secretStore: 1, externalSecret: 2 },
};

test.each([
  ["an Ingress", site, { ...once, ingress: 1, httpRoute: 0, backendTlsPolicy: 0 }],
  ["an HTTPRoute", gatewaySite, { ...once, ingress: 0, httpRoute: 1, backendTlsPolicy: 1 }],
])(
  "each transform is called once where a service is exposed by %s, and what quotas need is no reason for more",
  async (_, where, expected) => {
    expect(await callsOf(where)).toEqual(expected);
  },
);
