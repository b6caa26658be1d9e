import { describe, expect, it } from "vitest";
import { rollbackTarget, serviceTarget } from "../../../delivery/deployment/rollbackTarget.ts";
import type { HistoryEntry } from "../../../delivery/history/index.ts";
import { commitA, commitB, deliveryRecord } from "../../support/deliveryRecords.ts";

const commitC = "c".repeat(40);
const verified = (sequence: number, commit: string) => deliveryRecord(sequence, { commit });
const hold = (sequence: number, commit: string) =>
  deliveryRecord(sequence, { commit, kind: "hold", outcome: "completed" });

function commits(...args: Parameters<typeof rollbackTarget>): string {
  const target = rollbackTarget(...args);
  return "problem" in target ? target.problem : `${target.left.commit[0]} to ${target.to.commit[0]}`;
}

describe("rollbackTarget", () => {
  it("goes from what was deployed last to what was verified before it", () => {
    expect(commits([verified(1, commitA), verified(2, commitB)])).toBe("b to a");
    expect(commits([verified(1, commitA), deliveryRecord(2, { commit: commitB, outcome: "failed" })])).toBe("b to a");
    expect(commits([verified(1, commitA), deliveryRecord(2, { commit: commitB, outcome: "started" })])).toBe("b to a");
  });

  it("leaves out what is held, and goes further back after a rollback that was verified", () => {
    const records = [verified(1, commitA), verified(2, commitB), verified(3, commitC)];
    expect(commits([...records.slice(0, 2), hold(3, commitB), verified(4, commitC)])).toBe("c to a");
    const back = deliveryRecord(5, { commit: commitB, kind: "rollback" });
    expect(commits([...records, hold(4, commitC), back])).toBe("b to a");
  });

  it.each(["started", "failed", "interrupted"] as const)("does again a rollback that was %s", (outcome) => {
    const records = [verified(1, commitA), verified(2, commitB), hold(3, commitB)];
    const back = deliveryRecord(4, { commit: commitA, kind: "rollback", outcome });
    expect(commits([...records, back])).toBe("b to a");
  });

  it("goes to the commit that is named, if it was verified", () => {
    const records = [verified(1, commitA), verified(2, commitB), verified(3, commitC)];
    expect(commits(records, "aaaaaaa")).toBe("c to a");
    expect(commits(records, "ddddddd")).toContain("was never verified here");
  });

  it("says where there is nothing to go back to", () => {
    expect(commits([])).toContain("nothing was ever deployed here");
    expect(commits([verified(1, commitA)])).toContain("no other commit than aaaaaaaaaa was verified here");
  });
});

describe("serviceTarget", () => {
  const commit = (sequence: number, letter: string, receipts: string, more: Partial<HistoryEntry> = {}) =>
    deliveryRecord(sequence, { commit: letter.repeat(40), releases: { receipts }, ...more });
  const records = [commit(1, "a", "1@x"), commit(2, "b", "2@y"), commit(3, "c", "3@z")];
  function releases(...args: Parameters<typeof serviceTarget>): string {
    const target = serviceTarget(...args);
    return "problem" in target ? target.problem : `${target.from} to ${target.to}, leaving ${target.left[0]}`;
  }

  it("goes from what the site got last to the newest other release that was verified", () => {
    expect(releases(records, "receipts")).toBe("3@z to 2@y, leaving c");
    const failed = commit(4, "d", "4@w", { outcome: "failed" });
    expect(releases([...records, failed], "receipts")).toBe("4@w to 3@z, leaving d");
  });

  it.each(["started", "failed", "interrupted"] as const)(
    "does again a rollback that was %s, and goes no further back",
    (outcome) => {
      const back = commit(5, "e", "2@y", { kind: "rollback", outcome });
      expect(releases([...records, hold(4, commitC), back], "receipts")).toBe("3@z to 2@y, leaving c");
    },
  );

  it("goes further back after a rollback that was verified, and after one of another service", () => {
    const back = commit(5, "e", "2@y", { kind: "rollback" });
    expect(releases([...records, back], "receipts")).toBe("2@y to 1@x, leaving e");
    const again = [...records, back, commit(6, "f", "3@z"), commit(7, "g", "4@w")];
    expect(releases(again, "receipts")).toBe("4@w to 3@z, leaving g");
    const other = commit(5, "e", "3@z", { kind: "rollback", outcome: "failed" });
    expect(releases([...records, other], "receipts")).toBe("3@z to 2@y, leaving e");
  });

  it("says where there is nothing to go back to", () => {
    expect(releases([], "receipts")).toContain("nothing was ever deployed here");
    expect(releases(records, "other")).toContain("has no release of other");
    expect(releases(records.slice(0, 1), "receipts")).toContain("no other release of receipts than 1@x was verified");
  });
});
