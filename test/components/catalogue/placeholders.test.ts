import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { scaffold } from "../../../cli/adopt/writing/scaffold.ts";
import { servicePlaceholders, sitePlaceholders } from "../../../components/catalogue/index.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { supplied } from "../../../components/secrets.ts";
import { readSites } from "../../../recorder/readSites.ts";
import { loadCatalogue } from "../../../services/index.ts";
import { orders } from "../../support/wrongInput.ts";

const [site] = await readSites(["dc1"]);
if (site === undefined) throw new Error("the example site is missing");

const pathsOf = (change: Partial<Microservice>) =>
  servicePlaceholders([{ service: resolveMicroservice({ ...orders, ...change }), folder: "f", templates: [] }]).map(
    ({ path }) => path,
  );
const releasePaths = (release: string) =>
  sitePlaceholders({ ...site, releases: { orders: release } }).map(({ path }) => path);

test("the examples have none", async () => {
  expect([...servicePlaceholders(await loadCatalogue()), ...sitePlaceholders(site)]).toEqual([]);
});

test("all that a new service's scaffold leaves open is found", () => {
  const { service, release } = scaffold({ name: "refunds", namespace: "", description: undefined, owner: undefined });
  expect(pathsOf(service)).toEqual(["description", "owner"]);
  expect(releasePaths(release)).toEqual(["gemelos:releases.orders"]);
});

test.each([
  "To be named",
  "TODO",
  "todo: ask Ana",
  "TBD",
  "tbd.",
  "FIXME",
  "changeme",
  "change me",
  "xxx",
  "???",
  "...",
  "<owner>",
  "-",
])("%s is no owner", (owner) => {
  expect(pathsOf({ owner })).toEqual(["owner"]);
});

test.each([
  "team-refunds@tax.example",
  "#team-todo-lists",
  "Tobias Xu",
  "To be or not to be",
  "Todos Santos",
  "To do lists of clerks",
])("%s is one", (owner) => {
  expect(pathsOf({ owner })).toEqual([]);
});

test("reasons, secrets' descriptions and a site's contact are looked at, and values of the service are not", () => {
  const reason = "TODO: say why this is so";
  expect(
    pathsOf({
      securityExceptions: { runAsRoot: { reason } },
      secrets: { KEY: supplied({ description: "to be described" }) },
      calls: () => [{ service: orders, justification: reason }],
      backingServices: [{ name: "mail-relay", justification: reason }],
      env: { TITLE: "TODO", OWNER: "...", description: "xxx" },
    }),
  ).toEqual([
    "securityExceptions.runAsRoot.reason",
    "secrets.KEY.description",
    "backingServices[0].justification",
    "calls[0].justification",
  ]);
  expect(sitePlaceholders({ ...site, contact: "to be named" }).map(({ path }) => path)).toEqual([
    "gemelos:site.contact",
  ]);
});

test.each([
  "0".repeat(64),
  "f".repeat(64),
  "0123456789abcdef".repeat(4),
  "deadbeef".repeat(8),
  "123".repeat(21).concat("1"),
  createHash("sha256").digest("hex"),
])("%s is no image's digest", (digest) => {
  expect(releasePaths(`1.0.0@sha256:${digest}`)).toEqual(["gemelos:releases.orders"]);
});

test("a real digest is none", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (content) => {
      expect(releasePaths(`1.0.0@sha256:${createHash("sha256").update(content).digest("hex")}`)).toEqual([]);
    }),
  );
});
