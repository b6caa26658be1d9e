import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readAllDocuments } from "../../../../cli/adopt/adopt.ts";
import { groupDocuments } from "../../../../cli/adopt/landscape/landscape.ts";
import { cutOverServices } from "../../../../cli/adopt/report/cutOverServices.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "fixtures", "landscape");
const names = ["gateway.yaml", "filing.yaml", "payments.yaml", "data.yaml"];
const files = await Promise.all(
  names.map(async (file) => ({ file, text: await readFile(join(folder, file), "utf8") })),
);
const { documents } = readAllDocuments(files);
const landscape = groupDocuments(documents);

/** The plan's services where these Deployments are taken in. */
function take(...taken: readonly string[]) {
  const groups = landscape.groups.filter(({ deployment }) => taken.includes(deployment.name));
  const sources = groups.map((group) => ({
    name: group.deployment.name,
    namespace: "portal-services",
    group,
    objects: {},
  }));
  return cutOverServices(sources, landscape, documents);
}

it("takes only its own path out of an entrance that leads to others too", () => {
  expect(take("api-gateway")[0]?.entrances).toEqual([
    {
      urls: ["portal.tax.example/api"],
      object: "ingress/portal",
      patch: '[{"op":"remove","path":"/spec/rules/0/http/paths/0"}]',
    },
  ]);
});

it("removes an entrance wholly once nobody else is behind it, and takes several paths out from the last", () => {
  const both = take("api-gateway", "portal-web");
  expect(both.map(({ entrances }) => entrances[0]?.patch)).toEqual([undefined, undefined]);
  expect(both.flatMap(({ objects }) => objects)).toContain("ingress/portal");
});

it("never removes what others need, nor what holds data or secrets", () => {
  const objects = take("filings", "documents", "payment-orders")
    .flatMap((each) => each.objects)
    .sort();
  expect(objects).toEqual([
    "configmap/payment-orders",
    "deployment/documents",
    "deployment/filings",
    "deployment/payment-orders",
    "horizontalpodautoscaler/filings",
    "poddisruptionbudget/filings",
    "service/documents",
    "service/filings",
    "service/payment-orders",
  ]);
});

it("brings an original back with as many replicas as ran", () => {
  const replicas = take("filings", "calendars", "refund-batches").map((each) => [each.name, each.replicas]);
  expect(replicas).toEqual([
    ["filings", 3],
    ["calendars", 1],
    ["refund-batches", 0],
  ]);
});

it("names who else calls a service, whatever is not taken in", () => {
  const [ledger, receipts] = take("ledger", "receipts-printer");
  expect(ledger?.callersLeft).toEqual([
    "CronJob portal-payments/nightly-statements",
    "Deployment portal-payments/payment-orders",
    "Deployment portal-payments/refund-batches",
  ]);
  expect(receipts?.callersLeft).toEqual([]);
});
