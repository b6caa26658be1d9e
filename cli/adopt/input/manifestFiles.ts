import { createReadStream, type Stats } from "node:fs";
import { glob, realpath, stat } from "node:fs/promises";
import { withProgress } from "../../../command/progress.ts";
import { visibleLine } from "../../../command/visibleText.ts";
import { compareText, type Diagnostic, ValidationError } from "../../../components/diagnostic.ts";
import type { ManifestFile } from "../adopt.ts";
import { textOf } from "../reading/textOf.ts";
import { errorCode, personsFolder, placeOf } from "./filePaths.ts";
import { folderEntries } from "./folderEntries.ts";
import { reasonByContent, reasonByName } from "./notManifest.ts";
import type { PassedOver } from "./passedOver.ts";
import { quoted, withoutRecipes } from "./recipes.ts";

/** The manifests to take in, and what was not read of the folders that hold them. */
export interface ManifestFiles {
  readonly files: readonly ManifestFile[];
  readonly passedOver: readonly PassedOver[];
}

/** Standard input, or what stands for it. */
type Input = AsyncIterable<unknown> & { readonly isTTY?: boolean };

/** In bytes, of all files together: a cluster's export fits, and it is safe to hold in memory. */
const sizeLimit = 64 * 2 ** 20;

const remedy = "; name a manifest file or a folder of them";

/**
 * Reads the files that are named, of folders every `.yaml`, `.yml` and `.json` below them, what a pattern such as
 * `k8s/*.yaml` matches, and standard input for `-`, each once. Paths count from where the person stands. A folder may
 * hold more than manifests: what is none is passed over, with the command that makes manifests of it where there is one.
 * @throws ValidationError for what is not there, cannot be read, is no text, or does not end within 64 MiB, and for a
 * place that holds no manifest.
 */
export async function readManifestFiles(
  places: readonly string[],
  input: Input = process.stdin,
): Promise<ManifestFiles> {
  return withProgress("reading manifests", async () => new Reading(input).read(places));
}

class Reading {
  readonly #input: Input;
  readonly #files = new Map<string, ManifestFile>();
  readonly #passedOver: PassedOver[] = [];
  readonly #problems: Diagnostic[] = [];
  #left = sizeLimit;

  constructor(input: Input) {
    this.#input = input;
  }

  async read(places: readonly string[]): Promise<ManifestFiles> {
    const named = (await Promise.all(places.map(identify))).flat();
    const real = named.flatMap((place) => ("real" in place ? [place.real] : []));
    // One file that a person names is meant as a manifest; of several, a shell may have named those that are none.
    const isMeant = named.length === 1 && named[0]?.path === places[0];
    const listed: string[] = [];
    for (const place of named) {
      if ("problem" in place) this.#fail(place.path, place.problem);
      else if ("input" in place) await this.#addInput();
      else if (place.kind.isDirectory()) await this.#addFolder(place.path, real);
      else if (isMeant) await this.#addFile(place.path, "named");
      else listed.push(place.path);
    }
    await this.#addListed(listed);
    if (this.#files.size === 0 && this.#problems.length === 0) {
      for (const { file, reason } of this.#passedOver) this.#fail(file, reason);
    }
    if (this.#problems.length > 0) throw new ValidationError(this.#problems);
    return { files: [...this.#files.values()], passedOver: this.#passedOver };
  }

  #fail(path: string, message: string): void {
    this.#problems.push({ file: visibleLine(path), path: "", message });
  }

  #pass(passedOver: readonly PassedOver[]): void {
    for (const each of passedOver) this.#passedOver.push({ ...each, file: visibleLine(each.file) });
  }

  async #addFolder(folder: string, real: readonly string[]): Promise<void> {
    const [before, known] = [this.#passedOver.length, this.#files.size];
    const entries = await folderEntries(folder, real);
    this.#pass(entries.passedOver);
    const { files, passedOver } = await withoutRecipes(entries.files);
    this.#pass(passedOver);
    let isRead = false;
    for (const file of files) isRead = (await this.#addFile(file, "found")) || isRead;
    if (isRead || this.#files.size > known) return;
    const none = entries.files.length === 0 ? "holds no .yaml, .yml or .json file" : "holds no manifest as it is";
    this.#fail(folder, `${none}; name another folder, or do what the other lines say`);
    for (const { file, reason, isLoss } of this.#passedOver.slice(before)) {
      if (isLoss || / makes /.test(reason)) this.#fail(file, reason);
    }
  }

  async #addListed(listed: readonly string[]): Promise<void> {
    const { files, passedOver } = await withoutRecipes(listed);
    this.#pass(passedOver);
    for (const file of files) {
      const reason = reasonByName(file);
      // A pipe of the shell has a number for a name.
      if (reason === undefined || file.startsWith("/dev/")) await this.#addFile(file, "listed");
      else this.#pass([{ file, ...reason }]);
    }
  }

  async #addInput(): Promise<void> {
    const name = "standard input";
    if (this.#files.has(name)) return;
    if (this.#input.isTTY === true) {
      return this.#fail(name, "is a terminal; send manifests into it: kubectl get deploy,svc,cm -o yaml | npm run ...");
    }
    this.#store(name, name, await this.#readAll(this.#input), true);
  }

  /** @returns whether the file's manifests are read, now or before. */
  async #addFile(path: string, found: "named" | "listed" | "found"): Promise<boolean> {
    const real = await realpath(placeOf(path)).catch(() => path);
    if (this.#files.has(real)) {
      if (found === "found") this.#pass([{ file: path, reason: "is read under another name", isLoss: false }]);
      return true;
    }
    try {
      return this.#store(path, real, await this.#readAll(createReadStream(placeOf(path))), found === "named");
    } catch (error) {
      const code = errorCode(error);
      if (found !== "found") this.#fail(path, `cannot be read (${code})${remedy}`);
      else this.#pass([{ file: path, reason: `cannot be read (${code}); get the right to read it`, isLoss: true }]);
      return false;
    }
  }

  /** @param isMeant whether it must hold manifests, so that it is refused if it is something else */
  #store(path: string, key: string, content: Buffer | undefined, isMeant: boolean): boolean {
    const read =
      content === undefined
        ? { problem: `does not end within 64 MiB of all files together${remedy}` }
        : textOf(content);
    if ("problem" in read) {
      this.#fail(path, read.problem);
      return false;
    }
    const reason = isMeant ? undefined : reasonByContent(path, read.text);
    if (reason === undefined) this.#files.set(key, { file: visibleLine(path), text: read.text });
    else this.#pass([{ file: path, ...reason }]);
    return reason === undefined;
  }

  /** Everything that comes out of a stream; undefined where there is more than is left of the limit. */
  async #readAll(stream: AsyncIterable<unknown>): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    // Leaving the loop closes the stream.
    for await (const chunk of stream) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      this.#left -= bytes.length;
      if (this.#left < 0) return undefined;
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  }
}

type Place =
  | { readonly path: string; readonly real: string; readonly kind: Stats }
  | { readonly path: string; readonly input: true }
  | { readonly path: string; readonly problem: string };

/** What is meant by a place: a file or folder, standard input, or all that a pattern matches. */
async function identify(path: string): Promise<Place[]> {
  if (path === "-") return [{ path, input: true }];
  try {
    const kind = await stat(placeOf(path));
    // A pipe of the shell, such as <(helm template ...), has no real path.
    const real = await realpath(placeOf(path)).catch(() => undefined);
    if (kind.isFIFO() && real !== undefined && !real.startsWith("/dev/")) {
      const problem = `is a named pipe, from which nothing may ever come; send what it gives into standard input: - < ${quoted(path)}`;
      return [{ path, problem }];
    }
    return [{ path, kind, real: real ?? path }];
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT") return [{ path, problem: `cannot be read (${code})${remedy}` }];
  }
  if (!/[*?[{]/.test(path)) return [{ path, problem: `is not there${remedy}` }];
  const matches: string[] = [];
  for await (const match of glob(path, { cwd: personsFolder() })) matches.push(match);
  const found = (await Promise.all(matches.sort(compareText).map(identify))).flat();
  // With ** the files in a folder match too.
  const places = path.includes("**") ? found.filter((place) => !("kind" in place && place.kind.isDirectory())) : found;
  return places.length > 0 ? places : [{ path, problem: "is a pattern that matches nothing; correct it" }];
}
