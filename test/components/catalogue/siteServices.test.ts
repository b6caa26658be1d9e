import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type CatalogueEntry, type CatalogueSite, siteServices } from "../../../components/catalogue/siteServices.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { ValidationError } from "../../../components/diagnostic.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { generated } from "../../../components/secrets.ts";
import { catalogueArbitrary, siteArbitrary } from "../../support/arbitraries.ts";
import { microservice, release, site, vault } from "../../support/fixtures.ts";

const placementSite: CatalogueSite = {
  ...site,
  name: "dc1",
  contact: "platform@tax.example",
  file: "Pulumi.dc1.yaml",
  kubernetes: { encryptionAtRest: "kms" },
  vault,
  releases: { receipts: release },
};

function entry(service: Microservice, text?: string): CatalogueEntry {
  const folder = `services/${service.name}`;
  const file = `${folder}/config/application.yaml`;
  return { service, folder, templates: text === undefined ? [] : [{ name: "application.yaml", file, text }] };
}

function problemsOf(catalogue: readonly CatalogueEntry[], where: CatalogueSite): string[] {
  try {
    siteServices(catalogue, where);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.problems.map(({ file, path }) => `${file}: ${path}`);
    throw error;
  }
}

test("every service is placed once, in the order of the names, with its release and exactly its callers", () => {
  fc.assert(
    fc.property(catalogueArbitrary(), siteArbitrary, (services, where) => {
      const releases = Object.fromEntries(services.map(({ name }) => [name, `${name}@sha256:${"0".repeat(64)}`]));
      const placements = siteServices(
        services.map((service) => entry(service)),
        { ...placementSite, ...where, releases },
      );
      expect(placements.map(({ service }) => service.name)).toEqual(services.map(({ name }) => name).sort());
      for (const { service, release: placed, callers } of placements) {
        expect(placed).toBe(releases[service.name]);
        const expected = services.filter((other) =>
          resolveMicroservice(other).resolvedCalls.some((call) => call.service === service),
        );
        expect(callers.map(({ name }) => name)).toEqual(expected.map(({ name }) => name).sort());
      }
    }),
  );
});

test("a template sees the site, its service, and of calls and endpoints those that the service declares", () => {
  const registry = microservice({ name: "registry" });
  const service = microservice({ backingServices: ["receipts-database"], calls: () => [registry] });
  const text =
    "{{ site.name }} {{ service.ports.http }} {{ endpoints.receipts-database.host }} {{ calls.registry.url }}";
  const where = { ...placementSite, releases: { receipts: release, registry: release } };
  const [receipts] = siteServices([entry(service, text), entry(registry)], where);
  expect(receipts?.configuration).toEqual({
    "application.yaml": "dc1 7137 db.dc1.tax.example http://registry.declarations.svc:7137",
  });
  expect(problemsOf([entry(microservice({ calls: () => [registry] }), text), entry(registry)], where)).toEqual([
    "services/receipts/config/application.yaml: line 1",
  ]);
});

test.each<[string, Microservice, Partial<CatalogueSite>, string]>([
  [
    "an endpoint that the site does not have",
    microservice({ backingServices: ["unknown"] }),
    {},
    "services/receipts: endpoints[0]",
  ],
  [
    "an endpoint of every object's making",
    microservice({ backingServices: ["constructor"] }),
    {},
    "services/receipts: endpoints[0]",
  ],
  [
    "secrets in an etcd in the clear",
    microservice({ secrets: { A: { secretName: "a" } } }),
    { kubernetes: { encryptionAtRest: "none" } },
    "services/receipts: secrets",
  ],
  [
    "a release of nobody",
    microservice(),
    { releases: { receipts: release, ghost: release } },
    "Pulumi.dc1.yaml: gemelos:releases.ghost",
  ],
])("%s is a problem", (_, service, where, problem) => {
  expect(problemsOf([entry(service)], { ...placementSite, ...where })).toEqual([problem]);
});

test("a release of one service only is a problem for the other", () => {
  const catalogue = [entry(microservice()), entry(microservice({ name: "other" }))];
  expect(problemsOf(catalogue, placementSite)).toEqual(["Pulumi.dc1.yaml: gemelos:releases.other"]);
});

test("problems of endpoints, releases and templates come at once", () => {
  const catalogue = [entry(microservice({ backingServices: ["unknown"] }), "{{ site.unknown }}")];
  expect(problemsOf(catalogue, { ...placementSite, releases: { ghost: release } })).toHaveLength(4);
});

test("a new site has no release, and so no service yet; what is wrong with the catalogue is said all the same", () => {
  const site = { ...placementSite, releases: {} };
  expect(siteServices([entry(microservice())], site)).toEqual([]);
  expect(problemsOf([entry(microservice({ backingServices: ["unknown"] }))], site)).toEqual([
    "services/receipts: endpoints[0]",
  ]);
});

test("files of Vault need no etcd, so a site that keeps it in the clear may have them", () => {
  const secrets = { A: generated() };
  const site = { ...placementSite, kubernetes: { encryptionAtRest: "none" as const } };
  expect(problemsOf([entry(microservice({ secrets, secretDelivery: "files" }))], site)).toEqual([]);
  expect(problemsOf([entry(microservice({ secrets }))], site)).toEqual(["services/receipts: secrets"]);
});
