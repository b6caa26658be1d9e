import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { askGit, git } from "../../command/git.ts";

/**
 * The folder of a Git repository through which branches of others are read and written: the project's, or, where the project was
 * unpacked from an archive, one that this machine keeps for that.
 */
export async function localRepository(project: string, state: string): Promise<string> {
  if (!(await askGit(project, ["rev-parse", "--git-dir"])).isRefused) return project;
  const folder = join(state, "repository.git");
  mkdirSync(state, { recursive: true });
  await git(state, "init", "--quiet", "--bare", folder);
  return folder;
}
