import type { Stats } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { type Diagnostic, ValidationError } from "../../components/diagnostic.ts";
import type { ManifestFile } from "./adopt.ts";
import { errorCode, shortName } from "./filePaths.ts";
import { folderEntries } from "./folderEntries.ts";
import type { PassedOver } from "./passedOver.ts";

/** The manifests to take in, and what was not read of the folders that hold them. */
export interface ManifestFiles {
  readonly files: readonly ManifestFile[];
  readonly passedOver: readonly PassedOver[];
}

/** In bytes, of all files together: far more than the manifests of one service, and safe to hold in memory. */
const sizeLimit = 64 * 2 ** 20;

/**
 * Reads the files that are named, and of folders every `.yaml`, `.yml` and `.json` below them, each once.
 * @throws ValidationError for what is not there, cannot be read, is not UTF-8, or does not end within 64 MiB.
 */
export async function readManifestFiles(places: readonly string[]): Promise<ManifestFiles> {
  const problems: Diagnostic[] = [];
  const passedOver: PassedOver[] = [];
  const files = new Map<string, ManifestFile>();
  const fail = (file: string, message: string) => problems.push({ file, path: "--from", message });
  const remedy = "; name a manifest file or a folder of them";
  let left = sizeLimit;

  const add = async (path: string, found: "named" | "in a folder") => {
    const file = shortName(path);
    const real = await realpath(path).catch(() => path);
    if (files.has(real)) {
      if (found === "in a folder") passedOver.push({ file, reason: "is read under another name", isLoss: false });
      return;
    }
    try {
      const content = await readUpTo(path, left);
      if (content === undefined) return void fail(file, `does not end within 64 MiB of all files together${remedy}`);
      left -= content.length;
      files.set(real, { file, text: new TextDecoder("utf-8", { fatal: true }).decode(content) });
    } catch (error) {
      const code = errorCode(error);
      if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") fail(file, "is not UTF-8 text; save it as UTF-8");
      else if (found === "named") fail(file, `cannot be read (${code})${remedy}`);
      else passedOver.push({ file, reason: `cannot be read (${code}); get the right to read it`, isLoss: true });
    }
  };

  const named = await Promise.all(places.map((place) => identify(place)));
  const real = named.flatMap((place) => ("problem" in place ? [] : [place.real]));
  for (const place of named) {
    if ("problem" in place) fail(place.path, `${place.problem}${remedy}`);
    else if (!place.kind.isDirectory()) await add(place.path, "named");
    else {
      const entries = await folderEntries(place.path, real);
      passedOver.push(...entries.passedOver);
      for (const { file, reason, isLoss } of entries.files.length === 0 ? entries.passedOver : []) {
        if (isLoss) fail(file, reason);
      }
      if (entries.files.length === 0) fail(place.path, "holds no .yaml, .yml or .json file; name another folder");
      for (const file of entries.files) await add(file, "in a folder");
    }
  }
  if (problems.length > 0) throw new ValidationError(problems);
  return { files: [...files.values()], passedOver };
}

type Place =
  | { readonly path: string; readonly real: string; readonly kind: Stats }
  | { readonly path: string; readonly problem: string };

async function identify(path: string): Promise<Place> {
  try {
    // A pipe of the shell, such as <(helm template ...), has no real path.
    return { path, kind: await stat(path), real: await realpath(path).catch(() => path) };
  } catch (error) {
    const code = errorCode(error);
    return { path, problem: code === "ENOENT" ? "is not there" : `cannot be read (${code})` };
  }
}

/** A file's content, which may be a pipe's; undefined where there is more than `limit` bytes. */
async function readUpTo(path: string, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const file = await open(path);
  // Leaving the loop closes the file.
  for await (const chunk of file.createReadStream()) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
