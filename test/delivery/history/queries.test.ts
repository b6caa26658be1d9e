import { describe, expect, it } from "vitest";
import { holdOf, isVerified, lastVerified, siteLostOf, unfinished } from "../../../delivery/history/index.ts";
import { chainOf, commitOf, entryOf } from "../../support/historyRecords.ts";

const [a, b] = [commitOf("a"), commitOf("b")];

describe("the last verified", () => {
  const records = chainOf("dc1", [
    entryOf({ commit: a }),
    entryOf({ commit: b, kind: "rollback" }),
    entryOf({ commit: a, outcome: "started" }),
    entryOf({ commit: a, outcome: "failed", started: 3 }),
    entryOf({ commit: a, kind: "promotion", outcome: "verified" }),
  ]);

  it("is the newest deployment or rollback that the gate has passed", () => {
    expect(lastVerified(records)?.sequence).toBe(2);
    expect(lastVerified([])).toBeUndefined();
  });

  it("may leave out a commit, as a rollback does", () => {
    expect(lastVerified(records, ({ commit }) => commit !== b)?.sequence).toBe(1);
  });

  it("says whether a commit ever was", () => {
    expect([isVerified(records, a), isVerified(records, commitOf("c"))]).toEqual([true, false]);
  });
});

describe("a hold", () => {
  const hold = entryOf({ commit: a, kind: "hold", outcome: "completed", why: "It loses receipts" });
  const released = entryOf({ commit: a, kind: "hold-release", outcome: "completed", why: "Mended by a setting" });

  it("is of its commit, until it is released, and may come back", () => {
    expect(holdOf(chainOf("dc1", [hold]), a)?.why).toBe("It loses receipts");
    expect(holdOf(chainOf("dc1", [hold]), b)).toBeUndefined();
    expect(holdOf(chainOf("dc1", [hold, released]), a)).toBeUndefined();
    expect(holdOf(chainOf("dc1", [hold, released, hold]), a)?.sequence).toBe(3);
    expect(holdOf(chainOf("dc1", [hold, { ...released, commit: b }]), a)?.sequence).toBe(1);
  });
});

it("what has started and has no end is unfinished", () => {
  const records = chainOf("dc1", [
    entryOf({ outcome: "started" }),
    entryOf({ outcome: "interrupted", started: 1 }),
    entryOf({ outcome: "started", kind: "rollback" }),
  ]);
  expect(unfinished(records).map(({ sequence }) => sequence)).toEqual([3]);
});

it("that a site is lost is stated for one commit and one site", () => {
  const records = chainOf("dc2", [entryOf({ kind: "site-lost", outcome: "completed", lost: "dc1", commit: a })]);
  expect(siteLostOf(records, a, "dc1")?.sequence).toBe(1);
  expect([siteLostOf(records, b, "dc1"), siteLostOf(records, a, "dc3")]).toEqual([undefined, undefined]);
});
