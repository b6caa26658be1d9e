import { existsSync, rmSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { removeAtExit } from "../../command/cleanUp.ts";
import { UsageError } from "../../command/errors.ts";
import type { Microservice } from "../../components/microservice.ts";
import { withRelease } from "./releases.ts";
import { writeDescription } from "./typescript.ts";

/**
 * A new service's folder, and the sites' files with its release: written beside their places first, then renamed, so
 * that an error or an interruption leaves everything as it was.
 */
export class NewFolder {
  readonly #project: string;
  readonly #service: string;
  readonly #temporary: string;
  readonly #forget: () => void;

  private constructor(project: string, service: string) {
    this.#project = project;
    this.#service = service;
    this.#temporary = join(project, `.new-service-${service}.${process.pid}.tmp`);
    this.#forget = removeAtExit(() => this.#remove());
  }

  /** Writes the folder's files under a temporary name. */
  static async write(
    project: string,
    service: Microservice,
    templates: Readonly<Record<string, string>>,
  ): Promise<NewFolder> {
    const folder = new NewFolder(project, service.name);
    try {
      await mkdir(join(folder.#temporary, "service"), { recursive: true });
      await writeFile(join(folder.#temporary, "service", "index.ts"), writeDescription(service));
      if (Object.keys(templates).length > 0) await mkdir(join(folder.#temporary, "service", "config"));
      for (const [file, text] of Object.entries(templates)) {
        await writeFile(join(folder.#temporary, "service", "config", file), text);
      }
    } catch (error) {
      folder.discard();
      throw error;
    }
    return folder;
  }

  /** The description as the written file has it: what the program will read. */
  async readBack(): Promise<Microservice> {
    const file = pathToFileURL(join(this.#temporary, "service", "index.ts"));
    const module: Record<string, unknown> = await import(file.href);
    const [service] = Object.values(module);
    if (!isMicroservice(service)) throw new Error("index.ts exports no description");
    return service;
  }

  /** Puts everything in its place: the folder, then each site's file. */
  async commit(sites: readonly string[], release: string): Promise<void> {
    const place = join(this.#project, "services", this.#service);
    if (existsSync(place)) {
      throw new UsageError(
        `services/${this.#service} has appeared meanwhile; nothing was written, look at that folder`,
      );
    }
    const files = await Promise.all(
      sites.map(async (site) => {
        const file = join(this.#project, `Pulumi.${site}.yaml`);
        const before = join(this.#temporary, `${site}.before.yaml`);
        const after = join(this.#temporary, `${site}.yaml`);
        const text = await readFile(file, "utf8");
        // What was there is kept beside it, since the disk may have no room when it is wanted back.
        await writeFile(before, text);
        await writeFile(after, withRelease(text, this.#service, release));
        return { file, before, after };
      }),
    );
    await rename(join(this.#temporary, "service"), place);
    try {
      for (const { file, after } of files) await rename(after, file);
    } catch (error) {
      for (const { file, before } of files) await rename(before, file);
      await rm(place, { recursive: true });
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
