import { expect, test } from "vitest";
import { checkHosts } from "../../../components/catalogue/hostRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { CatalogueSite, ExposureTls } from "../../../components/siteData.ts";
import { microservice, resolved, site, tls, vault } from "../../support/fixtures.ts";
import { planOf } from "../monitoring/monitoredSite.ts";

const where: CatalogueSite = {
  ...{ ...site, name: "dc1", contact: "platform@tax.example", file: "Pulumi.dc1.yaml", releases: {}, vault },
  kubernetes: { encryptionAtRest: "kms" },
};

/** What is said of services, in a site whose certificates come from there. */
function lines(certificates: ExposureTls, ...services: readonly Microservice[]): string[] {
  const entries = services.map((service) => ({
    service: resolved(service),
    folder: `services/${service.name}`,
    templates: [],
  }));
  const found = checkHosts(entries, { ...where, exposure: { ...where.exposure, tls: certificates } });
  return found.map(({ file, path, message }) => `${file}: ${path}: ${message}`);
}

const api = microservice({ exposure: { host: "api" } });

test("hosts that services have are fine, shared or not, with a source of their own or without", () => {
  const other = microservice({ name: "other", exposure: { host: "api", path: "/other" } });
  const inner = microservice({ name: "inner", exposure: { host: "api", domain: "internal" } });
  const certificates: ExposureTls = { ...tls, public: { ...tls.public, hosts: { api: { source: "controller" } } } };
  expect(lines(certificates, api, other, inner)).toEqual([]);
});

test("a source for a host that no service has is a mistake, and the hosts that there are are named", () => {
  const hosts = { apl: { source: "controller" } } as const;
  expect(lines({ public: { ...tls.public, hosts }, internal: { ...tls.internal, hosts } }, api)).toEqual([
    expect.stringMatching(/^Pulumi\.dc1\.yaml: gemelos:site\.exposure\.tls\.public\.hosts\.apl: .*there are api;/),
    expect.stringMatching(/^Pulumi\.dc1\.yaml: gemelos:site\.exposure\.tls\.internal\.hosts\.apl: .*none is;/),
  ]);
});

test("two names that are one host in this site are a mistake, since nobody compares their paths", () => {
  const inner = microservice({ name: "inner", exposure: { host: "api", domain: "internal" } });
  const outer = microservice({ name: "outer", exposure: { host: "api.dc1" } });
  expect(lines(tls, inner, outer)).toEqual([
    expect.stringMatching(
      /^services\/outer: exposure\.host: "api\.dc1\.tax\.example" is a host of services\/inner too/,
    ),
  ]);
});

test("the authority issues for no name of more than 64 characters, and another source may have one", () => {
  const long = microservice({ exposure: { host: "a".repeat(50), domain: "internal" } });
  expect(lines(tls, long)).toEqual([
    expect.stringMatching(/^Pulumi\.dc1\.yaml: gemelos:site\.exposure\.tls\.internal: .* has 66 characters/),
  ]);
  expect(lines({ ...tls, internal: { source: "supplied" } }, long)).toEqual([]);
});

test.each([
  ["vault.dc1", "Vault"],
  ["registry.dc1", "the registry"],
  ["kubernetes.dc1", "the API server"],
  ["archive.dc1", "the backing service archive"],
])("nobody exposes %s, the host of %s", (host, owner) => {
  const entry = { service: resolved({ exposure: { host } }), folder: "services/receipts", templates: [] };
  const found = checkHosts([entry], {
    ...where,
    registry: "registry.dc1.tax.example:5000",
    vault: { ...vault, address: "https://vault.dc1.tax.example:8200" },
    kubernetes: { encryptionAtRest: "kms", address: "https://kubernetes.dc1.tax.example:6443" },
    backingServices: { archive: { host: "archive.dc1.tax.example", port: 9000, cidrs: ["10.1.30.7/32"] } },
  });
  expect(found).toEqual([
    {
      file: "services/receipts",
      path: "exposure.host",
      message: expect.stringContaining(`is the host of ${owner} in`),
    },
  ]);
});

test.each(["grafana", "prometheus"])(
  "nobody exposes %s where the site's own monitoring is at that host, and anybody elsewhere",
  (host) => {
    const entry = {
      service: resolved({ exposure: { host, domain: "internal" } }),
      folder: "services/receipts",
      templates: [],
    };
    expect(checkHosts([entry], { ...where, monitoring: planOf().monitoring })).toEqual([
      {
        file: "services/receipts",
        path: "exposure.host",
        message: expect.stringMatching(
          new RegExp(`"${host}\\..*" is the host of monitoring's ${host} in .*; choose another host$`),
        ),
      },
    ]);
    expect(checkHosts([entry], where)).toEqual([]);
  },
);
