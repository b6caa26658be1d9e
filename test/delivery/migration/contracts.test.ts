import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contractProblems, contractsOf, type SiteReleases, undoProblems } from "../../../delivery/migration/index.ts";
import { manifestsOf, microservice, site } from "../../support/fixtures.ts";

const release = (number: number) => `${number}.0.0@sha256:${String(number).padStart(64, "0")}`;
const ran = (name: string, ...numbers: number[]): SiteReleases => ({
  site: name,
  verified: numbers.map((number) => ({ receipts: release(number), payments: release(90) })),
});
const contract = { service: "receipts", after: release(2) };

describe("a contract waits", () => {
  test.each([
    ["until both sites have verified the release", [ran("dc1", 1, 2), ran("dc2", 1)], ["dc2 runs 1.0.0"]],
    ["in dc1, too, which may have been rolled back", [ran("dc1", 1, 2, 1), ran("dc2", 1, 2)], ["dc1 runs 1.0.0"]],
    ["for a site that has verified nothing", [ran("dc1", 1, 2), ran("dc2")], ["dc2 has verified no release"]],
    ["for a release that no site has had", [ran("dc1", 1, 3), ran("dc2", 1)], ["dc1 runs 3.0.0", "dc2 runs 1.0.0"]],
  ])("%s", (_, sites, says) => {
    const problems = contractProblems([contract], sites);
    expect(problems).toHaveLength(says.length);
    for (const [index, text] of says.entries()) expect(problems[index]).toContain(text);
  });

  test.each([
    ["runs it", [ran("dc1", 1, 2), ran("dc2", 2)]],
    ["runs a later one", [ran("dc1", 1, 2, 3), ran("dc2", 1, 2, 4, 3)]],
    ["was rolled back to it, or to a later one", [ran("dc1", 1, 2, 3, 2), ran("dc2", 2, 3, 4, 3)]],
  ])("no longer where each site %s", (_, sites) => {
    expect(contractProblems([contract], sites)).toEqual([]);
  });

  test("and says what to do", () => {
    expect(contractProblems([contract], [ran("dc2", 1)])).toEqual([
      "receipts: the contract of its migration takes away what releases before 2.0.0 need (migration.contract.after), and dc2 runs 1.0.0, which may need it; deploy and verify 2.0.0 there first, and contract in a later commit",
    ]);
  });

  test("whatever the history: never while a site runs what it ran before the release", () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 });
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        const sites = [ran("dc1", ...one), ran("dc2", ...other)];
        const allowed = contractProblems([contract], sites).length === 0;
        const each = [one, other].every((ran) => {
          const running = ran.at(-1);
          return running === 2 || (ran.includes(2) && running !== undefined && ran.indexOf(running) > ran.indexOf(2));
        });
        expect(allowed).toBe(each);
      }),
    );
  });
});

test("the digest tells a release, not its tag", () => {
  const renamed = { service: "receipts", after: release(2).replace("2.0.0", "second") };
  expect(contractProblems([renamed], [ran("dc1", 1, 2)])).toEqual([]);
});

test("a rollback says which release would need what is gone", () => {
  const dc1 = ran("dc1", 1, 2, 3);
  expect(undoProblems([contract], dc1, { receipts: release(2) })).toEqual([]);
  const [problem] = undoProblems([contract], dc1, { receipts: release(1), payments: release(1) });
  expect(problem).toContain("receipts: release 1.0.0 may need what the migration after 2.0.0 has taken away in dc1");
  expect(undoProblems([contract], dc1, { receipts: release(7) })).toHaveLength(1);
});

test("contracts are read from the Jobs that a commit registers", () => {
  const jobOf = (migration: Parameters<typeof microservice>[0] & object) =>
    manifestsOf(microservice({ backingServices: ["receipts-database"], ...migration }), site).migration?.job;
  const expand = jobOf({ migration: { command: ["migrate"], phase: "expand" } });
  const contracting = jobOf({
    migration: { command: ["migrate"], phase: "contract", contract: { after: release(2) } },
  });
  const resources = [expand, contracting].map((job) => ({
    type: "kubernetes:batch/v1:Job",
    inputs: JSON.parse(JSON.stringify(job)),
  }));
  expect(contractsOf(resources)).toEqual([contract]);
});
