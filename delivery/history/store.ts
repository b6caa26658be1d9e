/** Where histories are kept: the same for any kind of store. */
export interface HistoryStore {
  /** For people: `the branch gemelos-history of origin`. Two stores with the same place are the same store. */
  readonly place: string;
  /**
   * Reads the histories of some sites.
   * @throws RemoteError if the store cannot be reached or read.
   */
  read(sites: readonly string[]): Promise<StoredHistories>;
}

/** What a store held when it was read. */
export interface StoredHistories {
  /** A site's records, a line each; none where it has no history yet. */
  lines(site: string): readonly string[];
  /** What is wrong with the store itself: it is not what this machine has seen of it before. */
  readonly problems: readonly string[];
  /** What does not belong into the store, and harms no history. */
  readonly notes: readonly string[];
  /**
   * Adds lines to the end of a site's history, all or none, if it still is as it was read.
   * @param summary half a line for people: `dc1: record 12, deployment verified`
   * @returns false where somebody else has written since; then the store is read again
   * @throws RemoteError if the store cannot be reached or refuses.
   */
  append(site: string, lines: readonly string[], summary: string): Promise<boolean>;
}
