import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { compareText } from "../../components/diagnostic.ts";
import { errorCode, shortName } from "./filePaths.ts";
import type { PassedOver } from "./passedOver.ts";

const noManifest = "is no .yaml, .yml or .json file";

/** What a folder of manifests holds. */
export interface FolderEntries {
  /** Files to read, sorted by path. */
  readonly files: readonly string[];
  readonly passedOver: readonly PassedOver[];
}

/**
 * Finds every `.yaml`, `.yml` and `.json` file in and below a folder, hidden ones too. Links are followed to what is
 * read anyway, and nowhere else: what a folder is given for must not depend on what lies around it.
 * @param places everything that was named, as real paths; a link may lead into each of them
 */
export async function folderEntries(folder: string, places: readonly string[]): Promise<FolderEntries> {
  const files: string[] = [];
  const passedOver: PassedOver[] = [];
  const pass = (path: string, reason: string, isLoss: boolean) =>
    passedOver.push({ file: shortName(path), reason, isLoss });

  const visit = async (parent: string): Promise<void> => {
    const entries = await readdir(parent, { withFileTypes: true }).catch((error: unknown) => {
      pass(parent, `the folder cannot be read (${errorCode(error)}); get the right to read it`, true);
      return [];
    });
    for (const entry of entries) {
      const path = join(parent, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isSymbolicLink()) await visitLink(path);
      else if (!entry.isFile()) pass(path, `is ${kindOf(entry)}; only files are read`, isManifestName(path));
      else if (isManifestName(entry.name)) files.push(path);
      else pass(path, noManifest, false);
    }
  };
  const visitLink = async (path: string): Promise<void> => {
    let target: string;
    let kind: Stats;
    try {
      target = await realpath(path);
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
      const reason = `is a link to ${shortName(target)}, outside of what was given; name that with --from too, or put a copy here`;
      return void pass(path, reason, kind.isDirectory() || isManifestName(path) || isManifestName(target));
    }
    if (kind.isDirectory()) return void pass(path, "is a link to a folder that is read itself", false);
    if (!kind.isFile()) pass(path, `is a link to ${kindOf(kind)}; only files are read`, isManifestName(path));
    else if (isManifestName(path)) files.push(path);
    else pass(path, noManifest, false);
  };
  await visit(folder);
  return { files: files.sort(compareText), passedOver: passedOver.sort((a, b) => compareText(a.file, b.file)) };
}

function isManifestName(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name);
}

function kindOf(entry: Pick<Dirent, "isFIFO" | "isSocket">): string {
  return entry.isFIFO() ? "a named pipe" : entry.isSocket() ? "a socket" : "a device";
}
