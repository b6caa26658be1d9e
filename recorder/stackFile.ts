import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareText, type Diagnostic, formatPath, ValidationError } from "../components/diagnostic.ts";
import type { Site } from "../components/siteData.ts";
import { didYouMean } from "../components/suggestion.ts";
import { checkSiteFolder, parseSite, readYamlFile, siteFileName } from "../site.ts";
import { isObject } from "./registeredResource.ts";

/** The project folder, which contains `Pulumi.yaml` and `index.ts`. */
export const projectFolder = join(import.meta.dirname, "..");

/** The project's name in `Pulumi.yaml`: the second part of every URN. */
export const projectName = "gemelos";

/**
 * A site's stack configuration as Pulumi passes it to a program: every value is a string, structured values are JSON.
 */
export interface StackConfiguration {
  /** Name of the stack, which is the site's name. */
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Names of the sites that have a `Pulumi.<site>.yaml`, sorted. */
export async function listSites(folder: string = projectFolder): Promise<string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => siteFileName.exec(file)?.[1] ?? []).sort(compareText);
}

/** Message for unknown sites: `unknown site "dc9"; expected one of dc1, dc2`. A longer name is not shown. */
export function unknownSites(unknown: readonly string[], known: readonly string[]): string {
  // A longer text may be a secret that was typed in the wrong place.
  const names = unknown.map((name) => (name.length <= 4 ? JSON.stringify(name) : "(not shown)")).join(", ");
  const [only = ""] = unknown.length === 1 ? unknown : [];
  const meant = didYouMean(only, known);
  return `unknown ${unknown.length === 1 ? "site" : "sites"} ${names}; expected one of ${known.join(", ")}${meant}`;
}

/**
 * Reads the configuration of several sites, and holds every site's file of the folder against the others.
 * @throws ValidationError with the errors of all files: missing, invalid YAML, duplicate keys, encrypted values, and what two
 * sites have in common although they must not.
 */
export async function readStackFiles(
  sites: readonly string[],
  folder: string = projectFolder,
): Promise<StackConfiguration[]> {
  const { stacks, problems } = await compareStackFiles(sites, folder);
  if (problems.length === 0) return stacks;
  const inside = stacks.map((stack) => diagnosticsOf(async () => void siteOf(stack)));
  throw new ValidationError([...problems, ...(await Promise.all(inside)).flat()]);
}

/**
 * {@link readStackFiles} for whoever goes on to check what is inside the files: returns those that can be read, and what is
 * wrong with the others and between them.
 */
export async function compareStackFiles(
  sites: readonly string[],
  folder: string = projectFolder,
): Promise<{ readonly stacks: StackConfiguration[]; readonly problems: readonly Diagnostic[] }> {
  const results = await Promise.all(sites.map((site) => readStackFile(site, folder)));
  const unread = results.flatMap((result) => (Array.isArray(result) ? result : []));
  const stacks = results.flatMap((result) => (Array.isArray(result) ? [] : [result]));
  const known = [
    ...stacks.map(({ stack, config }) => ({ file: `Pulumi.${stack}.yaml`, text: config["gemelos:site"] })),
    // What is wrong with them is said once.
    ...[...new Set(unread.map(({ file }) => file))].map((file) => ({ file, text: undefined })),
  ];
  return { stacks, problems: [...unread, ...(await diagnosticsOf(() => checkSiteFolder(folder, known)))] };
}

async function diagnosticsOf(check: () => Promise<void>): Promise<readonly Diagnostic[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.diagnostics;
    throw error;
  }
}

/**
 * Parses the site that a stack's configuration describes.
 * @throws ValidationError with all errors in the configuration.
 */
export function siteOf({ stack, config }: StackConfiguration): Site {
  const { "gemelos:site": site, "gemelos:releases": releases, "gemelos:peak": peak } = config;
  return parseSite(stack, { site, releases, peak });
}

async function readStackFile(stack: string, folder: string): Promise<StackConfiguration | Diagnostic[]> {
  const file = `Pulumi.${stack}.yaml`;
  const diagnostic = (path: string, message: string): Diagnostic => ({ file, path, message });
  const read = await readYamlFile(folder, file, {
    missing: "every site needs a file of this name next to Pulumi.yaml",
    belongs: "site data",
  });
  if ("diagnostics" in read) return read.diagnostics;
  const { content } = read;
  const { config, ...others }: Record<string, unknown> = isObject(content) ? content : {};
  if (!isObject(config)) return [diagnostic("config", "must be a map of gemelos:site and gemelos:releases")];
  const values: Record<string, unknown> = { ...config };
  const problems = [
    ...Object.keys(others)
      .filter((key) => !knownSections.includes(key))
      .map((key) =>
        diagnostic(key, `unknown key; remove it, or indent it to move it under config${didYouMean(key, ["config"])}`),
      ),
    ...checkProviders(file, values[providersKey]),
    ...Object.entries(values).flatMap(([key, value]) => checkValue(file, stack, key, value)),
  ];
  if (problems.length > 0) return problems;
  return { stack, config: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asText(value)])) };
}

/** Top-level keys that Pulumi itself stores in a stack file, next to `config`. */
const knownSections = ["secretsprovider", "encryptedkey", "encryptionsalt"];

const providersKey = "pulumi:disable-default-providers";

function checkProviders(file: string, value: unknown): Diagnostic[] {
  const named: readonly unknown[] = Array.isArray(value) ? value : [];
  const missing = named.includes("*") ? [] : ["kubernetes", "vault"].filter((name) => !named.includes(name));
  if (missing.length === 0) return [];
  return [
    {
      file,
      path: providersKey,
      message: `must list ${missing.join(" and ")}, so that the operator's own kubeconfig or Vault is never used by mistake`,
    },
  ];
}

/**
 * Keys that belong to the program or the engine. Any other key is a mistake, which Pulumi itself would accept silently.
 */
const knownKeys = ["gemelos:site", "gemelos:releases", "gemelos:peak", providersKey];

function checkValue(file: string, stack: string, key: string, value: unknown): Diagnostic[] {
  if (!knownKeys.includes(key)) {
    return [
      { file, path: key, message: `unknown key; expected one of ${knownKeys.join(", ")}${didYouMean(key, knownKeys)}` },
    ];
  }
  const encrypted = encryptedPaths(value, [key]);
  if (encrypted.length > 0) {
    return encrypted.map((path) => ({
      file,
      path: formatPath(path),
      message: "is encrypted (secure:); remove it: secrets belong in the site's Vault, not in a site file",
    }));
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
        message: `is "${value.name}" but must match the stack name in the file name, "${stack}"`,
      },
    ];
  }
  return [];
}

/** Paths of the values that Pulumi encrypted. */
function encryptedPaths(value: unknown, path: readonly PropertyKey[]): (readonly PropertyKey[])[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => encryptedPaths(item, [...path, index]));
  if (!isObject(value)) return [];
  if ("secure" in value) return [path];
  return Object.entries(value).flatMap(([key, item]) => encryptedPaths(item, [...path, key]));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
