import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { isManifest } from "../../cli/internal/manifestFile.ts";
import type { Registration } from "../../cli/internal/registration.ts";
import { readStackFiles } from "../../cli/internal/stackFile.ts";
import { syntheticSite, writeSyntheticProject } from "../syntheticCatalogue.ts";
import { type BareGroup, writeGroups } from "./objectsFile.ts";
import { run } from "./runProcess.ts";

/** What the variants of one size are measured with. All of it is files, made before the first measurement. */
export interface Workload {
  /** Services of the catalogue. */
  readonly size: number;
  /** A copy of the project with that catalogue. */
  readonly project: string;
  /** The site's configuration, as `render` hands it to the program. */
  readonly stackFile: string;
  /** The objects that `render` registered, for programs without components. */
  readonly objectsFile: string;
  /** A chart with the same objects. */
  readonly chart: string;
}

/** Writes the project, renders it once to learn its objects, and writes them down for the other programs. */
export async function prepareWorkload(folder: string, size: number, signal: AbortSignal): Promise<Workload> {
  const project = join(folder, "project");
  await mkdir(project, { recursive: true });
  await writeSyntheticProject(project, size);
  const [stack] = await readStackFiles([syntheticSite], project);
  const stackFile = join(folder, "stack.json");
  await writeFile(stackFile, JSON.stringify(stack));

  const rendered = join(folder, "rendered");
  await run({ file: process.execPath, args: renderArguments(rendered), cwd: project, signal });
  const groups = await renderedGroups(join(rendered, syntheticSite, "resources.json"));
  const objectsFile = join(folder, "objects.ndjson");
  await writeGroups(objectsFile, groups);
  const chart = join(folder, "chart");
  await writeChart(chart, groups);
  return { size, project, stackFile, objectsFile, chart };
}

/** The command that a user types, below `node`. */
export function renderArguments(out: string): string[] {
  return ["cli/render.ts", "--site", syntheticSite, "--out", out];
}

/** The objects of a rendered site, grouped as its components group them. */
async function renderedGroups(resourcesFile: string): Promise<BareGroup[]> {
  const registrations: Registration[] = JSON.parse(await readFile(resourcesFile, "utf8"));
  const groups = Map.groupBy(registrations.filter(isManifest), ({ parent }) => parent);
  return [...groups.values()].map((group) => group.map(({ type, name, inputs }) => ({ type, name, manifest: inputs })));
}

/** A chart with a template for each group and no values: the cheapest there is. */
async function writeChart(folder: string, groups: readonly BareGroup[]): Promise<void> {
  await mkdir(join(folder, "templates"), { recursive: true });
  await writeFile(join(folder, "Chart.yaml"), stringify({ apiVersion: "v2", name: "bench", version: "0.0.0" }));
  for (const [index, group] of groups.entries()) {
    const documents = group.map(({ manifest }) => stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 }));
    // Double braces inside a configuration file are no template of Helm's.
    const text = documents.join("---\n").replaceAll("{{", '{{ "{{" }}');
    await writeFile(join(folder, "templates", `group-${index}.yaml`), text);
  }
}
