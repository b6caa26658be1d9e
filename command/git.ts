import { execFile } from "node:child_process";
import { hideLogins, hideSecrets } from "../components/cleartext/index.ts";
import { endAtExit } from "./cleanUp.ts";
import { isSystemError } from "./errors.ts";

/** Git has refused. */
export class GitError extends Error {
  override readonly name = "GitError";
  /** What it wrote to standard error. */
  readonly said: string;

  constructor(args: readonly string[], said: string) {
    super(`git ${args[0] ?? ""} refuses: ${said}`);
    this.said = said;
  }
}

/** What a call of Git came to. */
export interface GitAnswer {
  readonly isRefused: boolean;
  readonly stdout: string;
  /** What it wrote to standard error, without the logins of URLs and what looks like a secret. */
  readonly said: string;
}

/** How Git is called. */
export interface GitCall {
  /** What it reads from standard input. Default: nothing. */
  readonly input?: string;
  /** Variables beside those of this process. Default: none. */
  readonly environment?: NodeJS.ProcessEnv;
  /** After how many milliseconds it is ended, as where a server does not answer. Default: never. */
  readonly timeout?: number;
}

/**
 * Runs Git with arguments, never through a shell, and returns what it wrote to standard output, whole.
 * @param folder where it runs; it ends with this command
 * @throws GitError where Git refuses, a system's error where there is none.
 */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { isRefused, stdout, said } = await askGit(folder, args);
  if (isRefused) throw new GitError(args, said);
  return stdout;
}

/**
 * {@link git} for whoever goes on where Git refuses.
 * @throws SystemError where there is no Git.
 */
export function askGit(folder: string, args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
  const { input = "", environment = {}, timeout = 0 } = call;
  const inherited = Object.entries(process.env).filter(([name]) => !ownVariables.includes(name));
  // It asks nobody for a password: there may be no person.
  const env = { ...Object.fromEntries(inherited), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C", ...environment };
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env, encoding: "utf8", maxBuffer: 2 ** 28, timeout } as const;
    const child = execFile("git", [...args], options, (error, stdout, stderr) => {
      if (error !== null && isSystemError(error)) return reject(error);
      const said = child.killed ? `no answer in ${timeout / 1000} s\n${stderr}` : stderr;
      resolve({ isRefused: error !== null, stdout, said: hideSecrets(hideLogins(said)).trim() });
    });
    endAtExit(child);
    // Where it ends without reading, it says why.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/** What a hook of Git sets for its own repository: here the folder alone says which one is meant. */
const ownVariables = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
];
