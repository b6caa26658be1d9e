import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { alone } from "../command/alone.ts";
import { UsageError } from "../command/errors.ts";
import { askGit, GitError, git } from "../command/git.ts";
import { replaceFiles } from "../command/replaceFiles.ts";
import { projectFolder } from "../recorder/stackFile.ts";
import { type LineChange, withLines } from "./siteFileText.ts";

export { withLines } from "./siteFileText.ts";

/** What is to stand in one site's file. */
export interface SiteLines {
  /** Name of the site: `dc1`. */
  readonly site: string;
  readonly lines: readonly LineChange[];
}

/** A commit that has changed sites' files. */
export interface SiteFilesCommit {
  /** Its hash, in full. */
  readonly hash: string;
  /** The files that it changes: `Pulumi.dc1.yaml`. */
  readonly files: readonly string[];
}

/**
 * Writes lines into sites' files and commits them: all files or none, each by its temporary name, and nothing else with them.
 * A run that was killed before its commit is completed by the same call.
 * @param message of the commit: what, and why
 * @param folder the project, in a working tree of Git
 * @returns undefined where every line is there already, and committed.
 * @throws UsageError where the working tree cannot take such a commit (see {@link checkWorkingTree}), a line cannot be written,
 * or Git refuses the commit; then the files are as they were.
 */
export function commitSiteLines(
  changes: readonly SiteLines[],
  message: string,
  folder: string = projectFolder,
): Promise<SiteFilesCommit | undefined> {
  return alone(async () => {
    const { files } = await look(changes, folder);
    const changed = files.filter(({ wanted, committed }) => wanted !== committed);
    if (changed.length === 0) return undefined;
    const names = changed.map(({ file }) => file);
    replaceFiles(new Map(changed.map(({ file, wanted }) => [join(folder, file), wanted])));
    try {
      await git(folder, "commit", "--quiet", "--only", "--message", message, "--", ...names);
    } catch (error) {
      replaceFiles(new Map(changed.map(({ file, committed }) => [join(folder, file), committed])));
      if (!(error instanceof GitError)) throw error;
      throw new UsageError(
        `${names.join(" and ")} cannot be committed, and stay as they were: ${error.said}; put that right, then run this again`,
      );
    }
    return { hash: (await git(folder, "rev-parse", "HEAD")).trim(), files: names };
  });
}

/**
 * Says before long work whether its result can be committed afterwards: this is a branch of a Git repository, nothing is
 * staged or changed in it but, from a run that was killed, the lines themselves, and the lines can be written.
 * @param push whether {@link pushBranch} is to follow, which needs a branch to push to
 * @throws UsageError where they cannot; the message says what is in the way.
 */
export async function checkWorkingTree(
  changes: readonly SiteLines[],
  { push = false, folder = projectFolder }: { readonly push?: boolean; readonly folder?: string } = {},
): Promise<void> {
  if (push) await upstreamOf(await branchOf(folder), folder);
  await look(changes, folder);
}

interface LookedAt {
  readonly file: string;
  readonly committed: string;
  readonly wanted: string;
}

async function look(changes: readonly SiteLines[], folder: string): Promise<{ readonly files: readonly LookedAt[] }> {
  await branchOf(folder);
  const dirty = await changedFiles(folder);
  const files = await Promise.all(
    changes.map(async ({ site, lines }) => {
      const file = `Pulumi.${site}.yaml`;
      const text = await readFile(join(folder, file), "utf8");
      const committed = dirty.includes(file) ? await git(folder, "show", `HEAD:./${file}`) : text;
      const wanted = withLines(committed, lines, file);
      return { file, text, committed, wanted };
    }),
  );
  const finished = files.filter(({ text, wanted }) => text === wanted).map(({ file }) => file);
  const others = dirty.filter((file) => !finished.includes(file));
  if (others.length === 0) return { files };
  throw new UsageError(
    `the working tree has changes that are not committed (${shown(others)}), and a commit of the sites' files holds nothing else; commit, stash or restore them first`,
  );
}

/** The branch that the working tree is on, by its short name. */
async function branchOf(folder: string): Promise<string> {
  try {
    return (await git(folder, "symbolic-ref", "--short", "HEAD")).trim();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new UsageError(
      /not a git repository/.test(error.said)
        ? `${folder} is in no working tree of Git, where the sites' files would be committed; run this in a clone`
        : "the working tree is on no branch (detached HEAD), where a commit would be lost; git switch to a branch first",
    );
  }
}

/** Files that Git knows and whose content is not that of the last commit, by their paths in the project. */
async function changedFiles(folder: string): Promise<string[]> {
  const prefix = (await git(folder, "rev-parse", "--show-prefix")).trim();
  const status = await git(folder, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames");
  const paths = status.split("\0").flatMap((entry) => (entry === "" ? [] : [entry.slice(3)]));
  return paths.map((path) => (path.startsWith(prefix) ? path.slice(prefix.length) : `/${path}`));
}

/** How a branch is pushed. */
export interface PushOptions {
  /**
   * Whether the newest commit, where it is the only one that the remote does not have, is put behind what others have pushed
   * in the meantime.
   * @default false: the remote's refusal is told
   */
  readonly rebase?: boolean;
  readonly folder?: string;
}

/**
 * Pushes the branch that the working tree is on to where it is pushed from here.
 * @returns the hash of the commit that was pushed: another one than before where it was put behind others
 * @throws UsageError where the branch follows none, or the remote refuses; the commits stay.
 */
export async function pushBranch({ rebase = false, folder = projectFolder }: PushOptions = {}): Promise<string> {
  const branch = await branchOf(folder);
  const { remote, merge } = await upstreamOf(branch, folder);
  const push = () => askGit(folder, ["push", "--quiet", remote, `HEAD:${merge}`]);
  let { isRefused, said } = await push();
  // Somebody may be as quick again, but not each time.
  for (let tries = 0; isRefused && rebase && tries < 3 && (await putBehind(remote, merge, folder)); tries += 1) {
    ({ isRefused, said } = await push());
  }
  if (isRefused) {
    throw new UsageError(
      `${branch} has the commit, and ${remote} does not take it: ${said}; git pull --rebase, then git push`,
    );
  }
  return (await git(folder, "rev-parse", "HEAD")).trim();
}

/** Puts the newest commit behind those of the remote. @returns whether it could be done, and there were any */
async function putBehind(remote: string, merge: string, folder: string): Promise<boolean> {
  const fetched = await askGit(folder, ["fetch", "--quiet", remote, merge]);
  if (fetched.isRefused) return false;
  const count = async (range: string) => Number(await git(folder, "rev-list", "--count", range));
  if ((await count("FETCH_HEAD..HEAD")) !== 1 || (await count("HEAD..FETCH_HEAD")) === 0) return false;
  const rebased = await askGit(folder, ["rebase", "--quiet", "FETCH_HEAD"]);
  if (rebased.isRefused) await askGit(folder, ["rebase", "--abort"]);
  return !rebased.isRefused;
}

/** Where a branch is pushed to. Throws where it follows none. */
async function upstreamOf(
  branch: string,
  folder: string,
): Promise<{ readonly remote: string; readonly merge: string }> {
  const read = (name: string) => git(folder, "config", "--get", `branch.${branch}.${name}`).catch(() => "");
  const [remote, merge] = [(await read("remote")).trim(), (await read("merge")).trim()];
  if (remote !== "" && merge !== "") return { remote, merge };
  throw new UsageError(`${branch} follows no branch of a remote; git push --set-upstream origin ${branch} once`);
}

function shown(files: readonly string[]): string {
  const first = files.slice(0, 5).join(", ");
  return files.length > 5 ? `${first} and ${files.length - 5} more` : first;
}
