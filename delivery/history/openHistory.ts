import { printError } from "../../command/print.ts";
import { ValidationError } from "../../components/diagnostic.ts";
import { diagnosticsOf, fieldAt } from "../../components/kubernetes/index.ts";
import type { SiteHistory } from "../../components/siteHistory.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { readYamlFile, siteHistorySchema } from "../../site.ts";

import { gitStore } from "./gitStore.ts";
import { type History, historyOf } from "./history.ts";
import { KeptEntries, stateFolder } from "./keptEntries.ts";
import { localRepository } from "./localRepository.ts";
import type { HistoryStore } from "./store.ts";

/** Whose history it is. */
export interface HistorySite {
  readonly name: string;
  /** The site whose store has a copy. Default: none. */
  readonly peer?: string;
}

/** How a history is opened. */
export interface OpenOptions {
  /**
   * The project, where the sites' files are.
   * @default this one
   */
  readonly folder?: string;
  /**
   * Told what a person should know though all goes on: a copy that is behind, a store that cannot be reached.
   * @default it is printed to standard error
   */
  readonly onNote?: (note: string) => void;
  /** @default those of this process */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Opens the history of a site, in the stores that `history` of its own and its peer's file state. Of these files nothing else is
 * looked at, so that a site whose data is not valid still has a history. No store is asked yet.
 * @throws ValidationError if a file states `history` wrongly.
 */
export async function openHistory({ name, peer }: HistorySite, options: OpenOptions = {}): Promise<History> {
  const { folder = projectFolder, environment = process.env } = options;
  const onNote = options.onNote ?? ((note: string) => printError(`note: ${note}\n`));
  const open = async (site: string) => storeOf(site, await statedHistory(site, folder), folder, environment);
  const store = await open(name);
  return historyOf({
    ...{ site: name, store, onNote, environment },
    peer: peer === undefined ? undefined : { site: peer, store: await open(peer) },
    kept: new KeptEntries(name, store.place, stateFolder(environment)),
    now: () => new Date(),
  });
}

/** What a site's file states as `history`; undefined where it states none, or is not there. */
async function statedHistory(site: string, folder: string): Promise<SiteHistory | undefined> {
  const file = `Pulumi.${site}.yaml`;
  const read = await readYamlFile(folder, file, { missing: "correct its permissions", belongs: "site data" });
  if ("diagnostics" in read) {
    if (read.isMissing) return undefined;
    throw new ValidationError(read.diagnostics);
  }
  const stated = fieldAt(read.content, "config", "gemelos:site", "history");
  if (stated === undefined) return undefined;
  const { data, error } = siteHistorySchema.safeParse(stated);
  if (error === undefined) return data;
  throw new ValidationError(diagnosticsOf(error, stated, file, "gemelos:site.history", [], siteHistorySchema));
}

async function storeOf(
  site: string,
  stated: SiteHistory = { kind: "git" },
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<HistoryStore> {
  if (stated.kind === "s3") {
    // Whoever has none of it should not wait for its modules.
    const { s3Credentials, s3Store } = await import("./s3Store.ts");
    return s3Store(site, stated, s3Credentials(site, environment));
  }
  const { url = "origin", branch = "gemelos-history" } = stated;
  return gitStore({ remote: url, branch, folder: await localRepository(folder, stateFolder(environment)) });
}
