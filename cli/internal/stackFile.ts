import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, LineCounter, parseDocument } from "yaml";
import { compareText, type Problem, ProblemsError } from "../../components/internal/problems.ts";

/** The folder of the project, where `Pulumi.yaml` and `index.ts` are. */
export const projectFolder = join(import.meta.dirname, "..", "..");

/** The project's name in `Pulumi.yaml`: the second part of every URN. */
export const projectName = "gemelos";

/** A site's stack configuration as Pulumi hands it to a program: every value is text, structured ones are JSON. */
export interface StackConfiguration {
  /** The stack, which is the site's name. */
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Names of the sites that have a `Pulumi.<site>.yaml`, in alphabetical order. */
export async function listSites(folder: string = projectFolder): Promise<string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(file)?.[1] ?? []).sort(compareText);
}

/**
 * Reads the configuration of several sites.
 * @throws ProblemsError with the problems of all of the files: not there, not YAML, keys twice, encrypted values.
 */
export async function readStackFiles(
  sites: readonly string[],
  folder: string = projectFolder,
): Promise<StackConfiguration[]> {
  const results = await Promise.all(sites.map((site) => readStackFile(site, folder)));
  const problems = results.flatMap((result) => (Array.isArray(result) ? result : []));
  if (problems.length > 0) throw new ProblemsError(problems);
  return results.flatMap((result) => (Array.isArray(result) ? [] : [result]));
}

async function readStackFile(stack: string, folder: string): Promise<StackConfiguration | Problem[]> {
  const file = `Pulumi.${stack}.yaml`;
  const text = await readFile(join(folder, file), "utf8").catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) {
    const reason = text.code === "ENOENT" ? "is not there" : `cannot be read (${text.code ?? text.message})`;
    return [{ file, path: "", message: `${reason}; a site is described in a file of this name beside Pulumi.yaml` }];
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return document.errors.map(({ pos, message }) => ({
      file,
      path: `line ${lines.linePos(pos[0]).line}`,
      message: message.split(" at line", 1)[0] ?? message,
    }));
  }
  const config = isMap(document.contents) ? document.get("config") : undefined;
  if (!isMap(config)) return [{ file, path: "config", message: "must be a map of gemelos:site and gemelos:releases" }];
  const values: Record<string, unknown> = config.toJSON();
  const problems = Object.entries(values).flatMap(([key, value]) => checkValue(file, stack, key, value));
  if (problems.length > 0) return problems;
  return { stack, config: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asText(value)])) };
}

/** Keys that belong to the program or to the engine; anything else is a slip, which Pulumi itself would let pass. */
const knownKeys = ["gemelos:site", "gemelos:releases", "pulumi:disable-default-providers"];

function checkValue(file: string, stack: string, key: string, value: unknown): Problem[] {
  if (!knownKeys.includes(key)) {
    return [
      { file, path: key, message: `this key is not known; remove it or correct it to one of ${knownKeys.join(", ")}` },
    ];
  }
  if (containsSecure(value)) {
    return [
      {
        file,
        path: key,
        message: "holds an encrypted value (secure:); a site file holds no secrets, they live in the site's Vault",
      },
    ];
  }
  if (key === "pulumi:disable-default-providers") {
    const named = Array.isArray(value) ? value : [];
    const missing = ["kubernetes", "vault"].filter((name) => !named.includes(name));
    if (missing.length === 0) return [];
    return [
      {
        file,
        path: key,
        message: `must list ${missing.join(" and ")}, so that the operator's own kubeconfig or Vault is never used by mistake`,
      },
    ];
  }
  if (
    key === "gemelos:site" &&
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    value.name !== stack
  ) {
    return [
      {
        file,
        path: "gemelos:site.name",
        message: `"${value.name}" must be the stack's name, "${stack}", which is in the file's name`,
      },
    ];
  }
  return [];
}

function containsSecure(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(containsSecure);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
