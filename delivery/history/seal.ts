import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { HistoryRecord } from "./record.ts";

/** What the first record names as the hash of the one before. */
export const noRecord = "0".repeat(64);

/** A record before its place in the chain is known. */
export type UnsealedRecord = Omit<HistoryRecord, "version" | "site" | "sequence" | "previous" | "hash">;

/** The record that follows another one of a site's history, with its hash. */
export function seal(site: string, last: HistoryRecord | undefined, record: UnsealedRecord): HistoryRecord {
  const sealed = {
    ...record,
    version: 1,
    site,
    sequence: (last?.sequence ?? 0) + 1,
    previous: last?.hash ?? noRecord,
  } as const;
  return { ...sealed, hash: hashOf(sealed) };
}

/** SHA-256 over all fields but `hash` as canonical JSON, in hexadecimal. */
export function hashOf(record: Omit<HistoryRecord, "hash">): string {
  return createHash("sha256")
    .update(canonicalLine({ ...record, hash: undefined }))
    .digest("hex");
}

/** A value as canonical JSON, which is one line and the same for equal values (RFC 8785). */
export function canonicalLine(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("only JSON can be recorded");
  return text;
}
