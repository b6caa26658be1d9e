import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { at } from "../recorder/registeredResource.ts";
import { endAtExit } from "./cleanUp.ts";
import { isSystemError } from "./errors.ts";

const execute = promisify(execFile);

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

/**
 * Runs Git with arguments, never through a shell, and returns what it wrote to standard output, whole.
 * @param folder where it runs; it ends with this command
 * @throws GitError where Git refuses, a system's error where there is none.
 */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const running = execute("git", args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    // It asks nobody for a password: there may be no person.
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
  });
  endAtExit(running.child);
  try {
    return (await running).stdout;
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new GitError(args, String(at(error, "stderr") ?? error).trim());
  }
}
