import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder with a bare repository and clones of it, which are removed together. */
export class GitRepositories {
  readonly folder = mkdtempSync(join(tmpdir(), "gemelos-git-"));

  /** Runs Git in a folder, without the settings of this machine. */
  git(folder: string, ...args: readonly string[]): string {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", [...args], {
      cwd: folder,
      encoding: "utf8",
      env,
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  /** A bare repository, as a server has it. */
  server(name: string): string {
    this.git(this.folder, "init", "--quiet", "--bare", "--initial-branch=main", name);
    return join(this.folder, name);
  }

  /** A clone with one commit on main. */
  clone(server: string, name: string): string {
    const folder = join(this.folder, name);
    this.git(this.folder, "clone", "--quiet", server, name);
    this.git(folder, "config", "user.name", "Ana");
    this.git(folder, "config", "user.email", "ana@tax.example");
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
