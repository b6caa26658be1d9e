import type { HistoryRecord } from "./record.ts";

/**
 * The newest deployment or rollback that the gate has passed.
 * @param isMeant which records count. Default: all; a rollback leaves out the commit that it leaves
 */
export function lastVerified(
  records: readonly HistoryRecord[],
  isMeant: (record: HistoryRecord) => boolean = () => true,
): HistoryRecord | undefined {
  return records.findLast((record) => isDelivery(record) && record.outcome === "verified" && isMeant(record));
}

/** Whether a commit was verified in a site, however long ago. */
export function isVerified(records: readonly HistoryRecord[], commit: string): boolean {
  return lastVerified(records, (record) => record.commit === commit) !== undefined;
}

/** The hold that keeps a commit from being deployed; undefined where there is none, or it was released. */
export function holdOf(records: readonly HistoryRecord[], commit: string): HistoryRecord | undefined {
  const newest = records.findLast(
    ({ kind, commit: held }) => held === commit && (kind === "hold" || kind === "hold-release"),
  );
  return newest?.kind === "hold" ? newest : undefined;
}

/** The deployments and rollbacks that have started and of which no end was recorded, the oldest first. */
export function unfinished(records: readonly HistoryRecord[]): readonly HistoryRecord[] {
  const ended = new Set(records.flatMap(({ started }) => started ?? []));
  return records.filter((record) => isDelivery(record) && record.outcome === "started" && !ended.has(record.sequence));
}

/** The statement that another site is lost, by which a commit may be deployed without that site; undefined where there is none. */
export function siteLostOf(records: readonly HistoryRecord[], commit: string, lost: string): HistoryRecord | undefined {
  return records.findLast((record) => record.kind === "site-lost" && record.commit === commit && record.lost === lost);
}

function isDelivery({ kind }: HistoryRecord): boolean {
  return kind === "deployment" || kind === "rollback";
}
