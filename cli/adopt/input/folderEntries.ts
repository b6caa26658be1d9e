import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { compareText } from "../../../components/diagnostic.ts";
import { errorCode, placeOf, shortName } from "./filePaths.ts";
import { reasonByName } from "./notManifest.ts";
import type { PassedOver } from "./passedOver.ts";
import { kustomizationNames } from "./recipes.ts";

/** What a folder of manifests holds. */
export interface FolderEntries {
  /** Files that may hold manifests or say how to make them, sorted by path. */
  readonly files: readonly string[];
  readonly passedOver: readonly PassedOver[];
}

/** Folders of tools, which may hold thousands of files. */
const toolFolders: ReadonlySet<string> = new Set([".git", "node_modules"]);

/**
 * Finds every `.yaml`, `.yml` and `.json` file in and below a folder, hidden ones too. Links are followed to what is
 * read anyway, and nowhere else: what a folder is given for must not depend on what lies around it.
 * @param folder as the person named it; all paths start with it
 * @param places everything that was named, as real paths; a link may lead into each of them
 */
export async function folderEntries(folder: string, places: readonly string[]): Promise<FolderEntries> {
  const files: string[] = [];
  const passedOver: PassedOver[] = [];
  const pass = (file: string, reason: string, isLoss: boolean) => passedOver.push({ file, reason, isLoss });

  const visit = async (parent: string): Promise<void> => {
    const entries = await readdir(placeOf(parent), { withFileTypes: true }).catch((error: unknown) => {
      pass(parent, `the folder cannot be read (${errorCode(error)}); get the right to read it`, true);
      return [];
    });
    for (const entry of entries) {
      const path = join(parent, entry.name);
      if (entry.isDirectory() && toolFolders.has(entry.name)) pass(path, "is a tool's own folder", false);
      else if (entry.isDirectory()) await visit(path);
      else if (entry.isSymbolicLink()) await visitLink(path);
      else if (!entry.isFile()) pass(path, `is ${kindOf(entry)}; only files are read`, isManifestName(path));
      else addFile(path);
    }
  };
  const addFile = (path: string) => {
    const reason = kustomizationNames.has(path.slice(path.lastIndexOf(sep) + 1)) ? undefined : reasonByName(path);
    if (reason === undefined) files.push(path);
    else passedOver.push({ file: path, ...reason });
  };
  const visitLink = async (path: string): Promise<void> => {
    let target: string;
    let kind: Stats;
    try {
      target = await realpath(placeOf(path));
      kind = await stat(target);
    } catch (error) {
      const code = errorCode(error);
      const reason =
        code === "ENOENT"
          ? "is a link to what is not there"
          : code === "ELOOP"
            ? "is a link that leads back to itself"
            : `is a link that cannot be followed (${code})`;
      return void pass(path, `${reason}; correct or remove it`, true);
    }
    if (!places.some((place) => target === place || target.startsWith(join(place, sep)))) {
      const reason = `is a link to ${shortName(target)}, outside of what was given; name that too, or put a copy here`;
      return void pass(path, reason, kind.isDirectory() || isManifestName(path) || isManifestName(target));
    }
    if (kind.isDirectory()) return void pass(path, "is a link to a folder that is read itself", false);
    if (!kind.isFile()) pass(path, `is a link to ${kindOf(kind)}; only files are read`, isManifestName(path));
    else addFile(path);
  };
  await visit(folder);
  return { files: files.sort(compareText), passedOver: passedOver.sort((a, b) => compareText(a.file, b.file)) };
}

function isManifestName(path: string): boolean {
  return reasonByName(path) === undefined;
}

function kindOf(entry: Pick<Dirent, "isFIFO" | "isSocket">): string {
  return entry.isFIFO() ? "a named pipe" : entry.isSocket() ? "a socket" : "a device";
}
