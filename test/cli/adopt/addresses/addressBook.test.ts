import { describe, expect, test } from "vitest";
import { AddressBook, type CallableService, type Speaker } from "../../../../cli/adopt/addresses/addressBook.ts";
import { readDocuments } from "../../../../cli/adopt/input/documents.ts";
import type { BackingService } from "../../../../components/siteData.ts";
import { microservice } from "../../../support/fixtures.ts";

const receipts: CallableService = {
  name: "receipts",
  namespace: "declarations",
  url: "http://receipts.declarations.svc:7137",
  names: [{ name: "receipts", namespace: "declarations" }],
  ports: new Set([7137, 80]),
  grpcPorts: new Set(),
  grpcPort: undefined,
  cardholderData: false,
  description: microservice({ name: "receipts" }),
};
const backingServices: Record<string, BackingService>[] = [
  { database: { host: "db.dc1.example", port: 5432, cidrs: ["10.1.0.1/32"] } },
  {
    database: { host: "pg.databases.svc.cluster.local", port: 5432, namespace: "databases", podLabels: { app: "pg" } },
    cards: { host: "cards.dc2.example", port: 5432, cidrs: ["10.2.0.9/32"], cardholderData: true },
  },
];
const basket: Speaker = {
  name: "basket",
  namespace: "shop",
  hosts: new Set(["basket.example"]),
  backingServices: new Set(),
};

function bookOf(manifests: string, services: readonly CallableService[] = [receipts]): AddressBook {
  const { documents } = manifests === "" ? { documents: [] } : readDocuments("all.yaml", manifests);
  return new AddressBook({ services, backingServices, closed: new Set(["shop"]), documents });
}

describe("an address leads to", () => {
  test.each(["receipts.declarations", "receipts.declarations.svc", "receipts.declarations.svc.cluster.local"])(
    "a service of the catalogue by its name: %s",
    (host) => {
      expect(bookOf("").find({ host, port: 7137 }, basket)).toEqual({ kind: "service", service: receipts });
    },
  );

  test("a service by its short name in its own namespace only, or where the manifests state no namespace", () => {
    const found = (namespace: string | undefined) =>
      bookOf("").find({ host: "receipts", port: 80 }, { ...basket, namespace }).kind;
    expect([found("declarations"), found(undefined), found("shop")]).toEqual(["service", "service", "proposal"]);
  });

  test("no service at a port at which it is not called", () => {
    expect(bookOf("").find({ host: "receipts.declarations", port: 9090 }, basket)).toEqual({
      kind: "unknown",
      reason: "receipts is called at port 7137 or 80 only, and not at 9090",
    });
  });

  test.each(["db.dc1.example", "pg.databases", "pg.databases.svc"])(
    "a backing service by its host in any site: %s",
    (host) => {
      expect(bookOf("").find({ host, port: 5432 }, basket)).toEqual({
        kind: "backing service",
        name: "database",
        isPod: false,
        isEverywhere: false,
      });
      expect(bookOf("").find({ host, port: undefined }, basket)).toEqual({
        kind: "backing service",
        name: "database",
        isPod: false,
        isEverywhere: false,
      });
      expect(bookOf("").find({ host, port: 5433 }, basket).kind).toBe("proposal");
    },
  );

  test("nothing across the boundary around cardholder data, which a person crosses with a reason", () => {
    const cards = { host: "cards.dc2.example", port: 5432 };
    expect(bookOf("").find(cards, basket)).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/cards is inside/),
    });
    expect(bookOf("").find(cards, { ...basket, backingServices: new Set(["cards"]) }).kind).toBe("backing service");
    const inside = bookOf("", [{ ...receipts, cardholderData: true }]);
    expect(inside.find({ host: "receipts.declarations", port: 80 }, basket).kind).toBe("unknown");
  });

  test("the service itself, by its name or by the host at which it is exposed", () => {
    const own = { ...receipts, name: "basket", names: [{ name: "basket", namespace: "shop" }] };
    const book = bookOf("", [own]);
    expect(book.find({ host: "basket", port: 80 }, basket)).toEqual({ kind: "itself" });
    expect(book.find({ host: "basket.example", port: 443 }, basket)).toEqual({ kind: "itself" });
  });

  const database = `
apiVersion: v1
kind: Service
metadata: { name: basket-db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432, targetPort: pg }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db, tier: data } }
    spec: { containers: [{ name: pg, image: "postgres:16", ports: [{ name: pg, containerPort: 5433 }] }] }
`;

  test.each(["basket-db", "basket-db.shop", "db-0.basket-db", "db-0.basket-db.shop.svc"])(
    "a workload of the input that is not taken in, as an entry to add: %s",
    (host) => {
      const book = bookOf(database);
      const proposal = {
        name: "basket-db",
        host: "basket-db.shop.svc.cluster.local",
        port: 5432,
        pods: { namespace: "shop", podLabels: { app: "db" }, podPort: 5433, isClosed: true },
        cidrs: [],
      };
      expect(book.find({ host, port: undefined }, basket)).toEqual({ kind: "proposal", proposal });
      expect(book.proposals).toEqual([proposal]);
    },
  );

  test("another host with a port, as an entry to add, once a run and under a name of its own", () => {
    const book = bookOf("");
    for (const speaker of [basket, { ...basket, name: "orders" }]) {
      book.find({ host: "smtp.example", port: 587 }, speaker);
      book.find({ host: "smtp.example", port: 465 }, speaker);
      book.find({ host: "database.example", port: 1521 }, speaker);
      book.find({ host: "10.1.2.3", port: 6379 }, speaker);
    }
    expect(book.proposals.map(({ name, host, port, cidrs }) => [name, host, port, ...cidrs])).toEqual([
      ["smtp", "smtp.example", 587],
      ["smtp-2", "smtp.example", 465],
      ["database-2", "database.example", 1521],
      ["at-10-1-2-3", "10.1.2.3", 6379, "10.1.2.3/32"],
    ]);
  });

  test("what a Service of the type ExternalName stands for", () => {
    const book = bookOf(`
apiVersion: v1
kind: Service
metadata: { name: mail, namespace: shop }
spec: { type: ExternalName, externalName: smtp.example }
`);
    book.find({ host: "mail", port: 25 }, basket);
    expect(book.proposals).toEqual([expect.objectContaining({ host: "smtp.example", port: 25, pods: undefined })]);
  });

  test("nowhere without a port", () => {
    expect(bookOf("").find({ host: "broker", port: undefined }, basket)).toEqual({
      kind: "unknown",
      reason: "no port is known",
    });
  });
});
