import { RemoteError } from "../../command/errors.ts";
import type { HistoryStore, StoredHistories } from "../../delivery/history/store.ts";

/** What goes wrong at one request to a store; `after` is an answer that is lost once the store has done its work. */
export type Fault = "before" | "after" | "race" | undefined;

/** A store in memory that fails as it is told, a fault for each append. */
export class MemoryStore implements HistoryStore {
  readonly histories = new Map<string, readonly string[]>();
  readonly place: string;
  /** For each append that comes, in this order; then none. */
  faults: Fault[] = [];
  isAway = false;

  constructor(place: string) {
    this.place = place;
  }

  async read(): Promise<StoredHistories> {
    if (this.isAway) throw new RemoteError(`${this.place} cannot be reached`);
    const seen = new Map(this.histories);
    return {
      lines: (site) => seen.get(site) ?? [],
      problems: [],
      notes: [],
      append: async (site, lines) => {
        const fault = this.faults.shift();
        if (fault === "before") throw new RemoteError(`${this.place} cannot be reached`);
        if (fault === "race" || this.histories.get(site) !== seen.get(site)) return false;
        this.histories.set(site, [...(seen.get(site) ?? []), ...lines]);
        if (fault === "after") throw new RemoteError(`${this.place} has not answered`);
        return true;
      },
    };
  }
}
