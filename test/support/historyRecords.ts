import fc from "fast-check";
import type { HistoryEntry, HistoryRecord } from "../../delivery/history/record.ts";
import { canonicalLine, seal } from "../../delivery/history/seal.ts";

/** The hash of a commit, made of one digit. */
export const commitOf = (digit: string): string => digit.repeat(40);

/** A release, made of a version and one digit of its digest. */
export const releaseOf = (version: string, digit: string): string => `${version}@sha256:${digit.repeat(64)}`;

/** A deployment that the gate has passed, changed as said. */
export function entryOf(changes: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    kind: "deployment",
    outcome: "verified",
    who: { kind: "vault-entity", id: "4f1d", name: "approle-deploy-dc1" },
    commit: commitOf("a"),
    releases: { receipts: releaseOf("2.0.7", "1") },
    ...changes,
  };
}

/** The chain of these entries, a minute between two. */
export function chainOf(site: string, entries: readonly HistoryEntry[]): HistoryRecord[] {
  const records: HistoryRecord[] = [];
  for (const [index, entry] of entries.entries()) {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    const time = new Date(Date.UTC(2026, 10, 26, 12, index)).toISOString();
    records.push(seal(site, records.at(-1), { ...entry, id, time }));
  }
  return records;
}

/** Records as a store holds them. */
export const linesOfRecords = (records: readonly HistoryRecord[]): string[] => records.map(canonicalLine);

const hex = fc.constantFrom(..."0123456789abcdef");

/** Any entry that a deployment, a rollback or a person may record. */
export const entries: fc.Arbitrary<HistoryEntry> = fc
  .record(
    {
      kind: fc.constantFrom("deployment", "rollback", "promotion", "hold", "hold-release", "site-lost"),
      outcome: fc.constantFrom("started", "verified", "failed", "interrupted", "completed"),
      who: fc.constantFrom(
        { kind: "unknown" } as const,
        { kind: "vault-entity", id: "4f1d", name: "userpass-ana" } as const,
        { kind: "commit-signer", signer: "ana@tax.example", fingerprint: "SHA256:abc" } as const,
      ),
      why: fc.string({ unit: "grapheme", minLength: 1 }),
      commit: hex.map(commitOf),
      releases: fc.dictionary(
        fc.constantFrom("receipts", "10", "9", "notifications"),
        hex.map((digit) => releaseOf("1", digit)),
      ),
      plan: hex.map((digit) => digit.repeat(64)),
      peak: fc.constant("Annual return"),
    },
    { requiredKeys: ["kind", "outcome", "who", "commit", "releases"] },
  )
  .map((entry) => entry as HistoryEntry);
