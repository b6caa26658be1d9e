import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dump } from "js-yaml";
import { atPath } from "../command/errors.ts";
import type { Diagnostic } from "../components/diagnostic.ts";
import { checkManifest } from "./kubernetesSchema.ts";
import { manifestPath } from "./manifestFile.ts";
import type { PlainObject } from "./registeredResource.ts";

/** The manifests of one site. Each is written, and checked against its schema, as soon as it arrives. */
export class ManifestFolder {
  readonly #folder: string;
  readonly #site: string;
  readonly #paths = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #work: Promise<Diagnostic[]>[] = [];

  /**
   * @param folder where to write
   * @param site name of the site, used in messages
   */
  constructor(folder: string, site: string) {
    this.#folder = folder;
    this.#site = site;
  }

  /** Adds the manifest of the resource with this logical name. */
  add(manifest: PlainObject, name: string): void {
    const path = manifestPath(manifest);
    const twice = this.#paths.has(path);
    this.#paths.add(path);
    this.#write(path, manifest);
    const work = this.#check(manifest, name, twice);
    // `diagnostics()` reports the failure; until it is called, the rejection would count as unhandled.
    work.catch(() => undefined);
    this.#work.push(work);
  }

  /** Paths of all files written so far, below the folder. */
  get files(): readonly string[] {
    return [...this.#paths];
  }

  /** Waits until all manifests added so far are checked, and returns their errors. */
  async diagnostics(): Promise<Diagnostic[]> {
    return (await Promise.all(this.#work)).flat();
  }

  /** Synchronous: writing thousands of small files concurrently is slower and keeps their texts in memory. */
  #write(path: string, manifest: PlainObject): void {
    const folder = join(this.#folder, dirname(path));
    const file = join(this.#folder, path);
    atPath(file, () => {
      // Not with its parents: where the whole folder was removed meanwhile, it must not come back.
      if (!this.#folders.has(folder)) mkdirSync(folder);
      this.#folders.add(folder);
      writeFileSync(file, manifestYaml(manifest));
    });
  }

  async #check(manifest: PlainObject, name: string, twice: boolean): Promise<Diagnostic[]> {
    const messages = await checkManifest(manifest);
    if (twice) messages.push("is registered twice: another resource has the same kind, name and namespace");
    return messages.map((message) => ({ file: `${this.#site}/${manifestPath(manifest)}`, path: name, message }));
  }
}

/**
 * The manifest in the order people write it: apiVersion, kind and metadata first, all other fields alphabetically.
 * Strings that YAML 1.1 reads as another type ("yes", 0123) are quoted, because tools around Kubernetes still use it.
 */
function manifestYaml({ apiVersion, kind, metadata, ...rest }: PlainObject): string {
  return dump({ apiVersion, kind, metadata, ...rest }, { noRefs: true, lineWidth: -1 });
}
