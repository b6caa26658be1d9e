import * as kubernetes from "@pulumi/kubernetes";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CertificateSource,
  Datacenter,
  exposedHosts,
  type MicroserviceManifests,
  type MicroserviceSite,
} from "../../components/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import { catalogueArbitrary, siteArbitrary } from "../support/arbitraries.ts";
import { gatewaySite, manifestsOf, microservice, resolved, site, vault } from "../support/fixtures.ts";
import { clusterUid, type Recorded, record } from "../support/record.ts";
import { rejectionsOf } from "../support/rejections.ts";

const receipts = microservice({ exposure: { host: "api", path: "/receipts" } });
const returns = microservice({ name: "returns", exposure: { host: "api", path: "/returns" } });
const registry = microservice({ name: "registry", namespace: "taxpayers", exposure: { host: "api", path: "/people" } });
const inner = microservice({ name: "inner", exposure: { host: "api", domain: "internal" } });

function from(certificate: CertificateSource, where: MicroserviceSite = site): MicroserviceSite {
  return { ...where, exposure: { ...where.exposure, tls: { public: certificate, internal: certificate } } };
}

async function make(services: readonly MicroserviceManifests[], hosts: MicroserviceSite): Promise<Recorded> {
  return record(() => {
    const cluster = new kubernetes.Provider("cluster", {});
    new Datacenter("datacenter", { clusterUid, services, vault, hosts }, { providers: [cluster] });
  });
}

/** Of each object of these kinds: kind, namespace and name. */
function objects({ registrations }: Recorded, ...kinds: readonly string[]): string[] {
  return registrations
    .filter(({ inputs }) => kinds.includes(String(inputs["kind"])))
    .map(({ inputs }) =>
      [inputs["kind"], at(inputs, "metadata", "namespace"), at(inputs, "metadata", "name")].join(" "),
    )
    .toSorted();
}

/** The first object of a kind, in the order of the namespaces. */
function first({ registrations }: Recorded, kind: string): unknown {
  return registrations.find(({ inputs }) => inputs["kind"] === kind)?.inputs;
}

const every = ["ServiceAccount", "SecretStore", "VaultDynamicSecret", "ExternalSecret", "Certificate"];
const services = [receipts, returns, registry].map((service) => manifestsOf(service));

describe("a host that services share", () => {
  test("is one Secret a namespace, which all of the namespace's Ingresses name", async () => {
    const recorded = await make(services, site);
    expect(objects(recorded, ...every)).toEqual([
      "ExternalSecret declarations api.tax.example",
      "ExternalSecret taxpayers api.tax.example",
      "SecretStore declarations api.tax.example",
      "SecretStore taxpayers api.tax.example",
      "ServiceAccount declarations api.tax.example",
      "ServiceAccount taxpayers api.tax.example",
    ]);
    for (const { ingress } of services) {
      expect(ingress?.spec?.tls).toEqual([{ hosts: ["api.tax.example"], secretName: "api.tax.example-tls" }]);
    }
    expect(at(first(recorded, "ExternalSecret"), "spec", "target")).toMatchObject({
      name: "api.tax.example-tls",
      template: { type: "kubernetes.io/tls" },
    });
  });

  test("has its pair from Vault, read by an account of its own name every five minutes", async () => {
    const recorded = await make(services, site);
    expect(at(first(recorded, "SecretStore"), "spec", "provider", "vault")).toMatchObject({
      path: "services",
      auth: { kubernetes: { role: "gemelos-hosts", serviceAccountRef: { name: "api.tax.example" } } },
    });
    expect(at(first(recorded, "ExternalSecret"), "spec")).toMatchObject({
      refreshInterval: "5m",
      data: ["certificate", "key"].map((property) => ({ remoteRef: { key: "hosts/api.tax.example", property } })),
    });
  });

  test("in both domains is two hosts with two certificates", async () => {
    const recorded = await make([...services, manifestsOf(inner)], site);
    expect(objects(recorded, "VaultDynamicSecret")).toEqual(["VaultDynamicSecret declarations api.dc1.tax.example"]);
  });
});

test("the site's authority issues for the host, renewed when a third of the time is left", async () => {
  const recorded = await make([manifestsOf(inner)], site);
  expect(at(first(recorded, "VaultDynamicSecret"), "spec")).toMatchObject({
    path: "pki/issue/host",
    parameters: { common_name: "api.dc1.tax.example", ttl: "2160h" },
  });
  expect(at(first(recorded, "ExternalSecret"), "spec", "refreshInterval")).toBe("1440h");
});

test("cert-manager gets a Certificate, and nobody logs in to Vault", async () => {
  const recorded = await make(services, from({ source: "cert-manager", clusterIssuer: "authority" }));
  expect(objects(recorded, ...every)).toEqual([
    "Certificate declarations api.tax.example",
    "Certificate taxpayers api.tax.example",
  ]);
  expect(at(first(recorded, "Certificate"), "spec")).toMatchObject({
    secretName: "api.tax.example-tls",
    dnsNames: ["api.tax.example"],
    issuerRef: { kind: "ClusterIssuer", name: "authority" },
  });
});

test("where the controller has the certificate, nothing is made and the Ingress names no Secret", async () => {
  const where = from({ source: "controller" });
  const manifests = manifestsOf(receipts, where);
  expect(objects(await make([manifests], where), ...every, "ConfigMap")).toEqual([]);
  expect(manifests.ingress?.spec?.tls).toEqual([{ hosts: ["api.tax.example"] }]);
});

test("one host's certificate may come from elsewhere than those of its domain", () => {
  const tls = {
    ...site.exposure.tls,
    public: { source: "supplied", hosts: { status: { source: "controller" } } },
  } as const;
  const where: MicroserviceSite = { ...site, exposure: { ...site.exposure, tls } };
  const status = resolved({ name: "status", exposure: { host: "status" } });
  expect(exposedHosts([resolved({ exposure: { host: "api" } }), status], where)).toMatchObject([
    { host: "api.tax.example", certificate: { source: "supplied" }, namespaces: ["declarations"] },
    { host: "status.tax.example", certificate: { source: "controller" }, namespaces: [] },
  ]);
});

test("a Gateway's listeners find the Secrets in its own namespace, and the services' namespaces have none", async () => {
  const recorded = await make(services, gatewaySite);
  expect(objects(recorded, ...every)).toEqual(
    ["ExternalSecret", "SecretStore", "ServiceAccount"].map((kind) => `${kind} gateways api.tax.example`),
  );
});

test("whatever is made in the Gateway's namespace waits until the cluster is known to be the right one", async () => {
  const { result } = await rejectionsOf(() =>
    record(() => {
      const cluster = new kubernetes.Provider("cluster", {});
      const args = { clusterUid: "another", services, vault, hosts: gatewaySite };
      new Datacenter("datacenter", args, { providers: [cluster] });
    }),
  );
  expect(objects(result, ...every, "ConfigMap")).toEqual([]);
});

test("a certificate from Vault needs a Vault, and the message says which field", async () => {
  await record(() => {
    expect(() => new Datacenter("datacenter", { clusterUid, services, hosts: site })).toThrow(
      /hosts\.exposure\.tls\.public: the certificate of api\.tax\.example is "supplied"/,
    );
  });
});

test("every exposed host has one Secret in each namespace whose Ingress names it, and none that nobody names", () => {
  fc.assert(
    fc.property(catalogueArbitrary(), siteArbitrary, (catalogue, where) => {
      const made = catalogue.map((service) => manifestsOf(service, where));
      const named = made.flatMap(({ ingress }) =>
        (ingress?.spec?.tls ?? []).flatMap(({ secretName }) =>
          secretName === undefined ? [] : [`${ingress?.metadata.namespace} ${secretName}`],
        ),
      );
      const hosts = exposedHosts(
        made.map(({ microservice: service }) => service),
        where,
      );
      const given = hosts.flatMap(({ host, namespaces }) => namespaces.map((namespace) => `${namespace} ${host}-tls`));
      if (where.exposure.kind === "ingress") expect(given.toSorted()).toEqual([...new Set(named)].sort());
      else expect(given.every((each) => each.startsWith("gateways "))).toBe(true);
      expect(new Set(given).size).toBe(given.length);
    }),
  );
});
