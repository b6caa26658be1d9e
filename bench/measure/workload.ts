import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RegisteredResource } from "../../recorder/registeredResource.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { syntheticSite, writeSyntheticProject } from "../syntheticCatalogue.ts";
import { type BareGroup, isObject, writeGroups } from "./objectsFile.ts";
import { run } from "./runProcess.ts";

/** Input for measuring all variants at one size: files that are written before the first measurement. */
export interface Workload {
  /** Number of services in the catalogue. */
  readonly size: number;
  /** Copy of the project with the synthetic catalogue. */
  readonly project: string;
  /** File with the site's configuration in the form in which `render` passes it to the program. */
  readonly stackFile: string;
  /** File with the resources that `render` registered, for programs without components. */
  readonly resourcesFile: string;
  /** File with the resources of the site itself, which exist before the first service. */
  readonly siteFile: string;
  /** Helm chart with the same objects. */
  readonly chart: string;
}

/**
 * Writes the project, renders it once to learn its resources, and saves them for the other programs. `env` is also used
 * by the measured programs, because the first run fills Node's compile cache.
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

/** Arguments of `node` for the command that a user would type. */
export function renderArguments(out: string): string[] {
  return ["cli/main.ts", "render", "--site", syntheticSite, "--out", out];
}

/** The managed resources of a rendered site, grouped by parent component. */
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

/** Writes a chart with one template per group and no values, the cheapest possible for Helm. */
async function writeChart(folder: string, groups: readonly BareGroup[]): Promise<void> {
  await mkdir(join(folder, "templates"), { recursive: true });
  await writeFile(join(folder, "Chart.yaml"), stringify({ apiVersion: "v2", name: "bench", version: "0.0.0" }));
  for (const [index, group] of groups.entries()) {
    const documents = group
      .filter(isObject)
      .map(({ inputs }) => stringify(inputs, { aliasDuplicateObjects: false, lineWidth: 0 }));
    // Escaped, because double braces in a configuration file would be read as a Helm template.
    const text = documents.join("---\n").replaceAll("{{", '{{ "{{" }}');
    await writeFile(join(folder, "templates", `group-${index}.yaml`), text);
  }
}
