import { RemoteError } from "../../command/errors.ts";
import { git } from "../../command/git.ts";
import { type HistoryRecord, openHistory } from "../../delivery/history/index.ts";
import { whoAmI } from "../../delivery/identity/index.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { readAllSites } from "./sites.ts";

/** What was promoted. */
export interface Promotion {
  /** Service or library -> `tag@sha256:digest`. */
  readonly releases: Readonly<Record<string, string>>;
  /**
   * The commit that says so.
   * @default the last commit
   */
  readonly commit: string | undefined;
  readonly why: string | undefined;
}

/**
 * Appends a promotion to the histories of sites, unless a run before has done so.
 * @param names of the sites; default: all
 * @throws RemoteError with every history that has not got it; the others have.
 */
export async function recordPromotion(
  { releases, why, ...stated }: Promotion,
  names?: readonly string[],
): Promise<void> {
  if (Object.keys(releases).length === 0) return;
  const { chosen: sites } = await readAllSites(names === undefined ? undefined : { "--site": names });
  const commit = stated.commit ?? (await git(projectFolder, "rev-parse", "HEAD")).trim();
  const failures: string[] = [];
  // One after the other: both may be in one branch.
  for (const site of sites) {
    try {
      const history = await openHistory(site);
      if (isRecorded(await history.records(), releases)) continue;
      const who = await whoAmI({ site, commit });
      await history.append({
        kind: "promotion",
        outcome: "completed",
        who,
        commit,
        releases,
        ...(why === undefined ? {} : { why }),
      });
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      failures.push(error.message);
    }
  }
  if (failures.length > 0) {
    throw new RemoteError(`the promotion is done, and not recorded everywhere:\n${failures.join("\n")}`);
  }
}

/** Whether the newest promotion of each of them was of this release. */
function isRecorded(records: readonly HistoryRecord[], releases: Readonly<Record<string, string>>): boolean {
  return Object.entries(releases).every(
    ([name, release]) =>
      records.findLast((record) => record.kind === "promotion" && record.releases[name] !== undefined)?.releases[
        name
      ] === release,
  );
}
