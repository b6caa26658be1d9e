import { createHash } from "node:crypto";
import { RemoteError } from "../../command/errors.ts";
import { askGit, type GitAnswer } from "../../command/git.ts";
import { hideLogins } from "../../components/cleartext/index.ts";
import type { HistoryStore, StoredHistories } from "./store.ts";

/** How long a call of Git may take, in milliseconds: a server that does not answer must not hold a deployment for ever. */
const timeout = 120_000;

/** Most files that are named. */
const mostNamed = 10;

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
 * Histories on a branch of its own: a file `<site>.jsonl` each. Commits are made of Git's objects alone, and a push is
 * accepted only where the branch still is what was read.
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

  /** The lines of a site's file; what is wrong where it is none, since then it is not the store that cannot be reached. */
  const linesAt = async (commit: string, site: string, problems: string[]): Promise<string[]> => {
    const file = `${site}.jsonl`;
    const entry = commit === "" ? "" : await call(["ls-tree", commit, "--", file]);
    if (entry === "") return [];
    if (!entry.startsWith("100")) {
      problems.push(`${file} of ${place} is no file any more: somebody changed it`);
      return [];
    }
    return (await call(["cat-file", "blob", `${commit}:${file}`])).split("\n").filter((line) => line !== "");
  };

  /** Names what is beside the histories. Where only one site is asked for, any other may have its history there. */
  const othersAt = async (commit: string, sites: readonly string[]): Promise<string[]> => {
    if (commit === "") return [];
    const names = (await call(["ls-tree", "--name-only", commit])).split("\n").filter((name) => name !== "");
    const isHistory = (name: string) =>
      sites.length === 1 ? /^[a-z0-9-]+\.jsonl$/.test(name) : sites.some((site) => name === `${site}.jsonl`);
    const others = names.filter((name) => !isHistory(name));
    if (others.length === 0) return [];
    const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : "";
    return [
      `${place} holds ${others.slice(0, mostNamed).join(", ")}${more}, which is no site's history; look who wrote there, and remove it`,
    ];
  };

  const push = async (parent: string, site: string, lines: readonly string[], summary: string): Promise<boolean> => {
    const blob = await call(["hash-object", "-w", "--stdin"], `${lines.join("\n")}\n`);
    const file = `${site}.jsonl`;
    const entries = parent === "" ? [] : (await call(["ls-tree", parent])).split("\n");
    const others = entries.filter((entry) => entry !== "" && !entry.endsWith(`\t${file}`));
    const tree = await call(["mktree"], `${[...others, `100644 blob ${blob}\t${file}`].join("\n")}\n`);
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
      const read = new Map<string, readonly string[]>();
      for (const site of sites) read.set(site, await linesAt(commit, site, problems));
      const lines = (site: string) => read.get(site) ?? [];
      const append: StoredHistories["append"] = (site, more, summary) =>
        push(commit, site, [...lines(site), ...more], summary);
      return { lines, problems, notes: await othersAt(commit, sites), append };
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
