import { existsSync, renameSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { removeAtExit } from "../../../command/cleanUp.ts";
import { UsageError } from "../../../command/errors.ts";
import { replaceFiles } from "../../../command/replaceFiles.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { NewService } from "../fields/renderedObjects.ts";
import { withReleases } from "./releases.ts";
import { writeDescription } from "./typescript.ts";

/**
 * The folders of new services, and the sites' files with their releases: written beside their places first, then renamed,
 * so that an error or an interruption leaves everything as it was.
 */
export class NewFolders {
  readonly #project: string;
  readonly #services: readonly NewService[];
  readonly #temporary: string;
  readonly #forget: () => void;

  private constructor(project: string, services: readonly NewService[]) {
    this.#project = project;
    this.#services = services;
    this.#temporary = join(project, `.new-services.${process.pid}.tmp`);
    this.#forget = removeAtExit(() => this.#remove());
  }

  /**
   * Writes the files of each service under a temporary name, where they may import each other and the catalogue.
   * @param constants service of the catalogue -> the constant that its index.ts exports
   */
  static async write(
    project: string,
    services: readonly NewService[],
    constants?: ReadonlyMap<string, string>,
  ): Promise<NewFolders> {
    const folders = new NewFolders(project, services);
    try {
      await folders.#write(constants);
    } catch (error) {
      folders.discard();
      throw error;
    }
    return folders;
  }

  async #write(constants: ReadonlyMap<string, string> | undefined): Promise<void> {
    for (const { service, templates } of this.#services) {
      const folder = join(this.#temporary, service.name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "index.ts"), writeDescription(service, constants));
      if (Object.keys(templates).length > 0) await mkdir(join(folder, "config"));
      for (const [file, text] of Object.entries(templates)) await writeFile(join(folder, "config", file), text);
    }
    const entries = await readdir(join(this.#project, "services"), { withFileTypes: true });
    for (const entry of entries.filter((each) => each.isDirectory())) {
      // A module is known by its real path, so that the catalogue's descriptions are the very ones that were loaded.
      const place = join(this.#temporary, entry.name);
      if (!existsSync(place)) await symlink(join(this.#project, "services", entry.name), place);
    }
  }

  /** The descriptions as the written files have them: what the program will read. */
  readBack(): Promise<Microservice[]> {
    return Promise.all(
      this.#services.map(async ({ service: { name } }) => {
        const file = pathToFileURL(join(this.#temporary, name, "index.ts"));
        const module: Record<string, unknown> = await import(file.href);
        const [service] = Object.values(module);
        if (!isMicroservice(service)) throw new Error(`the index.ts of ${name} exports no description`);
        return service;
      }),
    );
  }

  /** Puts everything in its place: the folders, then each site's file. */
  async commit(sites: readonly string[]): Promise<void> {
    const folders = this.#services.map(({ service: { name } }) => ({
      name,
      from: join(this.#temporary, name),
      to: join(this.#project, "services", name),
    }));
    const occupied = folders.filter(({ to }) => existsSync(to)).map(({ name }) => `services/${name}`);
    if (occupied.length > 0) {
      throw new UsageError(`${occupied.join(", ")} has appeared meanwhile; nothing was written, look at that folder`);
    }
    const files = await Promise.all(
      sites.map(async (site): Promise<[string, string]> => {
        const file = `Pulumi.${site}.yaml`;
        const path = join(this.#project, file);
        return [path, withReleases(await readFile(path, "utf8"), this.#services, file)];
      }),
    );
    // Without a pause: between two of these, no signal is heard.
    const undo: (() => void)[] = [];
    try {
      for (const { from, to } of folders) {
        renameSync(from, to);
        undo.push(() => rmSync(to, { recursive: true }));
      }
      replaceFiles(new Map(files));
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    } finally {
      this.discard();
    }
  }

  /** Removes what was written under the temporary name. */
  discard(): void {
    this.#remove();
    this.#forget();
  }

  #remove(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}

function isMicroservice(value: unknown): value is Microservice {
  return typeof value === "object" && value !== null && "name" in value && "resources" in value;
}
