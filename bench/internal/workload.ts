import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RegisteredResource } from "../../recorder/registeredResource.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { syntheticSite, writeSyntheticProject } from "../syntheticCatalogue.ts";
import { type BareGroup, isObject, writeGroups } from "./objectsFile.ts";
import { run } from "./runProcess.ts";

/** What the variants of one size are measured with. All of it is files, made before the first measurement. */
export interface Workload {
  /** Services of the catalogue. */
  readonly size: number;
  /** A copy of the project with that catalogue. */
  readonly project: string;
  /** The site's configuration, as `render` hands it to the program. */
  readonly stackFile: string;
  /** The resources that `render` registered, for programs without components. */
  readonly resourcesFile: string;
  /** Those of the site, which are there before the first service. */
  readonly siteFile: string;
  /** A chart with the same objects. */
  readonly chart: string;
}

/**
 * Writes the project, renders it once to learn its resources, and writes them down for the other programs. `env` is what
 * the measured programs get, too: the first run fills Node's compile cache.
 */
export async function prepareWorkload(
  folder: string,
  size: number,
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<Workload> {
  const project = join(folder, "project");
  await mkdir(project, { recursive: true });
  await writeSyntheticProject(project, size);
  const [stack] = await readStackFiles([syntheticSite], project);
  const stackFile = join(folder, "stack.json");
  await writeFile(stackFile, JSON.stringify(stack));

  const rendered = join(folder, "rendered");
  await run({ file: process.execPath, args: renderArguments(rendered), cwd: project, signal, env });
  const groups = await renderedGroups(join(rendered, syntheticSite, "resources.json"));
  const resourcesFile = join(folder, "resources.ndjson");
  await writeGroups(resourcesFile, [...groups.values()]);
  const siteFile = join(folder, "site.ndjson");
  const ofSite = [...groups].filter(([parent]) => /:Datacenter(\$|::)/.test(parent));
  await writeGroups(
    siteFile,
    ofSite.map(([, group]) => group),
  );
  const chart = join(folder, "chart");
  await writeChart(chart, [...groups.values()]);
  return { size, project, stackFile, resourcesFile, siteFile, chart };
}

/** The command that a user types, below `node`. */
export function renderArguments(out: string): string[] {
  return ["cli/render.ts", "--site", syntheticSite, "--out", out];
}

/** What a rendered site's providers make, grouped as its components group it: parent -> resources. */
async function renderedGroups(file: string): Promise<Map<string, BareGroup>> {
  const registrations: RegisteredResource[] = JSON.parse(await readFile(file, "utf8"));
  const made = registrations.filter(
    ({ custom, read, type }) => custom && read === undefined && !type.startsWith("pulumi:"),
  );
  const groups = Map.groupBy(made, ({ parent }) => parent);
  return new Map(
    [...groups].map(([parent, group]) => [parent, group.map(({ type, name, inputs }) => ({ type, name, inputs }))]),
  );
}

/** A chart with a template for each group and no values: the cheapest there is. */
async function writeChart(folder: string, groups: readonly BareGroup[]): Promise<void> {
  await mkdir(join(folder, "templates"), { recursive: true });
  await writeFile(join(folder, "Chart.yaml"), stringify({ apiVersion: "v2", name: "bench", version: "0.0.0" }));
  for (const [index, group] of groups.entries()) {
    const documents = group
      .filter(isObject)
      .map(({ inputs }) => stringify(inputs, { aliasDuplicateObjects: false, lineWidth: 0 }));
    // Double braces inside a configuration file are no template of Helm's.
    const text = documents.join("---\n").replaceAll("{{", '{{ "{{" }}');
    await writeFile(join(folder, "templates", `group-${index}.yaml`), text);
  }
}
