import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dump } from "js-yaml";
import type { Diagnostic } from "../components/diagnostic.ts";
import { checkManifest } from "./kubernetesSchema.ts";
import { manifestPath } from "./manifestFile.ts";
import type { PlainObject } from "./registeredResource.ts";

/** The manifests of one site: each is written, and checked against its schema, as soon as it comes. */
export class ManifestFolder {
  readonly #folder: string;
  readonly #site: string;
  readonly #paths = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #work: Promise<Diagnostic[]>[] = [];

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
    this.#write(path, manifest);
    const work = this.#check(manifest, name, twice);
    // Whoever asks for the problems meets a failure; until then nobody holds it.
    work.catch(() => undefined);
    this.#work.push(work);
  }

  /** Waits until all manifests so far are checked, and returns what is wrong with them. */
  async diagnostics(): Promise<Diagnostic[]> {
    return (await Promise.all(this.#work)).flat();
  }

  /** At once: thousands of small files that are written side by side hinder each other and hold their texts in memory. */
  #write(path: string, manifest: PlainObject): void {
    const folder = join(this.#folder, dirname(path));
    if (!this.#folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
    writeFileSync(join(this.#folder, path), manifestYaml(manifest));
  }

  async #check(manifest: PlainObject, name: string, twice: boolean): Promise<Diagnostic[]> {
    const messages = await checkManifest(manifest);
    if (twice) messages.push("is registered twice: another resource has the same kind, name and namespace");
    return messages.map((message) => ({ file: `${this.#site}/${manifestPath(manifest)}`, path: name, message }));
  }
}

/**
 * The manifest as people write it: apiVersion, kind and metadata first, every other field in alphabetical order. Quoted is
 * what YAML 1.1 would take for something else, too ("yes", 0123), since tools around Kubernetes still read that.
 */
function manifestYaml({ apiVersion, kind, metadata, ...rest }: PlainObject): string {
  return dump({ apiVersion, kind, metadata, ...rest }, { noRefs: true, lineWidth: -1 });
}
