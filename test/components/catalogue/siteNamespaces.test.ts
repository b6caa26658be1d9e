import { expect, test } from "vitest";
import { checkSiteNamespace } from "../../../components/catalogue/siteNamespaces.ts";
import type { CatalogueSite } from "../../../components/siteData.ts";
import { site, tls, vault } from "../../support/fixtures.ts";
import { siteServiceLines } from "../../support/wrongInput.ts";

const { controller } = site.exposure;
const where: CatalogueSite = {
  ...{ ...site, name: "dc1", contact: "platform@tax.example", file: "Pulumi.dc1.yaml", releases: {}, vault },
  kubernetes: { encryptionAtRest: "kms", reservedNamespaces: ["batch-operator"] },
  monitoring: { namespace: "observability", podLabels: { app: "prometheus" } },
  network: { dns: { namespace: "dns", podLabels: { app: "coredns" } } },
  exposure: { kind: "gateway", gateway: { namespace: "entrance", name: "citizens" }, tls, controller },
  backingServices: {
    ...site.backingServices,
    ledger: { host: "ledger.stores.svc", port: 5432, namespace: "stores", podLabels: { app: "ledger" } },
  },
};

test.each([
  ["ingress", "exposure.controller.namespace"],
  ["observability", "monitoring.namespace"],
  ["dns", "network.dns.namespace"],
  ["entrance", "exposure.gateway.namespace"],
  ["stores", "backingServices.ledger.namespace"],
  ["batch-operator", "kubernetes.reservedNamespaces[0]"],
])("a service stays out of %s, which the site states as %s, and both files are named", (namespace, field) => {
  expect(checkSiteNamespace(namespace, "services/receipts", where)).toEqual([
    {
      file: "services/receipts",
      path: "namespace",
      message: expect.stringMatching(`^"${namespace}" is .* in Pulumi\\.dc1\\.yaml`),
    },
  ]);
  expect(checkSiteNamespace(namespace, "services/receipts", where)[0]?.message).toContain(
    `(gemelos:site.${field}); choose another namespace, or correct the site's file`,
  );
});

test("any other namespace is a service's", () => {
  expect(checkSiteNamespace("declarations", "services/receipts", where)).toEqual([]);
});

test("the catalogue is held to it in each site", async () => {
  const exposure = { ...site.exposure, controller: { namespace: "shop", podLabels: { app: "haproxy" } } };
  expect(await siteServiceLines({ site: { exposure } })).toEqual([
    expect.stringMatching(/^services\/orders: namespace: "shop" is where the exposure controller's pods run/),
  ]);
});
