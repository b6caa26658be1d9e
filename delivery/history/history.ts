import { randomUUID } from "node:crypto";
import type { KeptEntry } from "./keptEntries.ts";
import { look } from "./look.ts";
import { BrokenHistoryError, type HistoryParts, type HistoryReport } from "./parts.ts";
import { type HistoryEntry, type HistoryRecord, historyEntry } from "./record.ts";
import { restore } from "./restore.ts";
import { sendKept } from "./send.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/** What was done to a site, by whom, when and why. */
export interface History {
  readonly site: string;
  /**
   * All records, the oldest first, from the site's store, or from the copy in the other site's where that cannot be reached.
   * @throws BrokenHistoryError if they are not what was recorded; RemoteError if no store can be reached.
   */
  records(): Promise<readonly HistoryRecord[]>;
  /**
   * Records something, and everything that was kept on this machine before.
   * @throws KeptEntryError if it could not be recorded now: it is kept and recorded by the next call.
   */
  append(entry: HistoryEntry): Promise<HistoryRecord>;
  /** Looks at everything that can be looked at. Throws nothing that is about the records. */
  verify(): Promise<HistoryReport>;
  /** Records what was kept on this machine; returns how many entries that were. */
  appendKept(): Promise<number>;
  /** Brings back records that are missing at the end from the copy: see {@link restore}. Returns how many those were. */
  restore(): Promise<number>;
}

/** A history over its stores. */
export function historyOf(parts: HistoryParts): History {
  const { site, kept, onNote } = parts;
  const report = async (): Promise<HistoryReport> => {
    const { records, place, problems, notes, unreached } = await look(parts);
    return { records, place, problems, unreached, notes: [...notes, ...keptNotes(parts)] };
  };
  return {
    site,
    verify: async () => {
      const found = await report();
      return { ...found, notes: [...found.notes, ...oneStoreNotes(parts)] };
    },
    records: async () => {
      const found = await report();
      for (const note of found.notes) onNote(note);
      if (found.problems.length > 0) throw new BrokenHistoryError(site, found);
      return found.records;
    },
    append: async (entry) => {
      const stated = historyEntry.parse(withoutSecrets(entry, parts.environment));
      const mine: KeptEntry = { id: randomUUID(), time: parts.now().toISOString(), entry: stated };
      return kept.locked(async () => {
        // First of all, so that whatever happens to this process, it is not lost.
        kept.write([...kept.read(), mine]);
        return recordOf(await sendKept(parts), mine);
      });
    },
    appendKept: () =>
      kept.locked(async () => {
        const { length } = kept.read();
        if (length > 0) await sendKept(parts);
        return length;
      }),
    restore: () => restore(parts),
  };
}

function recordOf(records: readonly HistoryRecord[], { id }: KeptEntry): HistoryRecord {
  const record = records.find((each) => each.id === id);
  if (record === undefined) throw new Error("a store has not taken what it said it took");
  return record;
}

function keptNotes({ site, kept }: HistoryParts): string[] {
  const { length } = kept.read();
  if (length === 0) return [];
  const [waiting, are] = length === 1 ? ["1 entry waits", "is"] : [`${length} entries wait`, "are"];
  return [
    `${waiting} in ${kept.file} and ${are} not in the history yet: npm run history -- --site ${site} --append-kept`,
  ];
}

/** Said to whoever verifies, and not at each deployment: it is how most begin. */
function oneStoreNotes({ site, store, peer }: HistoryParts): string[] {
  if (peer?.store.place !== store.place) return [];
  return [
    `${site} and ${peer.site} have one store, so that what is lost or changed there is lost or changed for both; state another history in one of the two sites' files`,
  ];
}
