import { describe, expect, it } from "vitest";
import { parseFacts } from "../../../cli/preview/facts.ts";
import { formatMarkdown, formatText } from "../../../cli/preview/format.ts";
import { compareCommits, type RenderedSite } from "../../../cli/preview/report.ts";
import type { RegisteredResource } from "../../../recorder/registeredResource.ts";

const gibibyte = 2 ** 30;
const refunds = {
  service: "refunds",
  namespace: "declarations",
  replicas: { min: 2, max: 4 },
  cpu: { request: "250m" },
  memory: { request: "1Gi" },
  exposure: "https://refunds.tax.example/",
  calls: ["taxpayer-registry"],
  backingServices: ["declarations-database"],
  secrets: { supplied: ["BANK_API_KEY"] },
  warnings: ["has no owner"],
};
const receipts = { service: "receipts", namespace: "declarations" };

/** A Kubernetes object of a site, or of a service in it. */
function object(site: string, title: string, service?: string): RegisteredResource {
  const [kind = "", name = ""] = title.split(" ");
  const [namespace, own] = name.includes("/") ? name.split("/") : [undefined, name];
  const parent = service === undefined ? "pulumi:pulumi:Stack::site" : `gemelos:index:JavaMicroservice::${service}`;
  return {
    ...{ urn: `urn:pulumi:${site}::gemelos::${parent}$${title}`, type: `kubernetes:v1:${kind}`, name, custom: true },
    ...{ parent: `urn:pulumi:${site}::gemelos::${parent}`, provider: "", dependencies: [], options: {}, secrets: [] },
    inputs: { kind, metadata: { name: own ?? name, ...(namespace === undefined ? {} : { namespace }) } },
  };
}

interface Content {
  readonly services?: readonly object[];
  readonly hosts?: readonly string[];
  readonly objects?: readonly (readonly [title: string, service?: string])[];
  readonly workers?: number;
}

function rendered(sites: Readonly<Record<string, Content>>): ReadonlyMap<string, RenderedSite> {
  return new Map(
    Object.entries(sites).flatMap(([site, { services = [], hosts = [], objects = [], workers = 4 }]) => {
      const used = { replicas: 2, cpu: 1, memory: services.length * gibibyte };
      const capacity = { least: used, most: used, workers: { count: workers, memory: workers * 128 * gibibyte } };
      const image = { image: `registry.${site}.tax.example/refunds:1.0.0@sha256:${site}` };
      const own = services.map((service) => ({ ...image, ...service }));
      const report = { sites: [{ site, services: own, suppliedHosts: hosts, capacity }] };
      const resources = objects.map(([title, service]) => object(site, title, service));
      return parseFacts(JSON.stringify(report)).map((facts) => [site, { facts, resources }] as const);
    }),
  );
}

const both = (content: Content) => rendered({ dc1: content, dc2: content });
const compare = (before: ReturnType<typeof rendered>, after: typeof before) => {
  const report = compareCommits("main", before, after, []);
  return { text: formatText(report), markdown: formatMarkdown(report) };
};
const without: Content = { services: [receipts] };
const added: Content = {
  services: [receipts, refunds],
  hosts: ["refunds.tax.example"],
  objects: [
    ["Deployment refunds", "refunds"],
    ["ConfigMap refunds-config-0123456789", "refunds"],
    ["ConfigMap refunds-vault-ca", "refunds"],
    ["ServiceAccount declarations/refunds.tax.example"],
  ],
};

describe("a service", () => {
  it("that is new is shown with image, memory, URL, calls and secrets to fill, before what else changes", () => {
    expect(compare(both(without), both(added)).text).toBe(`preview against main

refunds: a new service
    namespace        declarations
    image            refunds:1.0.0
    replicas         2-4, each with 250m CPU and 1Gi of memory
    URL              https://refunds.tax.example/
    calls            taxpayer-registry, declarations-database
    secrets to fill  BANK_API_KEY
    warning: has no owner
  + 3 resources: 2 ConfigMap, Deployment

the site itself
  + ServiceAccount declarations/refunds.tax.example

to put into Vault before the pods can start:
  npm run secrets -- put --site dc1 --service refunds --key BANK_API_KEY  (and in dc2)
  npm run secrets -- put --site dc1 --host refunds.tax.example --certificate FILE --key FILE  (and in dc2)

dc1: 4 to create, 0 to change, 0 to delete, 0 unchanged
dc2: 4 to create, 0 to change, 0 to delete, 0 unchanged
dc1: memory 1Gi -> 2Gi requested at most, of 512Gi on 4 workers
dc2: memory 1Gi -> 2Gi requested at most, of 512Gi on 4 workers
`);
  });

  it("that is new or removed in one site only says so, in a pull request too", () => {
    const one = rendered({ dc1: without, dc2: added });
    expect(compare(both(without), one).text).toContain("\nrefunds: a new service, only in dc2\n");
    expect(compare(both(added), one).markdown).toContain(
      "<b>refunds: removed, only in dc1</b>: 3 deleted</summary>\n\n```diff\n  namespace      declarations\n",
    );
  });

  it("whose value is another in each site has both", () => {
    const other = { ...added, services: [receipts, { ...refunds, exposure: "https://refunds.dc2.tax.example/" }] };
    expect(compare(both(without), rendered({ dc1: added, dc2: other })).text).toContain(
      "URL              https://refunds.tax.example/ in dc1, https://refunds.dc2.tax.example/ in dc2\n",
    );
  });

  it("that is removed says which URL ends", () => {
    expect(compare(both(added), both(without)).text).toContain(`refunds: removed
    namespace      declarations
    URL that ends  https://refunds.tax.example/
  - 3 resources: 2 ConfigMap, Deployment
`);
  });

  it("that is known and newly needs a secret says which to put", () => {
    const objects = [...(added.objects ?? []), ["SecretStore refunds", "refunds"] as const];
    const needs = {
      ...added,
      objects,
      services: [receipts, { ...refunds, secrets: { supplied: ["BANK_API_KEY", "PIN"] } }],
    };
    expect(compare(both(added), both(needs)).text.match(/secrets -- put.*$/gm)).toEqual([
      "secrets -- put --site dc1 --service refunds --key PIN  (and in dc2)",
    ]);
  });
});

describe("a site", () => {
  const [old, whole] = [rendered({ dc1: added }), rendered({ dc1: added, dc2: added })];

  it("that is new is a page and no list of its objects", () => {
    const { text } = compare(old, whole);
    expect(text).toContain(`dc2: a new site
    services         receipts, refunds
    URLs             https://refunds.tax.example/
    replicas         2
    memory           2Gi requested at most, of 512Gi on 4 workers
    to do first      Vault's first setup and the cluster's parts: docs/site.md, A new site
    secrets to fill  2 and the registry's: npm run secrets -- status --site dc2
  + 4 resources: 2 ConfigMap, Deployment, ServiceAccount
`);
    expect(text).not.toContain("Deployment refunds");
    expect(text).toContain("\ndc1: 0 to create, 0 to change, 0 to delete, 4 unchanged\ndc2: 4 to create,");
  });

  it("whose file is gone is left as it is", () => {
    const { text } = compare(whole, old);
    expect(text).toContain("dc2: its file is gone\n    nothing in it changes by this: its stack");
    expect(text).not.toContain("to delete, 0 unchanged");
  });

  it("with another node says what room there is, and that nothing else changes", () => {
    expect(compare(both(added), rendered({ dc1: { ...added, workers: 5 }, dc2: added })).text).toBe(
      "preview against main: nothing changes (4 resources in dc1, 4 resources in dc2)\n" +
        "dc1: memory 2Gi requested at most, of 512Gi -> 640Gi on 4 -> 5 workers\n",
    );
  });

  it("tells in one line what comes with a whole namespace, and one by one what joins it", () => {
    const parts = ["LimitRange", "ResourceQuota", "ServiceAccount", "SecretStore"];
    const namespace: Content = {
      ...without,
      objects: [["Namespace refunds"], ...parts.map((kind) => [`${kind} refunds/of`] as const)],
    };
    const { text } = compare(both(without), both(namespace));
    expect(text).toContain(
      "the site itself\n  + namespace refunds, 5 resources: LimitRange, Namespace, ResourceQuota, SecretStore, ServiceAccount\n\n",
    );
    const joins = { ...namespace, objects: parts.map((kind) => [`${kind} refunds/of`] as const) };
    expect(compare(both(without), both(joins)).text).toContain(
      "  + LimitRange refunds/of\n  + ResourceQuota refunds/of\n  + SecretStore",
    );
  });
});
