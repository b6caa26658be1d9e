import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ValidationError } from "../components/diagnostic.ts";

/** Written by every run into its folder, and used to recognise such a folder later. */
export const resourcesFile = "resources.json";

/**
 * An output folder that appears as a whole or not at all: it is filled under a temporary name next to its final path
 * and then renamed. Leftovers of interrupted runs whose process is gone are removed.
 */
export class OutputFolder {
  /** Path of the temporary folder to write to. */
  readonly temporary: string;
  readonly #parent: string;
  readonly #name: string;

  /** @throws ValidationError if the final path exists and was not written by an earlier run; it would be lost. */
  constructor(parent: string, name: string) {
    this.#parent = parent;
    this.#name = name;
    refuseForeign(join(parent, name));
    makeFolder(parent);
    removeAbandoned(parent);
    this.temporary = join(parent, `.${name}.${process.pid}.tmp`);
    mkdirSync(this.temporary);
    // Marks the folder as ours in case the run is killed before it writes the resources.
    writeFileSync(join(this.temporary, resourcesFile), "");
  }

  /** Moves the folder to its final path, replacing an earlier one. */
  commit(): void {
    const place = join(this.#parent, this.#name);
    const replaced = join(this.#parent, `.${this.#name}.${process.pid}.old.tmp`);
    if (existsSync(place)) renameSync(place, replaced);
    renameSync(this.temporary, place);
    rmSync(replaced, { recursive: true, force: true });
  }

  /** Removes what was written. No effect after a commit. */
  discard(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }
}

/**
 * Creates a folder and its parents. Node's `recursive` option never returns if the file system refuses, as /proc does.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** The folder is replaced as a whole, so what is there must come from an earlier run. */
function refuseForeign(place: string): void {
  if (!existsSync(place) || isOurs(place)) return;
  const message = `already exists and was not written by this command (it has no ${resourcesFile}); remove it, or choose another folder with --out`;
  throw new ValidationError([{ file: place, path: "", message }]);
}

/** Whether a run filled the folder or was about to fill it. */
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
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
