import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CatalogueEntry,
  type CatalogueService,
  type CheckedCatalogue,
  checkCatalogue,
} from "../components/catalogue/index.ts";
import { compareText, type Diagnostic, ValidationError } from "../components/diagnostic.ts";
import type { Microservice } from "../components/microservice.ts";
import { readConfigFolder } from "./configFolder.ts";
import { loadFailure, withPlaces } from "./loadFailure.ts";

/** The catalogue as its folders have it, with everything that is wrong in them. */
export interface ReadCatalogue extends CheckedCatalogue {
  /** The names of all folders, also of those that could not be read. */
  readonly names: readonly string[];
}

let read: Promise<ReadCatalogue> | undefined;

/**
 * Loads, checks and resolves the catalogue, once per process. Every folder next to this file is a service: its
 * `index.ts` exports one description, and each file in its optional `config` folder is a template.
 */
export function readCatalogue(): Promise<ReadCatalogue> {
  read ??= readFolders();
  return read;
}

/**
 * {@link readCatalogue} for whoever needs a catalogue without faults.
 * @throws ValidationError with all errors in all folders.
 */
export async function loadCatalogue(): Promise<readonly CatalogueService[]> {
  const { diagnostics, services } = await readCatalogue();
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  return services;
}

async function readFolders(): Promise<ReadCatalogue> {
  const folders = await readdir(import.meta.dirname, { withFileTypes: true });
  const names = folders
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort(compareText);
  if (names.length === 0) {
    const diagnostic = { file: "services", path: "", message: "holds no service; add a folder with an index.ts" };
    return { diagnostics: [diagnostic], services: [], unfinished: [], names };
  }
  const results = await withPlaces(() => Promise.all(names.map(loadService)));
  const entries = results.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  const { diagnostics, services, unfinished } = checkCatalogue(entries);
  // A file that does not load is reported by every service that imports it.
  const distinct = new Map(
    [...results.flatMap((result) => result.diagnostics), ...diagnostics].map((diagnostic) => [
      JSON.stringify(diagnostic),
      diagnostic,
    ]),
  );
  return { diagnostics: [...distinct.values()], services, unfinished, names };
}

/** A service's folder, as far as it could be read. */
interface Loaded {
  readonly entry?: CatalogueEntry;
  readonly diagnostics: readonly Diagnostic[];
}

async function loadService(name: string): Promise<Loaded> {
  const folder = `services/${name}`;
  const file = `${folder}/index.ts`;
  const { templates, diagnostics } = await readConfigFolder(join(import.meta.dirname, name), folder);
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

function isNamed(value: unknown): value is Microservice {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}
