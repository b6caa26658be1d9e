import { RemoteError } from "../../command/errors.ts";
import { type HistoryParts, type HistoryReport, hasCopy } from "./parts.ts";
import type { HistoryRecord } from "./record.ts";
import type { HistoryStore, StoredHistories } from "./store.ts";
import { checkAnchors, compareCopies, readRecords } from "./verifyChain.ts";

/** What a site's own store holds, and what the other site's store says of it. */
export interface Look extends HistoryReport {
  readonly own: StoredHistories | RemoteError;
  /** The other site's newest record; undefined if it has none, or its history is broken or cannot be read. */
  readonly anchor: HistoryRecord | undefined;
}

/**
 * Reads and verifies a history by everything that can be reached.
 * @throws RemoteError if no store can be reached.
 */
export async function look(parts: HistoryParts): Promise<Look> {
  const { site, store, peer } = parts;
  const own = await tryRead(store, parts);
  const other = peer !== undefined && hasCopy(parts) ? await tryRead(peer.store, parts) : own;
  const unread = { own, anchor: undefined } as const;
  if (own instanceof RemoteError) {
    if (peer === undefined || other instanceof RemoteError) throw own;
    const { records, problems } = readRecords(site, other.lines(site));
    const note = `${own.message}\n  The copy in ${peer.store.place} is shown; it may lack the newest records`;
    return {
      ...{ ...unread, records, place: peer.store.place, problems: [...other.problems, ...problems] },
      notes: [note, ...other.notes],
      unreached: { place: store.place, isOwn: true },
    };
  }
  const { records, problems: wrong } = readRecords(site, own.lines(site));
  const problems = [...own.problems, ...wrong];
  const report = { records, place: store.place, own, unreached: undefined };
  const notes = [...own.notes];
  if (peer === undefined) return { ...unread, ...report, problems, notes };
  if (other instanceof RemoteError) {
    const note = `${other.message}\n  So nothing there vouches for the end of the history of ${site}`;
    return {
      ...{ ...unread, ...report, problems, notes: [note, ...notes] },
      unreached: { place: peer.store.place, isOwn: false },
    };
  }
  const others = readRecords(peer.site, other.lines(peer.site));
  problems.push(...checkAnchors(site, records, others.records));
  if (hasCopy(parts)) {
    notes.push(...other.notes);
    const copy = readRecords(site, other.lines(site));
    problems.push(...compareWithCopy(parts, records, copy, other));
    const behind = records.length - copy.records.length;
    if (behind > 0)
      notes.push(`the copy in ${peer.store.place} lacks the newest ${behind}; the next record brings them`);
  }
  return { ...report, problems, notes, anchor: others.problems.length === 0 ? others.records.at(-1) : undefined };
}

function compareWithCopy(
  { peer }: HistoryParts,
  records: readonly HistoryRecord[],
  copy: ReturnType<typeof readRecords>,
  stored: StoredHistories,
): string[] {
  const place = peer?.store.place ?? "";
  return [
    ...stored.problems,
    ...compareCopies(records, copy.records, place),
    ...copy.problems.map((problem) => `the copy in ${place}: ${problem}`),
  ];
}

async function tryRead(store: HistoryStore, { site, peer }: HistoryParts): Promise<StoredHistories | RemoteError> {
  try {
    return await store.read(peer === undefined ? [site] : [site, peer.site]);
  } catch (error) {
    if (error instanceof RemoteError) return error;
    throw error;
  }
}
