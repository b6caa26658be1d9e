import { expect, test } from "vitest";
import { compareMarks } from "../../../cli/parity/marks.ts";

const address = { host: "db.example", port: 5432, cidrs: ["10.1.0.1/32"] };
const site = (name: string, mark?: boolean) => ({
  name,
  file: `Pulumi.${name}.yaml`,
  backingServices: { database: { ...address, ...(mark === undefined ? {} : { cardholderData: mark }) } },
});

test("a mark that one site forgot is a difference between the sites", () => {
  expect(compareMarks(site("dc1", true), site("dc2"))).toEqual([
    {
      service: undefined,
      resource: "Pulumi.dc2.yaml",
      field: "gemelos:site.backingServices.database.cardholderData",
      reason: expect.stringContaining("is false and true in dc1"),
    },
  ]);
});

test("no mark and cardholderData: false mean the same", () => {
  expect(compareMarks(site("dc1", false), site("dc2"))).toEqual([]);
  expect(compareMarks(site("dc1", true), site("dc2", true))).toEqual([]);
});
