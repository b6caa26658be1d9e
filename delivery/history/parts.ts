import { RemoteError } from "../../command/errors.ts";
import type { KeptEntries } from "./keptEntries.ts";
import type { HistoryRecord } from "./record.ts";
import type { HistoryStore } from "./store.ts";

/** What a look at a history has found. */
export interface HistoryReport {
  readonly records: readonly HistoryRecord[];
  /** Where the records were read. */
  readonly place: string;
  /** What is wrong with them; empty where they are what was recorded. */
  readonly problems: readonly string[];
  /** What a reader should know: a store that cannot be reached, a copy that is behind, entries that are kept. */
  readonly notes: readonly string[];
  /** The one of the two stores that was asked and did not answer: the site's own, or that of the other site. */
  readonly unreached: { readonly place: string; readonly isOwn: boolean } | undefined;
}

/** The records of a site are not what was recorded. */
export class BrokenHistoryError extends RemoteError {
  constructor(site: string, { place, problems }: Pick<HistoryReport, "place" | "problems">) {
    const lines = problems.map((problem) => `\n  ${problem}`).join("");
    super(
      `the history of ${site} in ${place} is not what was recorded; look who wrote there, and put it right (docs/delivery.md, The history):${lines}`,
    );
  }
}

/** An entry could not be recorded now and is kept in a file of this machine. */
export class KeptEntryError extends RemoteError {
  constructor(site: string, file: string, reason: string) {
    super(
      `not recorded in the history of ${site}: ${reason}\n  Nothing is lost: ${file} keeps it, and the next record of ${site} from this machine brings it along, or: npm run history -- --site ${site} --append-kept`,
    );
  }
}

/** What a history is made of. */
export interface HistoryParts {
  readonly site: string;
  readonly store: HistoryStore;
  /** The other site and its store, which has a copy. Default: there is no other site. */
  readonly peer: { readonly site: string; readonly store: HistoryStore } | undefined;
  readonly kept: KeptEntries;
  /** Told what a person should know though all goes on. */
  readonly onNote: (note: string) => void;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

/** Whether the other site has a store of its own, so that what is there is a copy. */
export function hasCopy({ store, peer }: HistoryParts): boolean {
  return peer !== undefined && peer.store.place !== store.place;
}
