import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { compareText, type Diagnostic, ValidationError } from "../../components/diagnostic.ts";
import type { ManifestFile } from "./adopt.ts";

/**
 * Reads the files that are named, and of folders every `.yaml`, `.yml` and `.json` below them.
 * @throws ProblemsError for what is not there, cannot be read or is not UTF-8.
 */
export async function readManifestFiles(places: readonly string[]): Promise<ManifestFile[]> {
  const problems: Diagnostic[] = [];
  const files = new Map<string, string>();
  const failed = (file: string, error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason =
      code === "ENOENT"
        ? "is not there"
        : code === "ERR_ENCODING_INVALID_ENCODED_DATA"
          ? "is not UTF-8 text"
          : `cannot be read (${code})`;
    problems.push({ file, path: "--from", message: `${reason}; name a manifest file or a folder of them` });
  };
  for (const place of places) {
    try {
      const found = (await stat(place)).isDirectory() ? await filesBelow(place) : [place];
      if (found.length === 0) {
        problems.push({
          file: place,
          path: "--from",
          message: "holds no .yaml, .yml or .json file; name another folder",
        });
      }
      for (const file of found) {
        const content = await readFile(file);
        files.set(shortName(file), new TextDecoder("utf-8", { fatal: true }).decode(content));
      }
    } catch (error) {
      failed(place, error);
    }
  }
  if (problems.length > 0) throw new ValidationError(problems);
  return [...files].map(([file, text]) => ({ file, text }));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort(compareText);
}

/** A file as a person in the current folder would name it. */
function shortName(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
