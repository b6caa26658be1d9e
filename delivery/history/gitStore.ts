import { createHash } from "node:crypto";
import { RemoteError } from "../../command/errors.ts";
import { askGit, type GitAnswer } from "../../command/git.ts";
import { hideLogins } from "../../components/cleartext/index.ts";
import { recordFile, recordKey } from "./recordKey.ts";
import type { HistoryStore, StoredHistories } from "./store.ts";

/** How long a call of Git may take, in milliseconds: a server that does not answer must not hold a deployment for ever. */
const timeout = 120_000;

/** Most files that are named. */
const mostNamed = 10;

/** Modes of Git's entries: of a file, and of a folder. */
const fileMode = "100644";
const folderMode = "040000";

/** An entry of a folder. */
interface TreeEntry {
  readonly mode: string;
  /** `blob` or `tree`. */
  readonly type: string;
  /** Hash of what it holds. */
  readonly id: string;
  readonly name: string;
}

/** The entries of each folder, by its path. */
type Folders = ReadonlyMap<string, readonly TreeEntry[]>;

/** A branch of a Git repository that holds histories. */
export interface GitPlace {
  /** A remote's name, such as `origin`, or a URL. */
  readonly remote: string;
  /** `gemelos-history` */
  readonly branch: string;
  /** A folder in a local Git repository, through which the branch is read and written; its working tree is not touched. */
  readonly folder: string;
}

/**
 * Histories on a branch of its own: a file `<site>/<number>.json` a record, as in a bucket, so that a thousand of them are no
 * more to send than one. Commits are made of Git's objects alone, and a push is accepted only where the branch still is what was
 * read.
 */
export async function gitStore({ remote, branch, folder }: GitPlace): Promise<HistoryStore> {
  const ask = (args: readonly string[], input = "") => askGit(folder, args, { input, environment: author, timeout });
  const call = async (args: readonly string[], input?: string): Promise<string> => {
    const answer = await ask(args, input);
    if (answer.isRefused)
      throw new RemoteError(`git ${args[0]} refuses (${inOneLine(answer)}); see what is wrong in ${folder}`);
    return answer.stdout.trim();
  };
  const url = await ask(["remote", "get-url", "--", remote]);
  const isName = !url.isRefused;
  // Without any mark of a login, so that the place stays the same for whoever reads it, and with whatever login.
  const shown = hideLogins(isName ? `${remote} (${url.stdout.trim()})` : remote, "");
  const place = `the branch ${branch} of ${shown}`;
  const unreachable = (answer: GitAnswer) =>
    new RemoteError(
      `${place} cannot be read (${inOneLine(answer)}); ${isName || /[/:]/.test(remote) ? "look at the network and at your right to read it" : `this is no clone of a repository with the remote ${remote}: state history in the site's file`}`,
    );
  const head = `refs/heads/${branch}`;
  /** What this machine has read last, so that a branch that was written anew is noticed. */
  const seenName = `refs/gemelos/${createHash("sha256").update(place).digest("hex").slice(0, 16)}`;

  /** The branch's commit; empty where there is no such branch. */
  const remoteCommit = async (): Promise<string> => {
    const answer = await ask(["ls-remote", "--quiet", "--", remote, head]);
    if (answer.isRefused) throw unreachable(answer);
    return answer.stdout.split(/\s/)[0] ?? "";
  };

  const fetchCommit = async (commit: string): Promise<void> => {
    if (!(await ask(["cat-file", "-e", `${commit}^{tree}`])).isRefused) return;
    const answer = await ask(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", remote, head]);
    if (answer.isRefused) throw unreachable(answer);
    // Not there if somebody has replaced the branch in between.
    await call(["cat-file", "-e", `${commit}^{tree}`]);
  };

  /** Notes what was read; says so where it is not what came after what was read before. */
  const compareWithSeen = async (commit: string): Promise<string[]> => {
    const seen = (await ask(["rev-parse", "--verify", "--quiet", seenName])).stdout.trim();
    const isLater = commit !== "" && !(await ask(["merge-base", "--is-ancestor", seen, commit])).isRefused;
    if (seen !== "" && !isLater) {
      const now = commit === "" ? "is gone" : `was written anew: it is ${commit.slice(0, 10)} now`;
      return [
        `${place} ${now}, and this machine has seen ${seen.slice(0, 10)} there; git log -p ${seen.slice(0, 10)} shows what it was. Push that again, or, if it is right as it is, git update-ref -d ${seenName}`,
      ];
    }
    if (commit !== "" && commit !== seen) await call(["update-ref", seenName, commit]);
    return [];
  };

  /** What a commit holds, by folder: those in its root under the empty name. */
  const foldersOf = async (commit: string): Promise<Folders> => {
    const listed = commit === "" ? "" : await call(["ls-tree", "-r", "-t", commit]);
    const entries = listed.split("\n").flatMap((entry) => {
      const [, mode = "", type = "", id = "", path] = /^(\d+) (\w+) (\w+)\t(.*)$/.exec(entry) ?? [];
      if (path === undefined) return [];
      const end = path.lastIndexOf("/");
      return [{ folder: path.slice(0, Math.max(end, 0)), mode, type, id, name: path.slice(end + 1) }];
    });
    return Map.groupBy(entries, ({ folder }) => folder);
  };

  /** The lines of a site's records; what is wrong where they are no files, since then it is not the store that cannot be reached. */
  const linesIn = async (folders: Folders, site: string, problems: string[]): Promise<string[]> => {
    const folder = folders.get("")?.find(({ name }) => name === site);
    if (folder === undefined) return [];
    if (folder.mode !== folderMode) {
      problems.push(`${site} of ${place} is no folder of records any more: somebody changed it`);
      return [];
    }
    const entries = (folders.get(site) ?? []).filter(({ name }) => recordFile.test(name));
    for (const { name } of entries.filter(({ mode }) => mode !== fileMode)) {
      problems.push(`${site}/${name} of ${place} is no file any more: somebody changed it`);
    }
    const ids = entries.filter(({ mode }) => mode === fileMode).map(({ id }) => `${id}\n`);
    // With an empty format, what the files hold follows each other, a line a record.
    const all = ids.length === 0 ? "" : await call(["cat-file", "--batch="], ids.join(""));
    return all.split("\n").filter((line) => line !== "");
  };

  /** Names what is beside the histories. Where only one site is asked for, any other may have its history there. */
  const othersIn = (folders: Folders, sites: readonly string[]): string[] => {
    const isHistory = ({ mode, name }: TreeEntry) =>
      sites.length === 1 ? mode === folderMode && /^[a-z0-9-]+$/.test(name) : sites.includes(name);
    const others = [
      ...(folders.get("") ?? []).filter((entry) => !isHistory(entry)).map(({ name }) => name),
      ...sites.flatMap((site) =>
        (folders.get(site) ?? []).filter(({ name }) => !recordFile.test(name)).map(({ name }) => `${site}/${name}`),
      ),
    ];
    if (others.length === 0) return [];
    const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : "";
    return [
      `${place} holds ${others.slice(0, mostNamed).join(", ")}${more}, which is no site's history; look who wrote there, and remove it`,
    ];
  };

  const makeTree = (entries: readonly TreeEntry[]): Promise<string> =>
    call(["mktree"], entries.map(({ mode, type, id, name }) => `${mode} ${type} ${id}\t${name}\n`).join(""));

  /**
   * @param folders what the parent holds
   * @param first number of the first of the lines' records
   */
  const push = async (
    { parent, folders }: { readonly parent: string; readonly folders: Folders },
    { site, first, lines }: { readonly site: string; readonly first: number; readonly lines: readonly string[] },
    summary: string,
  ): Promise<boolean> => {
    const [root, before] = [folders.get("") ?? [], folders.get(site) ?? []];
    const added: TreeEntry[] = [];
    for (const [index, line] of lines.entries()) {
      const id = await call(["hash-object", "-w", "--stdin"], `${line}\n`);
      added.push({ mode: fileMode, type: "blob", id, name: recordKey(first + index) });
    }
    const names = new Set(added.map(({ name }) => name));
    const kept = before.filter(({ name }) => !names.has(name));
    const folder = { mode: folderMode, type: "tree", id: await makeTree([...kept, ...added]), name: site };
    const tree = await makeTree([...root.filter(({ name }) => name !== site), folder]);
    const commit = await call(["commit-tree", tree, ...(parent === "" ? [] : ["-p", parent]), "-m", summary]);
    const lease = `--force-with-lease=${head}:${parent}`;
    const answer = await ask(["push", "--quiet", "--no-verify", lease, "--", remote, `${commit}:${head}`]);
    if (!answer.isRefused) {
      await call(["update-ref", seenName, commit]);
      return true;
    }
    const now = await remoteCommit();
    if (now !== parent) return now === commit;
    throw new RemoteError(
      `${place} cannot be written (${inOneLine(answer)}); ask for the right to push to it, or look at what its server refuses`,
    );
  };

  return {
    place,
    async read(sites): Promise<StoredHistories> {
      const commit = await remoteCommit();
      if (commit !== "") await fetchCommit(commit);
      const problems = await compareWithSeen(commit);
      const folders = await foldersOf(commit);
      const read = new Map<string, readonly string[]>();
      for (const site of sites) read.set(site, await linesIn(folders, site, problems));
      const lines = (site: string) => read.get(site) ?? [];
      const append: StoredHistories["append"] = (site, more, summary) =>
        push({ parent: commit, folders }, { site, first: lines(site).length + 1, lines: more }, summary);
      return { lines, problems, notes: othersIn(folders, sites), append };
    },
  };
}

/** Who the commits are by. Who did what they record is in the records. */
const author = {
  GIT_AUTHOR_NAME: "Gemelos",
  GIT_AUTHOR_EMAIL: "history@gemelos.invalid",
  GIT_COMMITTER_NAME: "Gemelos",
  GIT_COMMITTER_EMAIL: "history@gemelos.invalid",
};

/** What Git says below every failure, whatever it is. */
const advice = /^(?:Could not read from remote repository|Please make sure you have|and the repository exists)/;

function inOneLine({ said }: GitAnswer): string {
  const lines = said.split("\n").map((line) => line.replace(/^(?:remote|fatal|error|hint):\s*/, "").trim());
  return [...new Set(lines.filter((line) => line !== "" && !advice.test(line)))].join("; ");
}
