import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A folder that appears whole or not at all: it is filled under a temporary name beside its place and then renamed.
 * What an interrupted run of a process that no longer lives left behind is removed.
 */
export class OutputFolder {
  /** Where to write. */
  readonly temporary: string;
  readonly #parent: string;
  readonly #name: string;

  constructor(parent: string, name: string) {
    this.#parent = parent;
    this.#name = name;
    makeFolder(parent);
    removeAbandoned(parent);
    this.temporary = join(parent, `.${name}.${process.pid}.tmp`);
    mkdirSync(this.temporary);
  }

  /** Puts the folder in its place, instead of an earlier one. */
  commit(): void {
    const place = join(this.#parent, this.#name);
    const replaced = join(this.#parent, `.${this.#name}.${process.pid}.old.tmp`);
    if (existsSync(place)) renameSync(place, replaced);
    renameSync(this.temporary, place);
    rmSync(replaced, { recursive: true, force: true });
  }

  /** Removes what was written. Does nothing after a commit. */
  discard(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }
}

/** Makes a folder and those above it. Node's own `recursive` never returns where a file system refuses, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^\..+\.(\d+)(\.old)?\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
