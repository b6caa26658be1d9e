import { setTimeout as wait } from "node:timers/promises";
import { RemoteError } from "../../command/errors.ts";
import type { KeptEntry } from "./keptEntries.ts";
import { look } from "./look.ts";
import { BrokenHistoryError, type HistoryParts, hasCopy, KeptEntryError } from "./parts.ts";
import type { HistoryRecord } from "./record.ts";
import { canonicalLine, seal } from "./seal.ts";
import { compareCopies, readRecords } from "./verifyChain.ts";

/** How often a record is sealed anew because others have written in between. */
const attempts = 20;

/** An entry that arrives later than this was kept, in milliseconds. */
const late = 60_000;

/**
 * Brings all kept entries into the store, once each, and the copy up to date.
 * @returns all records, with those of the entries
 * @throws KeptEntryError if the store does not take them now; they stay kept.
 */
export async function sendKept(parts: HistoryParts): Promise<readonly HistoryRecord[]> {
  const { site, kept, onNote } = parts;
  try {
    const records = await sendEntries(parts, kept.read());
    kept.write([]);
    if (hasCopy(parts)) await bringCopy(parts, records).catch((error: unknown) => onNote(copyNote(parts, error)));
    return records;
  } catch (error) {
    if (error instanceof RemoteError) throw new KeptEntryError(site, kept.file, error.message);
    throw error;
  }
}

async function sendEntries(parts: HistoryParts, entries: readonly KeptEntry[]): Promise<readonly HistoryRecord[]> {
  const { site, store } = parts;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { records, problems, own, anchor } = await look(parts);
    if (own instanceof RemoteError) throw own;
    if (problems.length > 0) throw new BrokenHistoryError(site, { place: store.place, problems });
    const known = new Set(records.map(({ id }) => id));
    const fresh = entries.filter(({ id }) => !known.has(id));
    const sealed = sealAll(parts, records.at(-1), anchor, fresh);
    const [last] = sealed.slice(-1);
    if (last === undefined) return records;
    const summary = `${site}: record ${last.sequence}, ${last.kind} ${last.outcome}`;
    if (await own.append(site, sealed.map(canonicalLine), summary)) return [...records, ...sealed];
    await pause(attempt);
  }
  throw new RemoteError(`others keep writing to ${store.place}; try again`);
}

function sealAll(
  { site, now }: HistoryParts,
  last: HistoryRecord | undefined,
  anchor: HistoryRecord | undefined,
  entries: readonly KeptEntry[],
): readonly HistoryRecord[] {
  const sealed: HistoryRecord[] = [];
  for (const { id, time, entry } of entries) {
    const isLate = now().getTime() - Date.parse(time) > late;
    const record = {
      ...entry,
      id,
      time,
      ...(isLate ? { appended: now().toISOString() } : {}),
      ...(anchor && { peer: { site: anchor.site, sequence: anchor.sequence, hash: anchor.hash } }),
    };
    sealed.push(seal(site, sealed.at(-1) ?? last, record));
  }
  return sealed;
}

/** Brings the copy in the other site's store up to date. */
async function bringCopy({ site, peer }: HistoryParts, records: readonly HistoryRecord[]): Promise<void> {
  if (peer === undefined) return;
  const { place } = peer.store;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const stored = await peer.store.read([site]);
    const copy = readRecords(site, stored.lines(site));
    const problems = [...stored.problems, ...copy.problems, ...compareCopies(records, copy.records, place)];
    if (problems.length > 0) throw new BrokenHistoryError(site, { place, problems });
    const missing = records.slice(copy.records.length);
    const last = missing.at(-1);
    if (last === undefined) return;
    const summary = `${site}: copy up to record ${last.sequence}`;
    if (await stored.append(site, missing.map(canonicalLine), summary)) return;
    await pause(attempt);
  }
  throw new RemoteError(`others keep writing to ${place}`);
}

/** The more often others were faster, the longer, and never all for the same time. */
function pause(attempt: number): Promise<void> {
  return wait(Math.random() * 100 * (attempt + 1));
}

function copyNote({ site, peer }: HistoryParts, error: unknown): string {
  if (!(error instanceof RemoteError)) throw error;
  return `${error.message}\n  So the copy of the history of ${site} in ${peer?.store.place} is behind; the next record brings it up to date`;
}
