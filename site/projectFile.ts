import { lstat, readFile, readlink, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { formatValue } from "../components/diagnostic.ts";

/** What a file holds, or why it cannot be read. */
export type ProjectFile =
  | { readonly bytes: Uint8Array }
  | {
      /** `is a folder`. */
      readonly problem: string;
      /** Whether there is nothing of that name. A link that leads nowhere is there. */
      readonly isMissing: boolean;
      /** What to do where something else than a file is in its place. */
      readonly remedy?: string;
    };

/**
 * Reads a file that people write into the project's folder. A pipe or a device is not opened, since it may have no end. A link
 * may lead to what is in the folder only: what is elsewhere nobody reviews, and it may be anything.
 * @param file its name in the folder
 */
export async function readProjectFile(folder: string, file: string): Promise<ProjectFile> {
  const path = join(folder, file);
  const read = async (): Promise<ProjectFile> => {
    const problem = await problemOf(folder, path);
    if (problem === undefined) return { bytes: await readFile(path) };
    return { problem, isMissing: false, remedy: "put a file of the project in its place" };
  };
  return read().catch(({ code, message }: NodeJS.ErrnoException) => {
    const isMissing = code === "ENOENT";
    return { problem: isMissing ? "does not exist" : `cannot be read (${code ?? message})`, isMissing };
  });
}

/** Why something in the project's folder is no file of the project. */
async function problemOf(folder: string, path: string): Promise<string | undefined> {
  if ((await lstat(path)).isSymbolicLink()) {
    const link = `is a link to ${formatValue(await readlink(path))}`;
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined) return `${link}, where there is nothing`;
    if (!target.startsWith(`${await realpath(folder)}${sep}`)) return `${link}, which is outside the project`;
  }
  const found = await stat(path);
  if (found.isDirectory()) return "is a folder";
  return found.isFile() ? undefined : "is a pipe, a socket or a device";
}
