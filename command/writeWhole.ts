import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { removeAtExit } from "./cleanUp.ts";
import { atPath, UsageError } from "./errors.ts";

/**
 * Writes a file as a whole or not at all: under a name that nobody can foresee, which must not exist, then renamed. A link at
 * its place is replaced and not followed. Missing folders are made.
 * @param mode permissions of the file
 * @throws UsageError if something else than a file is at its place, such as a folder or a device.
 */
export function writeWhole(file: string, content: string, mode = 0o666): void {
  const existing = lstatSync(file, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile() && !existing.isSymbolicLink()) {
    throw new UsageError(`${file} is not a file and cannot be replaced by one; name another file`);
  }
  const folder = dirname(file);
  makeFolder(folder);
  const temporary = join(folder, `.gemelos-${randomUUID()}.tmp`);
  const remove = () => rmSync(temporary, { force: true });
  const forget = removeAtExit(remove);
  try {
    atPath(file, () => {
      writeFileSync(temporary, content, { flag: "wx", mode });
      renameSync(temporary, file);
    });
  } finally {
    remove();
    forget();
  }
}

/** Makes a folder and its parents. Node's `recursive` option never returns if the file system refuses, as /proc does. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
