import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkCatalogue } from "../components/internal/catalogueRules.ts";
import type { CatalogueEntry } from "../components/internal/placement.ts";
import { compareText, type Problem, ProblemsError } from "../components/internal/problems.ts";
import type { Microservice } from "../components/microservice.ts";

/**
 * Loads the catalogue: every folder beside this file is a service. Its `index.ts` exports one description; each file
 * of its `config` folder, if it has one, is a template.
 *
 * @throws ProblemsError with every problem of every folder.
 */
export async function loadCatalogue(): Promise<CatalogueEntry[]> {
  const folders = await readdir(import.meta.dirname, { withFileTypes: true });
  const names = folders
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort(compareText);
  const loaded = await Promise.all(names.map(loadService));
  const problems = loaded.flatMap((result) => ("problem" in result ? [result.problem] : []));
  const entries = loaded.flatMap((result) => ("problem" in result ? [] : [result]));
  if (names.length === 0) {
    problems.push({ file: "services", path: "", message: "holds no service; add a folder with an index.ts" });
  }
  problems.push(...checkCatalogue(entries));
  if (problems.length > 0) throw new ProblemsError(problems);
  return entries;
}

async function loadService(name: string): Promise<CatalogueEntry | { problem: Problem }> {
  const folder = `services/${name}`;
  const file = `${folder}/index.ts`;
  try {
    const module: Record<string, unknown> = await import(
      pathToFileURL(join(import.meta.dirname, name, "index.ts")).href
    );
    const exported = Object.values(module);
    const service = exported[0];
    if (exported.length !== 1 || !isNamed(service)) {
      const found = exported.length === 1 ? "exports something else" : `has ${exported.length} exports`;
      return {
        problem: {
          file,
          path: "",
          message: `${found}; export exactly one Microservice: export const ... : Microservice = { name: "${name}", ... }`,
        },
      };
    }
    if (service.name !== name) {
      return {
        problem: {
          file,
          path: "name",
          message: `"${service.name}" must be the name of its folder, "${name}"; rename one of them`,
        },
      };
    }
    return { service, folder, templates: await loadTemplates(name) };
  } catch (error) {
    return { problem: { file, path: "", message: loadFailure(error) } };
  }
}

function loadFailure(error: unknown): string {
  if (!(error instanceof Error)) return `does not load: ${String(error)}`;
  if ("code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
    return `does not load: ${error.message.replace(/ imported from .*/, "")}; every service folder has an index.ts, and imports name existing files with their .ts ending`;
  }
  return `does not load: ${error.message.split("\n", 1)[0]}; npm run check:types says more`;
}

function isNamed(value: unknown): value is Microservice {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

async function loadTemplates(name: string): Promise<CatalogueEntry["templates"]> {
  const folder = join(import.meta.dirname, name, "config");
  const files = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return Promise.all(
    files
      .toSorted((a, b) => compareText(a.name, b.name))
      .map(async (entry) => {
        const file = `services/${name}/config/${entry.name}`;
        if (!entry.isFile()) throw new Error(`config/${entry.name} is not a file: a ConfigMap has no folders`);
        if (!/^[-._a-zA-Z0-9]{1,253}$/.test(entry.name)) {
          throw new Error(`config/${entry.name} cannot be a ConfigMap's key: use letters, digits, - _ .`);
        }
        return {
          name: entry.name,
          file,
          text: new TextDecoder("utf-8", { fatal: true }).decode(await readFile(join(folder, entry.name))),
        };
      }),
  );
}
