import { describe, expect, it } from "vitest";
import { RemoteError } from "../../../command/errors.ts";
import { migratedSince, peaksLost, secretsSince } from "../../../delivery/deployment/irreversible.ts";
import type { PlainMicroservice } from "../../../recorder/plainServices.ts";
import { loadCatalogue } from "../../../services/index.ts";

const [receipts] = (await loadCatalogue()).filter(({ service }) => service.name === "receipts");
const [payments] = (await loadCatalogue()).filter(({ service }) => service.name === "card-payments");
const services = [receipts, payments].flatMap((each): Pick<PlainMicroservice, "name" | "secrets">[] =>
  each === undefined ? [] : [each.service],
);

/** A Vault whose secrets were all written at a time, and that has values, too, which nobody may read. */
function vaultWith(time: string) {
  const asked: string[] = [];
  return {
    asked,
    read: async (path: string): Promise<unknown> => {
      asked.push(path);
      if (path.includes("/subkeys/")) return { subkeys: {}, metadata: { created_time: time } };
      return {
        current_version: 2,
        versions: { 1: { created_time: "2020-01-01T00:00:00Z" }, 2: { created_time: time } },
      };
    },
  };
}

describe("secretsSince", () => {
  const since = new Date("2026-11-26T10:00:00Z");

  it("names the secrets that were written since, and reads no value", async () => {
    const vault = vaultWith("2026-11-26T11:00:00Z");
    const lines = await secretsSince(vault, services, since);
    expect(lines.join("\n")).toMatch(
      /card-payments GATEWAY_API_KEY was written 2026-11-26T11:00:00\.000Z and keeps that value/,
    );
    expect(vault.asked.length).toBeGreaterThan(0);
    expect(vault.asked.every((path) => /^services\/(subkeys|metadata)\//.test(path))).toBe(true);
  });

  it("is silent about older ones", async () => {
    expect(await secretsSince(vaultWith("2026-11-26T09:00:00Z"), services, since)).toEqual([]);
  });

  it("says where it is not known", async () => {
    const read = () => Promise.reject(new RemoteError("permission denied"));
    const lines = await secretsSince({ read }, services, since);
    expect(lines[0]).toContain("cannot be read with this token");
  });
});

it("migratedSince names the services that change a database and their release", () => {
  const [now, then] = [
    { receipts: "2.1.0@sha256:b", other: "1@x" },
    { receipts: "2.0.7@sha256:a", other: "1@x" },
  ];
  expect(migratedSince(["receipts", "other"], now, then)).toEqual([
    "receipts: its database stays as the migration of 2.1.0 has left it, and 2.0.7 meets it like that (docs/delivery.md, Database changes)",
  ]);
  expect(migratedSince([], now, then)).toEqual([]);
});

it("a peak that the older commit does not know is told, since its replicas go down in the middle of it", () => {
  expect(peaksLost(["income-tax", "vat"], ["vat"])).toEqual([expect.stringMatching(/^the peak income-tax: /)]);
  expect(peaksLost(["vat"], ["vat", "over"])).toEqual([]);
});
