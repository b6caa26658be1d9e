import { expect, test } from "vitest";
import { sharedWarnings } from "../../../cli/render/sharedWarnings.ts";
import { readSites } from "../../../recorder/readSites.ts";

const sites = await readSites(["dc1", "dc2"]);
const [dc1, dc2] = sites;
if (dc1 === undefined || dc2 === undefined) throw new Error("an example site is missing");

const database = dc1.backingServices["declarations-database"] ?? { host: "", port: 0, cidrs: [] };
const withDatabase = (change: object) => ({
  ...dc2,
  backingServices: { ...dc2.backingServices, "declarations-database": { ...database, ...change } },
});

test("the examples share what they say that they share", () => {
  expect(sites.flatMap((site) => sharedWarnings(site, sites))).toEqual([]);
});

test.each<[what: string, change: object]>([
  ["whole", {}],
  ["with another name", { host: "db.dc2.tax.example" }],
  ["with another address", { cidrs: ["10.2.30.10/32"] }],
  ["with a network around its addresses", { host: "db.dc2.tax.example", cidrs: ["10.1.30.0/24"] }],
])("a database that was copied %s is said once of both sites", (_, change) => {
  const copied = withDatabase(change);
  const [first = "", ...more] = sharedWarnings(dc1, [dc1, copied]);
  expect(more).toEqual([]);
  expect(first).toMatch(/^dc1 and dc2 use one backing service declarations-database .* shared: true if it is meant$/);
});

test.each<[what: string, change: object]>([
  ["that says so", { shared: true }],
  ["of another port", { port: 5433 }],
  ["in the cluster", { cidrs: undefined, namespace: "databases", podLabels: { app: "db" } }],
])("a database %s is not said", (_, change) => {
  expect(sharedWarnings(dc1, [dc1, withDatabase(change)])).toEqual([]);
});
