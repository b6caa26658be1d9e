import { describe, expect, it } from "vitest";
import { releaseBefore, rollbackTarget } from "../../../delivery/deployment/rollbackTarget.ts";
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

it("releaseBefore is the newest other release that was verified", () => {
  const release = (sequence: number, receipts: string, outcome: "verified" | "failed" = "verified") =>
    deliveryRecord(sequence, { releases: { receipts }, outcome });
  const records = [release(1, "1@x"), release(2, "2@y"), release(3, "3@z"), release(4, "4@w", "failed")];
  expect(releaseBefore(records, "receipts", "4@w")).toBe("3@z");
  expect(releaseBefore(records, "receipts", "3@z")).toBe("2@y");
  expect(releaseBefore(records, "other", "3@z")).toBeUndefined();
});
