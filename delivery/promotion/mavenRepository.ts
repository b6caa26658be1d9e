import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isSystemError, UsageError } from "../../command/errors.ts";
import { folderUrl, type MavenRepositorySettings } from "./settings.ts";
import { WebFolder } from "./webFolder.ts";

/** A Maven repository: files in folders, by their paths in it. */
export interface MavenRepository {
  /** For messages: its URL. */
  readonly url: string;
  /** Names of the files of a folder; undefined where the server does not say. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** The content of a file, undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** Writes a file as a whole. */
  write(path: string, content: Uint8Array): Promise<void>;
}

/**
 * A repository of the settings.
 * @param name in the settings, for messages: `libraries.staging`
 * @param environment where user and password stand under the stated names
 * @throws UsageError where one of them is missing.
 */
export function openRepository(
  settings: MavenRepositorySettings,
  name: string,
  { ca, environment }: { readonly ca: string | undefined; readonly environment: NodeJS.ProcessEnv },
): MavenRepository {
  const url = folderUrl(settings.url);
  if (url.startsWith("file:")) return new FileFolder(url);
  const login = [settings.username, settings.password].flatMap((variable) => {
    if (variable === undefined) return [];
    const value = environment[variable];
    if (value !== undefined && value !== "") return [value];
    throw new UsageError(`${name} of delivery.yaml takes its login from ${variable}, which is not set; export it`);
  });
  const [user, password] = login;
  return new WebFolder(url, ca, user === undefined || password === undefined ? undefined : { user, password });
}

/** A repository in the file system, as Maven's `file:` URLs mean it. */
class FileFolder implements MavenRepository {
  readonly url: string;
  readonly #folder: string;

  constructor(url: string) {
    this.url = url;
    this.#folder = fileURLToPath(url);
  }

  async list(folder: string): Promise<readonly string[] | undefined> {
    const entries = await readdir(join(this.#folder, folder), { withFileTypes: true }).catch(orMissing);
    return entries?.flatMap((entry) => (entry.isFile() ? [entry.name] : [])) ?? [];
  }

  read(path: string): Promise<Buffer | undefined> {
    return readFile(join(this.#folder, path)).catch(orMissing);
  }

  async write(path: string, content: Uint8Array): Promise<void> {
    const file = join(this.#folder, path);
    await mkdir(dirname(file), { recursive: true });
    const temporary = join(dirname(file), `.${basename(file)}-${randomUUID()}.tmp`);
    try {
      await writeFile(temporary, content, { flag: "wx" });
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

function orMissing(error: unknown): undefined {
  if (!isSystemError(error) || error.code !== "ENOENT") throw error;
}
