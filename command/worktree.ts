import { existsSync, readFileSync } from "node:fs";
import { realpath, symlink } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "./errors.ts";
import { GitError, git } from "./git.ts";
import { runProgram } from "./runProgram.ts";
import { withTemporaryFolder } from "./temporaryFolder.ts";

/**
 * Gives a task a checkout of another commit of a repository, ready to run its commands: with the packages installed here where it
 * wants the same, and else with its own. It is removed afterwards.
 * @param project folder of the repository
 * @param commit the whole hash; fetched from the remote `origin` where it is not there
 * @throws UsageError if the commit cannot be had, or its packages cannot be installed.
 */
export async function withWorktree<Result>(
  project: string,
  commit: string,
  work: (checkout: string) => Promise<Result>,
): Promise<Result> {
  return withTemporaryFolder("worktree", async (folder) => {
    const checkout = join(folder, "checkout");
    try {
      await git(project, "cat-file", "-e", `${commit}^{commit}`).catch(() => git(project, "fetch", "origin", commit));
      await git(project, "worktree", "add", "--detach", checkout, commit);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      throw new UsageError(`commit ${commit} cannot be checked out: ${error.said}; fetch it, then run this again`);
    }
    try {
      await install(project, checkout);
      return await work(checkout);
    } finally {
      await git(project, "worktree", "remove", "--force", checkout).catch(() => undefined);
    }
  });
}

async function install(project: string, checkout: string): Promise<void> {
  const lock = (folder: string) => {
    const file = join(folder, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  if (lock(project) === lock(checkout)) {
    await symlink(await realpath(join(project, "node_modules")), join(checkout, "node_modules"));
    return;
  }
  const { code, stderr } = await runProgram("npm", ["ci", "--no-audit", "--no-fund"], checkout);
  if (code !== 0) throw new UsageError(`the packages of the older commit cannot be installed: ${stderr.trim()}`);
}
