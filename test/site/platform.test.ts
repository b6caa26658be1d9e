import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { linesOf, readSiteFile, siteText } from "../support/wrongInput.ts";

/** What is said of the example site with other values at some fields. */
function told(fields: Readonly<Record<string, unknown>>): Promise<string[]> {
  const document = parseDocument(siteText);
  for (const [path, value] of Object.entries(fields)) {
    document.setIn(["config", "gemelos:site", ...path.split(".")], value);
  }
  return linesOf(() => readSiteFile(document.toString()));
}

const relay = (more: object) => ({ host: "relay.dc1.tax.example", port: 587, cidrs: ["10.1.40.25/32"], ...more });

test.each<[what: string, fields: Readonly<Record<string, unknown>>, says: RegExp]>([
  [
    "two halves of a private range",
    { "backingServices.mail-relay": relay({ cidrs: ["192.168.0.0/17", "192.168.128.0/17"] }) },
    /backingServices\.mail-relay\.cidrs: .*are together 192\.168\.0\.0\/16, which is a whole network of 65536/,
  ],
  [
    "four quarters, in any order",
    { "vault.cidrs": ["10.3.0.0/17", "10.2.128.0/17", "10.2.0.0/17", "10.3.128.0/17"] },
    /vault\.cidrs: .*are together 10\.2\.0\.0\/15/,
  ],
  [
    "the pod itself",
    { "backingServices.mail-relay": relay({ host: "localhost" }) },
    /mail-relay\.host: .*the pod itself/,
  ],
  [
    "eight eighths, as who scrapes",
    { monitoring: { cidrs: Array.from({ length: 8 }, (_, index) => `192.168.${index * 32}.0/19`) } },
    /monitoring\.cidrs: .*are together 192\.168\.0\.0\/16/,
  ],
  [
    "the metadata service",
    { "backingServices.mail-relay": relay({ host: "169.254.169.254" }) },
    /mail-relay\.host: .*link-local/,
  ],
  [
    "the API server by its name",
    { "backingServices.mail-relay": relay({ host: "kubernetes.dc1.tax.example" }) },
    /mail-relay\.host: .*is the API server/,
  ],
  [
    "the API server by its name in the cluster",
    { "backingServices.mail-relay": relay({ host: "kubernetes.default.svc.cluster.local" }) },
    /mail-relay\.host: .*is the API server/,
  ],
  [
    "the API server by its address",
    {
      "kubernetes.address": "https://10.1.60.9:6443",
      "backingServices.mail-relay": relay({ cidrs: ["10.1.60.0/28"] }),
    },
    /mail-relay\.cidrs\[0\]: .*holds the API server/,
  ],
  [
    "Vault beside its own rule",
    { "vault.cidrs": ["10.1.20.15/32"], "backingServices.mail-relay": relay({ port: 8200, cidrs: ["10.1.20.0/24"] }) },
    /mail-relay\.cidrs\[0\]: .*holds the site's Vault/,
  ],
])("nobody opens %s", async (_, fields, says) => {
  expect(await told(fields)).toEqual([expect.stringMatching(says)]);
});

test("neighbouring networks that stay narrow, and wide ones with their reasons, are fine", async () => {
  expect(await told({ "backingServices.mail-relay": relay({ cidrs: ["10.1.40.0/25", "10.1.40.128/25"] }) })).toEqual(
    [],
  );
  const reason = "The provider changes its addresses without notice";
  const halves = ["192.168.0.0/17", "192.168.128.0/17"].map((cidr) => ({ cidr, reason }));
  expect(await told({ "backingServices.mail-relay": relay({ cidrs: halves }) })).toEqual([]);
  expect(await told({ "backingServices.mail-relay": relay({ host: "10.1.40.25" }) })).toEqual([]);
});
