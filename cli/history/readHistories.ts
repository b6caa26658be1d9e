import { UsageError } from "../../command/errors.ts";
import { askGit } from "../../command/git.ts";
import { fieldAt } from "../../components/kubernetes/index.ts";
import { type History, type HistoryRecord, type HistoryReport, openHistory } from "../../delivery/history/index.ts";
import { listSites, projectFolder, unknownSites } from "../../recorder/stackFile.ts";
import { readYamlFile } from "../../site.ts";

/** Which records are asked for. */
export interface ReadQuestion {
  readonly commit?: string;
  readonly service?: string;
}

/** A history, and what of its site is needed to show it. */
export interface OpenedHistory {
  readonly history: History;
  /** Of the site; UTC where it states none. */
  readonly timeZone: string;
}

/** What was read of one site. */
export interface ReadHistory extends HistoryReport {
  readonly site: string;
  readonly timeZone: string;
  /** Those of the records that were asked for. */
  readonly shown: readonly HistoryRecord[];
}

/**
 * Opens the history of one site, or of all. Nothing but name, peer and time zone is taken from the sites' files, whose other data
 * need not be valid.
 * @throws UsageError for a site that there is not.
 */
export async function openHistories(
  site: string | undefined,
  folder: string = projectFolder,
): Promise<OpenedHistory[]> {
  const all = await listSites(folder);
  if (site !== undefined && !all.includes(site)) throw new UsageError(`--site: ${unknownSites([site], all)}`);
  const names = site === undefined ? all : [site];
  return Promise.all(
    names.map(async (name) => {
      const read = await readYamlFile(folder, `Pulumi.${name}.yaml`, { missing: "", belongs: "site data" });
      const data = "content" in read ? fieldAt(read.content, "config", "gemelos:site") : undefined;
      const [peer, timeZone] = [fieldAt(data, "peer"), fieldAt(data, "timeZone")];
      const history = await openHistory({ name, ...(typeof peer === "string" ? { peer } : {}) }, { folder });
      return { history, timeZone: isTimeZone(timeZone) ? timeZone : "UTC" };
    }),
  );
}

/**
 * Reads histories, one after the other, since they may have one store.
 * @throws RemoteError if a history can be read nowhere.
 */
export async function readHistories(
  opened: readonly OpenedHistory[],
  question: ReadQuestion,
  folder: string = projectFolder,
): Promise<ReadHistory[]> {
  const commit = question.commit === undefined ? undefined : await wholeHash(question.commit, folder);
  const read: ReadHistory[] = [];
  for (const { history, timeZone } of opened) {
    const report = await history.verify();
    const { service } = question;
    const ofCommit = report.records.filter((record) => commit === undefined || record.commit.startsWith(commit));
    const shown = service === undefined ? ofCommit : changesOf(service, ofCommit);
    read.push({ ...report, site: history.site, timeZone, shown });
  }
  return read;
}

/** The hash of a commit that this clone has; of another, its beginning as it was given. */
async function wholeHash(commit: string, folder: string): Promise<string> {
  const { isRefused, stdout } = await askGit(folder, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${commit}^{commit}`,
  ]);
  if (!isRefused) return stdout.trim();
  if (/^[0-9a-f]{4,64}$/.test(commit)) return commit;
  throw new UsageError("--commit: is no commit of this clone; give its hash, or the first 4 digits of it or more");
}

/** The records that brought a service another release, or tried to, with those that say how that ended. */
export function changesOf(service: string, records: readonly HistoryRecord[]): HistoryRecord[] {
  const kept = new Set<number>();
  let running: string | undefined;
  return records.filter((record) => {
    const release = record.releases[service];
    const isEnd = record.started !== undefined && kept.has(record.started);
    const isChange = release !== undefined && (release !== running || record.service === service);
    if (record.outcome === "verified" && release !== undefined) running = release;
    if (isEnd || isChange) kept.add(record.sequence);
    return isEnd || isChange;
  });
}

function isTimeZone(name: unknown): name is string {
  try {
    return typeof name === "string" && new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
