import { printError } from "../../command/print.ts";
import type { Site } from "../../components/siteData.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { gitStore } from "./gitStore.ts";
import { type History, historyOf } from "./history.ts";
import { KeptEntries } from "./keptEntries.ts";

/** What a history needs of its site. */
export type HistorySite = Pick<Site, "name" | "peer">;

/** How a history is opened. */
export interface OpenOptions {
  /**
   * The project, a folder in a Git repository.
   * @default this one
   */
  readonly folder?: string;
  /**
   * Told what a person should know though all goes on: a copy that is behind, a store that cannot be reached.
   * @default it is printed to standard error
   */
  readonly onNote?: (note: string) => void;
}

/**
 * Opens the history of a site. Nothing is read yet.
 * @throws SystemError if there is no Git.
 */
export async function openHistory({ name, peer }: HistorySite, options: OpenOptions = {}): Promise<History> {
  const { folder = projectFolder, onNote = (note) => printError(`note: ${note}\n`) } = options;
  const store = await gitStore({ remote: "origin", branch: "gemelos-history", folder });
  return historyOf({
    site: name,
    store,
    peer: peer === undefined ? undefined : { site: peer, store },
    kept: new KeptEntries(name, store.place),
    onNote,
    environment: process.env,
    now: () => new Date(),
  });
}
