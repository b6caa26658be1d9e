import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Document } from "yaml";
import type { Problem } from "../../components/internal/problems.ts";
import { checkManifest } from "./kubernetesSchema.ts";
import { manifestPath } from "./manifestFile.ts";
import type { PlainObject } from "./registration.ts";

/** The manifests of one site: each is checked against its schema, and begins to be written, as soon as it comes. */
export class ManifestFolder {
  readonly #folder: string;
  readonly #site: string;
  readonly #paths = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #work: Promise<Problem[]>[] = [];

  /** @param folder where to write; @param site what to call it in messages. */
  constructor(folder: string, site: string) {
    this.#folder = folder;
    this.#site = site;
  }

  /** Takes the manifest of the resource of that logical name. */
  add(manifest: PlainObject, name: string): void {
    const path = manifestPath(manifest);
    const twice = this.#paths.has(path);
    this.#paths.add(path);
    const work = this.#write(path, manifest).then(() => this.#check(manifest, name, twice));
    // Whoever asks for the problems meets a failure; until then nobody holds it.
    work.catch(() => undefined);
    this.#work.push(work);
  }

  /** Waits until all manifests so far are written, and returns their problems. */
  async problems(): Promise<Problem[]> {
    return (await Promise.all(this.#work)).flat();
  }

  /** Making a file takes longer than making its text: it is left to the system while the next text is made. */
  #write(path: string, manifest: PlainObject): Promise<void> {
    const folder = join(this.#folder, dirname(path));
    if (!this.#folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
    return writeFile(join(this.#folder, path), manifestYaml(manifest));
  }

  async #check(manifest: PlainObject, name: string, twice: boolean): Promise<Problem[]> {
    const messages = await checkManifest(manifest);
    if (twice) messages.push("is registered twice: another resource has the same kind, name and namespace");
    return messages.map((message) => ({ file: `${this.#site}/${manifestPath(manifest)}`, path: name, message }));
  }
}

/** The manifest as people write it: apiVersion, kind and metadata first, every other field in alphabetical order. */
function manifestYaml(manifest: PlainObject): string {
  const { apiVersion, kind, metadata, ...rest } = manifest;
  const document = new Document({ apiVersion, kind, metadata, ...rest }, { aliasDuplicateObjects: false });
  // A manifest has no tags; without any to look for, the library spares a walk over the whole document.
  if (document.directives !== undefined) document.directives.tags = {};
  return document.toString({ lineWidth: 0 });
}
