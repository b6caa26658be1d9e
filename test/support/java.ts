import { execFileSync, spawnSync } from "node:child_process";
import { globSync, realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Java of this machine. */
export interface Java {
  /** Its major version: 17. */
  readonly version: number;
  /** The path of its `java`. */
  readonly command: string;
}

/** Every Java of this machine from version 17 on, each version once: that of the path, and where Linux distributions put them. */
export function installedJavas(): Java[] {
  const paths = (process.env.PATH ?? "").split(":").map((folder) => join(folder, "java"));
  const found = globSync([...paths, "/usr/lib/jvm/*/bin/java"]).map((path) => realpathSync(path));
  const javas = [...new Set(found)].map((command) => ({ command, version: versionOf(command) }));
  return javas
    .filter(({ version }, index) => version >= 17 && javas.findIndex((other) => other.version === version) === index)
    .sort((a, b) => a.version - b.version);
}

/** Whether a process may have a network and mounts of its own here. */
export function mayUnshare(): boolean {
  try {
    execFileSync("unshare", ["--map-root-user", "--mount", "--net", "ip", "link"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Compiles a program of `test/fixtures/java` for all of them into a new folder, and says how to remove that. */
export async function compile(program: string): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-java-"));
  const source = join(import.meta.dirname, "..", "fixtures", "java", `${program}.java`);
  execFileSync("javac", ["--release", "17", "-encoding", "UTF-8", "-d", folder, source], { stdio: "pipe" });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

function versionOf(command: string): number {
  const { stderr } = spawnSync(command, ["-XshowSettings:properties", "-version"], { encoding: "utf8" });
  return Number(/java\.specification\.version = (\d+)/.exec(stderr)?.[1] ?? 0);
}
