import { readFile } from "node:fs/promises";
import { basename, dirname, join, normalize } from "node:path";
import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import { placeOf } from "./filePaths.ts";
import type { PassedOver } from "./passedOver.ts";
import { readYaml } from "./yamlText.ts";

type Reason = Omit<PassedOver, "file">;

/** What of a folder is no manifest of its own: a path -> why. The folder itself stands for all that it holds. */
type Parts = ReadonlyMap<string, Reason>;

/** Names under which kubectl looks for a Kustomization. */
export const kustomizationNames: ReadonlySet<string> = new Set([
  "kustomization.yaml",
  "kustomization.yml",
  "Kustomization",
]);

/** Fields of a Kustomization that name or merely mark what is read anyway. */
const harmless: ReadonlySet<string> = new Set([
  "apiVersion",
  "kind",
  "metadata",
  "resources",
  "bases",
  "labels",
  "commonLabels",
  "commonAnnotations",
  "buildMetadata",
  "sortOptions",
  "generatorOptions",
  "openapi",
  "crds",
  "configurations",
]);

/**
 * Leaves out what belongs to a Helm chart, an overlay or a Kustomization: a patch is no second Deployment. What a
 * Kustomization lists is read; where it changes that, the loss is named with the command that makes all of it.
 * @param files paths as the person would name them
 */
export async function withoutRecipes(
  files: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly passedOver: readonly PassedOver[] }> {
  const parts = new Map<string, Reason>();
  for (const file of files) {
    const name = basename(file);
    if (name === "Chart.yaml") parts.set(dirname(file), chart(dirname(file)));
    else if (kustomizationNames.has(name)) for (const part of await partsOf(file)) parts.set(...part);
  }
  if (parts.size === 0) return { files, passedOver: [] };
  const passedOver = new Map<string, PassedOver>();
  const left = files.filter((file) => {
    const part = pathsTo(file).find((path) => parts.has(path));
    const reason = part === undefined ? undefined : parts.get(part);
    if (part === undefined || reason === undefined) return true;
    passedOver.set(part, { file: part, ...reason });
    return false;
  });
  return { files: left, passedOver: [...passedOver.values()] };
}

/** A path and all folders around it, the outermost first. */
function pathsTo(path: string): string[] {
  const parent = dirname(path);
  return parent === path || parent === "." ? [".", path] : [...pathsTo(parent), path];
}

function chart(folder: string): Reason {
  return { reason: `is a Helm chart; ${makes(`helm template NAME ${quoted(folder)}`)}`, isLoss: false };
}

/** A Kustomization that cannot be read has no parts; its file is then refused for itself. */
async function partsOf(file: string): Promise<Parts> {
  const text = await readFile(placeOf(file), "utf8").catch(() => "");
  const yaml = readYaml(text);
  const [content] = "documents" in yaml ? yaml.documents : [];
  return isObject(content) ? kustomizationParts(dirname(file), file, content) : new Map();
}

function kustomizationParts(folder: string, file: string, content: PlainObject): Parts {
  const command = makes(`kubectl kustomize ${quoted(folder)}`);
  const listed = [content["resources"], content["bases"], content["components"]].flatMap(texts);
  const outside = listed.filter((path) => normalize(path).startsWith("..") && !/\.(ya?ml|json)$/i.test(path));
  if (outside.length > 0) {
    return new Map([[folder, { reason: `is an overlay of ${outside.join(", ")}; ${command}`, isLoss: true }]]);
  }
  if (content["kind"] === "Component") {
    return new Map([[folder, { reason: "is a part that a Kustomization may add; follow that one", isLoss: false }]]);
  }
  const changes = Object.keys(content).filter((field) => !harmless.has(field));
  const remote = listed.filter((path) => /^[\w+.-]+:\/\/|^git@|^github\.com\//.test(path));
  const done = [
    ...(changes.length === 0 ? [] : [`changes what it lists (${changes.join(", ")})`]),
    ...(remote.length === 0 ? [] : [`lists what is elsewhere (${remote.join(", ")})`]),
  ];
  const own =
    done.length === 0
      ? { reason: "is a Kustomization that only lists manifests", isLoss: false }
      : { reason: `${done.join(" and ")}; ${command}`, isLoss: true };
  // Its own loss is the file's; what it is made of is no other.
  const part = { reason: "is a part of a Kustomization", isLoss: false };
  const parts = new Map([[file, own]]);
  for (const path of partPaths(content)) parts.set(join(folder, path), part);
  return parts;
}

/** Files that a Kustomization names, other than resources. What is no file's path is found by nobody. */
function partPaths(content: PlainObject): string[] {
  const lists = [
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "configurations",
    "transformers",
    "generators",
    "validators",
    "replacements",
    "crds",
    "helmCharts",
  ].flatMap((field) => items(content[field]));
  const generators = ["configMapGenerator", "secretGenerator"].flatMap((field) => items(content[field]));
  return [
    ...lists.flatMap((item) => [item, at(item, "path"), at(item, "valuesFile")]),
    ...generators.flatMap((item) => [...texts(at(item, "files")), ...texts(at(item, "envs")), at(item, "env")]),
    at(content, "openapi", "path"),
  ].flatMap((path) => (typeof path === "string" && !path.includes("\n") ? [path.replace(/^[^/=]*=/, "")] : []));
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return items(value).filter((item) => typeof item === "string");
}

/** What a tool's command is good for. */
function makes(command: string): string {
  return `${command} > manifests.yaml makes plain manifests, which can be given instead`;
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
