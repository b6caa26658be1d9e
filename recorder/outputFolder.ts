import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ValidationError } from "../components/diagnostic.ts";

/** What every run writes into its folder, by which its work is known again. */
const resourcesFile = "resources.json";

/**
 * A folder that appears whole or not at all: it is filled under a temporary name beside its place and then renamed.
 * What an interrupted run of a process that no longer lives left behind is removed.
 */
export class OutputFolder {
  /** Where to write. */
  readonly temporary: string;
  readonly #parent: string;
  readonly #name: string;

  /** @throws ProblemsError where something else stands in its place, which would be lost. */
  constructor(parent: string, name: string) {
    this.#parent = parent;
    this.#name = name;
    refuseForeign(join(parent, name));
    makeFolder(parent);
    removeAbandoned(parent);
    this.temporary = join(parent, `.${name}.${process.pid}.tmp`);
    mkdirSync(this.temporary);
    // By it the folder is known as ours, should the run be killed before it writes the resources.
    writeFileSync(join(this.temporary, resourcesFile), "");
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

/** What stands in the folder's place is replaced as a whole, so it must be what an earlier run wrote. */
function refuseForeign(place: string): void {
  if (!existsSync(place) || isOurs(place)) return;
  const message = `is there and was not written by this command (it holds no ${resourcesFile}); remove it or name another folder with --out`;
  throw new ValidationError([{ file: place, path: "", message }]);
}

/** A folder that a run has filled or was about to fill. */
function isOurs(place: string): boolean {
  return existsSync(join(place, resourcesFile)) || readdirSync(place).length === 0;
}

function removeAbandoned(parent: string): void {
  for (const entry of readdirSync(parent, { withFileTypes: true })) {
    const pid = entry.isDirectory() ? /^\..+\.(\d+)(\.old)?\.tmp$/.exec(entry.name)?.[1] : undefined;
    const place = join(parent, entry.name);
    if (pid !== undefined && !isAlive(Number(pid)) && isOurs(place)) rmSync(place, { recursive: true, force: true });
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
