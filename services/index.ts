import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CatalogueEntry,
  type CatalogueService,
  checkCatalogue,
  type Template,
} from "../components/catalogue/index.ts";
import { compareText, type Diagnostic, ValidationError } from "../components/diagnostic.ts";
import type { Microservice } from "../components/microservice.ts";

let loaded: Promise<readonly CatalogueService[]> | undefined;

/**
 * Loads, checks and resolves the catalogue, once per process. Every folder next to this file is a service: its
 * `index.ts` exports one description, and each file in its optional `config` folder is a template.
 *
 * @throws ValidationError with all errors in all folders.
 */
export function loadCatalogue(): Promise<readonly CatalogueService[]> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<readonly CatalogueService[]> {
  const folders = await readdir(import.meta.dirname, { withFileTypes: true });
  const names = folders
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort(compareText);
  if (names.length === 0) {
    throw new ValidationError([
      { file: "services", path: "", message: "holds no service; add a folder with an index.ts" },
    ]);
  }
  const results = await Promise.all(names.map(loadService));
  const entries = results.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  const { diagnostics, services } = checkCatalogue(entries);
  // A file that does not load is reported by every service that imports it.
  const distinct = new Map(
    [...results.flatMap((result) => result.diagnostics), ...diagnostics].map((diagnostic) => [
      JSON.stringify(diagnostic),
      diagnostic,
    ]),
  );
  if (distinct.size > 0) throw new ValidationError([...distinct.values()]);
  return services;
}

/** A service's folder, as far as it could be read. */
interface Loaded {
  readonly entry?: CatalogueEntry;
  readonly diagnostics: readonly Diagnostic[];
}

async function loadService(name: string): Promise<Loaded> {
  const folder = `services/${name}`;
  const file = `${folder}/index.ts`;
  const { templates, diagnostics } = await loadTemplates(name);
  const failed = (diagnostic: Diagnostic): Loaded => ({ diagnostics: [...diagnostics, diagnostic] });
  try {
    const module: Record<string, unknown> = await import(
      pathToFileURL(join(import.meta.dirname, name, "index.ts")).href
    );
    const exported = Object.values(module);
    const service = exported[0];
    if (exported.length !== 1 || !isNamed(service)) {
      const names = Object.keys(module).join(", ");
      const found =
        exported.length === 1 ? `exports ${names}, which is not a Microservice` : `has ${exported.length} exports`;
      return failed({
        file,
        path: "",
        message: `${found}; export exactly one: export const ... : Microservice = { name: "${name}", ... }`,
      });
    }
    if (service.name !== name) {
      return failed({
        file,
        path: "name",
        message: `"${service.name}" must be the name of its folder, "${name}"; rename one of them`,
      });
    }
    return { entry: { service, folder, templates }, diagnostics };
  } catch (error) {
    return failed(loadFailure(error, name));
  }
}

/** Why a description does not load, reported for the file at fault, which may be one that the description imports. */
function loadFailure(error: unknown, name: string): Diagnostic {
  const own = `services/${name}/index.ts`;
  const message = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
    const [, missing = "", importer = ""] = /^Cannot find \w+ '(.*)' imported from (.*)$/.exec(message) ?? [];
    if (missing.endsWith(own)) {
      return {
        file: own,
        path: "",
        message: "does not exist; every service folder needs an index.ts that describes the service",
      };
    }
    return {
      file: inProject(importer),
      path: "",
      message: `imports ${inProject(missing)}, which does not exist; correct the import: it names an existing file with its .ts ending`,
    };
  }
  // Node fails with this message while reporting the import of a name that is not exported (module_job.js).
  if (message.startsWith("String.prototype.split called on")) {
    const what = "imports a name that the other file does not export";
    return { file: own, path: "", message: `does not load: ${what}; correct it, npm run check:types says which` };
  }
  const [, place, line] = (error instanceof Error && /^(?:file:\/\/)?(\/.*):(\d+)\n/.exec(error.stack ?? "")) || [];
  return {
    file: place === undefined ? own : inProject(place),
    path: line === undefined ? "" : `line ${line}`,
    message: refusedAccess(error) ?? `does not load: ${message}; correct it, npm run check:types says more`,
  };
}

/** What the file tried to do and may not, where commands run it behind Node's permission model; undefined if nothing. */
function refusedAccess(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_ACCESS_DENIED")) return undefined;
  const resource = "resource" in error && error.resource !== "" ? ` (${String(error.resource)})` : "";
  const permission = "permission" in error ? String(error.permission) : "access";
  return `does not load: it was refused ${permission}${resource}; a description reads the program's own files only, writes none and starts nothing`;
}

/** A path as users know it, relative to the project folder. */
function inProject(path: string): string {
  return path.startsWith("/") ? relative(join(import.meta.dirname, ".."), path) : path;
}

function isNamed(value: unknown): value is Microservice {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

/** The files in a service's `config` folder; empty if there is no such folder. */
async function loadTemplates(
  name: string,
): Promise<{ readonly templates: CatalogueEntry["templates"]; readonly diagnostics: readonly Diagnostic[] }> {
  const folder = join(import.meta.dirname, name, "config");
  const files = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") return "no folder";
    throw error;
  });
  if (files === "no folder") {
    const message = "must be a folder; put the templates into a folder of this name";
    return { templates: [], diagnostics: [{ file: `services/${name}/config`, path: "", message }] };
  }
  const read = await Promise.all(
    files
      .toSorted((a, b) => compareText(a.name, b.name))
      .map(async (entry): Promise<Template | Diagnostic> => {
        const file = `services/${name}/config/${entry.name}`;
        if (!entry.isFile()) {
          return { file, path: "", message: "is not a file; a ConfigMap cannot contain folders, so move the files up" };
        }
        if (!/^[-._a-zA-Z0-9]{1,253}$/.test(entry.name)) {
          return {
            file,
            path: "",
            message: "cannot be a ConfigMap's key; rename it: letters a-z and A-Z, digits, - _ .",
          };
        }
        const text = decodeUtf8(await readFile(join(folder, entry.name)));
        if (text === undefined) return { file, path: "", message: "is not UTF-8 text; save it as UTF-8" };
        return { name: entry.name, file, text };
      }),
  );
  return {
    templates: read.filter((each) => "text" in each),
    diagnostics: read.filter((each) => "message" in each),
  };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
