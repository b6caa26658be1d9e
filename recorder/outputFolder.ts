import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { removeAtExit } from "../command/cleanUp.ts";
import { atPath } from "../command/errors.ts";
import { isAlive } from "../command/processes.ts";
import { makeFolder } from "../command/writeWhole.ts";
import { compareText, type Diagnostic, ValidationError } from "../components/diagnostic.ts";

/** Every registration of a run, as JSON. */
export const resourcesFile = "resources.json";

/** The file by which a folder is known as ours: a first line of our own, then the path of each file that the run wrote. */
const markFile = ".gemelos-rendered";
const markLine = "written by npm run render, format 1; replaced as a whole by the next run";

/** Names of foreign files that a message lists. */
const listed = 5;

/**
 * An output folder that appears as a whole or not at all: it is filled under a temporary name next to its final path
 * and then renamed. What was written is removed where the command ends before. Leftovers of interrupted runs whose process
 * is gone are removed.
 */
export class OutputFolder {
  /** Path of the temporary folder to write to. */
  readonly temporary: string;
  readonly #parent: string;
  readonly #name: string;
  readonly #forget: () => void;

  private constructor(parent: string, name: string) {
    this.#parent = parent;
    this.#name = name;
    this.temporary = join(parent, `.${name}.${process.pid}.tmp`);
    mkdirSync(this.temporary);
    this.#forget = removeAtExit(() => this.#remove());
    // Marks the folder as ours in case the run is killed.
    this.#mark([]);
  }

  /**
   * Makes the folders of one run.
   * @throws ValidationError if final paths exist and hold what no earlier run wrote; it would be lost.
   */
  static create(parent: string, names: readonly string[]): OutputFolder[] {
    const foreign = names.flatMap((name) => findForeign(join(parent, name)));
    if (foreign.length > 0) throw new ValidationError(foreign);
    makeFolder(parent);
    removeAbandoned(parent);
    return names.map((name) => new OutputFolder(parent, name));
  }

  /**
   * Moves the folder to its final path, replacing an earlier one.
   * @param files paths of all files in it, below the folder
   */
  commit(files: readonly string[]): void {
    this.#mark(files);
    const place = join(this.#parent, this.#name);
    const replaced = join(this.#parent, `.${this.#name}.${process.pid}.old.tmp`);
    if (existsSync(place)) renameSync(place, replaced);
    renameSync(this.temporary, place);
    rmSync(replaced, { recursive: true, force: true });
    this.#forget();
  }

  /** Removes what was written. No effect after a commit. */
  discard(): void {
    this.#remove();
    this.#forget();
  }

  #remove(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }

  #mark(files: readonly string[]): void {
    atPath(this.temporary, () => writeFileSync(join(this.temporary, markFile), `${[markLine, ...files].join("\n")}\n`));
  }
}

/** A folder is replaced as a whole, so all that is there must come from an earlier run. */
function findForeign(place: string): Diagnostic[] {
  if (!existsSync(place)) return [];
  const own = writtenFiles(place);
  const foreign = filesBelow(place).filter((path) => own?.has(path) !== true);
  if (foreign.length === 0) return [];
  const more = foreign.length > listed ? ` and ${foreign.length - listed} more` : "";
  const names = `${foreign.slice(0, listed).join(", ")}${more}`;
  const what =
    own === undefined
      ? `was not written by this command (it has no ${markFile} of ours), and holds ${names}`
      : `holds what this command did not write: ${names}`;
  return [{ file: place, path: "", message: `${what}; move that away, or choose another folder with --out` }];
}

/** The files that a run wrote into a folder, with the mark itself; undefined if the folder is not ours. */
function writtenFiles(place: string): ReadonlySet<string> | undefined {
  const file = join(place, markFile);
  const [first, ...files] = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return first === markLine ? new Set([markFile, ...files]) : undefined;
}

/** Paths of all files below a folder, and of all else that is no folder, sorted. */
function filesBelow(place: string): string[] {
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(place, join(entry.parentPath, entry.name)))
    .sort(compareText);
}

function removeAbandoned(parent: string): void {
  for (const entry of readdirSync(parent, { withFileTypes: true })) {
    const pid = entry.isDirectory() ? /^\..+\.(\d+)(\.old)?\.tmp$/.exec(entry.name)?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    const place = join(parent, entry.name);
    if (writtenFiles(place) !== undefined || readdirSync(place).length === 0)
      rmSync(place, { recursive: true, force: true });
  }
}
