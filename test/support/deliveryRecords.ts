import type { HistoryEntry, HistoryRecord } from "../../delivery/history/index.ts";

/** Commits of tests, told apart by their first letter. */
export const commitA = "a".repeat(40);
export const commitB = "b".repeat(40);

/** A record of dc1 with what tests read of it. */
export function deliveryRecord(sequence: number, more: Partial<HistoryEntry> = {}): HistoryRecord {
  return {
    kind: "deployment",
    outcome: "verified",
    who: { kind: "vault-entity", id: "1", name: "approle-deploy" },
    commit: commitA,
    releases: {},
    ...more,
    ...{ version: 1, id: `00000000-0000-4000-8000-${String(sequence).padStart(12, "0")}`, site: "dc1", sequence },
    ...{
      time: `2026-11-26T10:${String(sequence).padStart(2, "0")}:00.000Z`,
      previous: "0".repeat(64),
      hash: "1".repeat(64),
    },
  };
}
