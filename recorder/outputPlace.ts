import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { isSystemError, UsageError } from "../command/errors.ts";
import { projectFolder } from "./stackFile.ts";

/** The project's own folders, beside those whose names begin with a dot. */
const ownFolders = [
  ...[
    "bamboo-specs",
    "bench",
    "bin",
    "cli",
    "clusterClient",
    "command",
    "components",
    "dist",
    "docs",
    "node_modules",
    "recorder",
  ],
  ...["rollout", "sandbox", "services", "test", "vaultClient"],
];

/**
 * Refuses a place for output in which the project itself would be written over: one of its own folders, in whatever way it is
 * named, such as by a symbolic link.
 * @throws UsageError
 */
export function refuseOwnFolders(option: string, place: string): void {
  const own = [place, realPlace(place)]
    .map((path) => relative(projectFolder, path).split(sep)[0] ?? "")
    .filter((first) => first !== ".." && (first.startsWith(".") || ownFolders.includes(first)));
  const [first] = own;
  if (first === undefined) return;
  throw new UsageError(
    `${option}: ${place} is in ${first}, a folder of the project itself; choose another, such as out`,
  );
}

/**
 * Refuses a folder for rendered sites, each of which is replaced as a whole.
 * @throws UsageError if it is the project, holds it, or is one of its own folders.
 */
export function refuseProject(option: string, folder: string): void {
  const real = realPlace(folder);
  if (real === projectFolder || projectFolder.startsWith(real.endsWith(sep) ? real : `${real}${sep}`)) {
    throw new UsageError(`${option}: ${folder} holds the project itself; choose another folder, such as out`);
  }
  refuseOwnFolders(option, folder);
}

/** A path without symbolic links, as far as it exists. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ENOENT" || dirname(path) === path) throw error;
    return join(realPlace(dirname(path)), basename(path));
  }
}
