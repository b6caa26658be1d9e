import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CatalogueService } from "../../../components/catalogue/catalogueEntry.ts";
import { siteServices } from "../../../components/catalogue/siteServices.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { ValidationError } from "../../../components/diagnostic.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { generated } from "../../../components/secrets.ts";
import type { CatalogueSite } from "../../../components/siteData.ts";
import { catalogueArbitrary, siteArbitrary } from "../../support/arbitraries.ts";
import { microservice, release, site, tls, vault } from "../../support/fixtures.ts";
import { planOf } from "../monitoring/monitoredSite.ts";

const catalogueSite: CatalogueSite = {
  ...site,
  name: "dc1",
  contact: "platform@tax.example",
  file: "Pulumi.dc1.yaml",
  kubernetes: { encryptionAtRest: "kms" },
  vault,
  releases: { receipts: release },
};

function entry(service: Microservice, text?: string): CatalogueService {
  const folder = `services/${service.name}`;
  const file = `${folder}/config/application.yaml`;
  const templates = text === undefined ? [] : [{ name: "application.yaml", file, text }];
  return { service: resolveMicroservice(service), folder, templates };
}

function problemsOf(catalogue: readonly CatalogueService[], where: CatalogueSite): string[] {
  try {
    siteServices(catalogue, where);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.diagnostics.map(({ file, path }) => `${file}: ${path}`);
    throw error;
  }
}

test("every service is in a site once, in the order of the names, with its release and exactly its callers", () => {
  fc.assert(
    fc.property(catalogueArbitrary(), siteArbitrary, (services, where) => {
      const releases = Object.fromEntries(services.map(({ name }) => [name, `${name}@sha256:${"0".repeat(64)}`]));
      const inputs = siteServices(
        services.map((service) => entry(service)),
        { ...catalogueSite, ...where, releases },
      );
      expect(inputs.map(({ service }) => service.name)).toEqual(services.map(({ name }) => name).sort());
      for (const { service, release: released, callers = [] } of inputs) {
        expect(released).toBe(releases[service.name]);
        const expected = services.filter((other) =>
          resolveMicroservice(other).calls.some(({ source }) => source === service.source),
        );
        expect(callers.map(({ name }) => name)).toEqual(expected.map(({ name }) => name).sort());
      }
    }),
  );
});

test("a template sees the site, its service, and of calls and backing services those that the service declares", () => {
  const registry = microservice({ name: "registry", ports: { grpc: 9090 } });
  const service = microservice({ backingServices: ["receipts-database"], calls: () => [registry] });
  const text =
    "{{ site.name }} {{ service.ports.http }} {{ backingServices.receipts-database.host }} {{ calls.registry.url }} {{ calls.registry.grpcTarget }}";
  const where = {
    ...catalogueSite,
    releases: { receipts: release, registry: release },
    network: { dns: { domain: "k8s.dc1" } },
  };
  const [receipts] = siteServices([entry(service, text), entry(registry)], where);
  expect(receipts?.configuration).toEqual({
    "application.yaml":
      "dc1 7137 db.dc1.tax.example http://registry.declarations.svc.k8s.dc1:7137 registry.declarations.svc.k8s.dc1:9090",
  });
  expect(problemsOf([entry(microservice({ calls: () => [registry] }), text), entry(registry)], where)).toEqual([
    "services/receipts/config/application.yaml: ",
  ]);
});

test.each<[string, Microservice, Partial<CatalogueSite>, string]>([
  [
    "a backing service that the site does not have",
    microservice({ backingServices: ["unknown"] }),
    {},
    "services/receipts: backingServices[0]",
  ],
  [
    "a backing service of every object's making",
    microservice({ backingServices: ["constructor"] }),
    {},
    "services/receipts: backingServices[0]",
  ],
  [
    "secrets in an etcd in the clear",
    microservice({ secrets: { A: { secretName: "a" } } }),
    { kubernetes: { encryptionAtRest: "none" } },
    "services/receipts: secrets",
  ],
  [
    "the database of the cards",
    microservice({ backingServices: ["receipts-database"] }),
    {
      backingServices: {
        "receipts-database": { host: "db", port: 5432, cidrs: ["10.1.30.10/32"], cardholderData: true },
      },
    },
    "services/receipts: backingServices[0]",
  ],
  [
    "a second name for the database of the cards",
    microservice(),
    {
      backingServices: {
        cards: { host: "db", port: 5432, cidrs: ["10.1.30.10/32"], cardholderData: true },
        other: { host: "db", port: 5432, cidrs: ["10.1.30.10/32"] },
      },
    },
    "Pulumi.dc1.yaml: gemelos:site.backingServices.other",
  ],
  [
    "an entrance that would speak plain HTTP to a service with TLS",
    microservice({ tls: true, exposure: { host: "api" } }),
    { exposure: { kind: "ingress", ingressClassName: "any", tls, controller: site.exposure.controller } },
    "Pulumi.dc1.yaml: gemelos:site.exposure.implementation",
  ],
  [
    "a release of nobody",
    microservice(),
    { releases: { receipts: release, ghost: release } },
    "Pulumi.dc1.yaml: gemelos:releases.ghost",
  ],
])("%s is a problem", (_, service, where, problem) => {
  expect(problemsOf([entry(service)], { ...catalogueSite, ...where })).toEqual([problem]);
});

test("a configuration file that shows memory is a problem where there is cardholder data", () => {
  const text = "management.endpoints.web.exposure.include: heapdump\n";
  const cards = microservice({ cardholderData: true });
  expect(problemsOf([entry(cards, text)], catalogueSite)).toEqual(["services/receipts/config/application.yaml: "]);
  expect(problemsOf([entry(microservice(), text)], catalogueSite)).toEqual([]);
});

test("a release of one service only is a problem for the other", () => {
  const catalogue = [entry(microservice()), entry(microservice({ name: "other" }))];
  expect(problemsOf(catalogue, catalogueSite)).toEqual(["Pulumi.dc1.yaml: gemelos:releases.other"]);
});

test("problems of backing services, releases and templates come at once", () => {
  const catalogue = [entry(microservice({ backingServices: ["unknown"] }), "{{ site.unknown }}")];
  expect(problemsOf(catalogue, { ...catalogueSite, releases: { ghost: release } })).toHaveLength(4);
});

test("a new site has no release, and so no service yet; what is wrong with the catalogue is said all the same", () => {
  const site = { ...catalogueSite, releases: {} };
  expect(siteServices([entry(microservice())], site)).toEqual([]);
  expect(problemsOf([entry(microservice({ backingServices: ["unknown"] }))], site)).toEqual([
    "services/receipts: backingServices[0]",
  ]);
});

test("files of Vault need no etcd, so a site that keeps it in the clear may have them", () => {
  const secrets = { A: generated() };
  const site = { ...catalogueSite, kubernetes: { encryptionAtRest: "none" as const } };
  expect(problemsOf([entry(microservice({ secrets, secretDelivery: "files" }))], site)).toEqual([]);
  expect(problemsOf([entry(microservice({ secrets }))], site)).toEqual(["services/receipts: secrets"]);
});

test("a site that keeps etcd in the clear has no monitoring of its own, whose passwords would be there", () => {
  const { monitoring } = planOf();
  const parts = ["alertmanager", "blackbox-exporter", "grafana", "kube-state-metrics", "metrics-server"];
  const releases = Object.fromEntries(
    ["receipts", ...parts, "node-exporter", "prometheus"].map((name) => [name, release]),
  );
  const where = { ...catalogueSite, monitoring, releases };
  expect(problemsOf([entry(microservice())], where)).toEqual([]);
  const clear = { ...where, kubernetes: { encryptionAtRest: "none" as const } };
  expect(problemsOf([entry(microservice())], clear)).toEqual([
    "Pulumi.dc1.yaml: gemelos:site.kubernetes.encryptionAtRest",
  ]);
});
