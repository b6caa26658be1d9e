import { describe, expect, test } from "vitest";
import {
  checkBackingServiceBoundary,
  checkBackingServiceMarks,
  checkCardholderConfiguration,
} from "../../../components/catalogue/cardholderRules.ts";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { BackingService, CatalogueSite, InsideBackingService } from "../../../components/siteData.ts";
import { microservice, release, resolved, site, vault } from "../../support/fixtures.ts";

const database: BackingService = {
  host: "cards-db.example",
  port: 5432,
  cidrs: ["10.1.31.8/30"],
  cardholderData: true,
};
const mail: BackingService = { host: "mail.example", port: 587, cidrs: ["10.1.40.25/32"] };
const justification = "Sends the receipt, which holds no card data";

function siteWith(backingServices: Record<string, BackingService>): CatalogueSite {
  return {
    ...site,
    name: "dc1",
    contact: "platform@tax.example",
    file: "Pulumi.dc1.yaml",
    kubernetes: { encryptionAtRest: "kms" },
    vault,
    releases: { receipts: release },
    backingServices,
  };
}

function crossings(stated: Partial<Microservice>): string[] {
  const diagnostics = checkBackingServiceBoundary(resolved(stated), "services/receipts", siteWith({ database, mail }));
  return diagnostics.map(({ path, message }) => `${path}: ${message}`);
}

describe("the boundary around cardholder data at backing services", () => {
  test("a service outside does not reach the database of the cards without a reason", () => {
    expect(crossings({ backingServices: ["mail", "database"] })).toEqual([
      expect.stringMatching(
        /^backingServices\[1\]: "database" is across the boundary.*is marked .* in Pulumi\.dc1\.yaml/,
      ),
    ]);
    expect(crossings({ backingServices: ["mail", { name: "database", justification }] })).toEqual([]);
  });

  test("a service inside says why it uses what is not marked, or the site marks it", () => {
    expect(crossings({ cardholderData: true, backingServices: ["database", "mail"] })).toEqual([
      expect.stringMatching(
        /^backingServices\[1\]: "mail" .*is not marked in Pulumi\.dc1\.yaml; .*cardholderData: true .*in every site/,
      ),
    ]);
    const uses = { cardholderData: true, backingServices: ["database", { name: "mail", justification }] };
    expect(crossings(uses)).toEqual([]);
  });

  test.each<[what: string, other: BackingService, found: boolean]>([
    ["the same address", { ...mail, port: 5432, cidrs: ["10.1.31.9/32"] }, true],
    ["a network around it", { ...mail, port: 5432, cidrs: ["10.1.0.0/16"] }, true],
    ["the same host", { ...mail, host: "cards-db.example", port: 5432 }, true],
    ["another port", { ...mail, cidrs: ["10.1.31.9/32"] }, false],
    ["another address", { ...mail, port: 5432, cidrs: ["10.1.32.0/24", "2001:db8::/64"] }, false],
    ["a mark", { ...mail, port: 5432, cidrs: ["10.1.31.9/32"], cardholderData: true }, false],
  ])("a second name for what is marked, by %s: found is %s", (_, other, found) => {
    const diagnostics = checkBackingServiceMarks(siteWith({ other, database }));
    expect(diagnostics).toEqual(
      found
        ? [
            {
              file: "Pulumi.dc1.yaml",
              path: "gemelos:site.backingServices.other",
              message: expect.stringContaining("address and port of database, which is marked"),
            },
          ]
        : [],
    );
  });
});

test.each<[what: string, other: Partial<InsideBackingService>, found: boolean]>([
  ["the same pods by fewer labels", { podLabels: { app: "cards" } }, true],
  ["the same pods behind a Service of another port", { port: 80, podPort: 5432 }, true],
  ["other pods", { podLabels: { app: "mail", tier: "data" } }, false],
  ["pods of another namespace", { namespace: "mail" }, false],
  ["another port of the pods", { podPort: 5433 }, false],
])("a second name for marked pods of the cluster, by %s: found is %s", (_, stated, found) => {
  const labels = { app: "cards", tier: "data" };
  const marked = { host: "a.stores.svc", port: 5432, namespace: "stores", podLabels: labels, cardholderData: true };
  const other = { host: "b.stores.svc", port: 5432, namespace: "stores", podLabels: labels, ...stated };
  const paths = checkBackingServiceMarks(siteWith({ marked, other, mail })).map(({ path }) => path);
  expect(paths).toEqual(found ? ["gemelos:site.backingServices.other"] : []);
});

describe("a service with cardholder data", () => {
  const cards = (stated: Partial<Microservice>): string[] =>
    checkMicroservice(microservice({ cardholderData: true, ...stated }), "services/receipts").diagnostics.map(
      ({ path, message }) => `${path}: ${message}`,
    );

  test("is sound with the required fields, which write no heap and no core to a disk", () => {
    expect(cards({})).toEqual([]);
    const { jvm } = resolved({ cardholderData: true });
    expect(jvm.heapDump).toBe(false);
    expect(jvm.options).not.toContain("HeapDump");
    expect(jvm.options).toContain("-XX:-CreateCoredumpOnCrash");
    expect(resolved().jvm.options).not.toContain("CreateCoredumpOnCrash");
  });

  test.each<[Partial<Microservice>, RegExp]>([
    [{ exposure: { host: "pay" } }, /^exposure\.justification: is missing/],
    [{ jvm: { heapDump: true } }, /^jvm\.heapDump: is true, .*PCI DSS 3\.5.*remove it/],
    [{ jvm: { options: ["-XX:+HeapDumpOnOutOfMemoryError"] } }, /^jvm\.options\[0\]: -XX:\+HeapDumpOn.*remove it/],
    [{ args: ["-agentlib:jdwp=address=*:5005"] }, /^args\[0\]: -agentlib:jdwp opens the running service/],
    [{ env: { JDK_JAVA_OPTIONS: "-XX:Flags=/config/flags" } }, /^env\.JDK_JAVA_OPTIONS: -XX:Flags reads options from/],
  ])("is refused with %j", (stated, message) => {
    expect(cards(stated)).toEqual([expect.stringMatching(message)]);
  });

  test("may be exposed with a reason", () => {
    expect(cards({ exposure: { host: "pay", justification: "citizens enter their card here" } })).toEqual([]);
  });

  test("shows no memory by what its configuration files say, in whatever form they say it", () => {
    const files = {
      "application.yaml": "management: { endpoints: { web: { exposure: { include: '*' } } } }\n",
      "java.options": "-XX:+UseG1GC\n-XX:HeapDumpPath=/config/x\n",
    };
    const found = checkCardholderConfiguration(resolved({ cardholderData: true }), "services/receipts", files);
    expect(found.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      expect.stringMatching(/^services\/receipts\/config\/application\.yaml: management\.endpoints\.web\.exposure/),
      expect.stringMatching(/^services\/receipts\/config\/java\.options: -XX:HeapDumpPath /),
    ]);
    expect(checkCardholderConfiguration(resolved(), "services/receipts", files)).toEqual([]);
  });
});

test("without cardholder data dumps and debuggers are allowed", () => {
  const jvm = { heapDump: true, options: ["-agentlib:jdwp=address=*:5005"] };
  expect(checkMicroservice(microservice({ jvm, exposure: { host: "a" } }), "f").diagnostics).toEqual([]);
});
