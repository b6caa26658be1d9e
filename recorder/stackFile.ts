import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import { compareText, type Diagnostic, formatPath, ValidationError } from "../components/diagnostic.ts";
import { isObject } from "./registeredResource.ts";

/** The folder of the project, where `Pulumi.yaml` and `index.ts` are. */
export const projectFolder = join(import.meta.dirname, "..");

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

/** What to say of sites that are not described: `unknown site "dc9"; expected one of dc1, dc2`. */
export function unknownSites(unknown: readonly string[], known: readonly string[]): string {
  const names = unknown.map((name) => JSON.stringify(name)).join(", ");
  return `unknown ${unknown.length === 1 ? "site" : "sites"} ${names}; expected one of ${known.join(", ")}`;
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
  if (problems.length > 0) throw new ValidationError(problems);
  return results.flatMap((result) => (Array.isArray(result) ? [] : [result]));
}

async function readStackFile(stack: string, folder: string): Promise<StackConfiguration | Diagnostic[]> {
  const file = `Pulumi.${stack}.yaml`;
  const diagnostic = (path: string, message: string): Diagnostic => ({ file, path, message });
  const bytes = await readFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) {
    const reason = bytes.code === "ENOENT" ? "is not there" : `cannot be read (${bytes.code ?? bytes.message})`;
    return [diagnostic("", `${reason}; a site is described in a file of this name beside Pulumi.yaml`)];
  }
  if (bytes.length > largestFile) {
    return [
      diagnostic(
        "",
        `holds ${bytes.length} bytes; a site file holds at most ${largestFile}, so remove what is no site data`,
      ),
    ];
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return [diagnostic("", "is not UTF-8 text; save it in UTF-8")];
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const faults = yamlFaults(document, text);
  if (faults.length > 0)
    return faults.map(({ pos, message }) => diagnostic(`line ${lines.linePos(pos).line}`, message));
  const content = plainContent(document);
  if (content instanceof Error) return [diagnostic("", `${content.message}; write the value itself`)];
  const { config, ...others }: Record<string, unknown> = isObject(content) ? content : {};
  if (!isObject(config)) return [diagnostic("config", "must be a map of gemelos:site and gemelos:releases")];
  const values: Record<string, unknown> = { ...config };
  const problems = [
    ...Object.keys(others)
      .filter((key) => !knownSections.includes(key))
      .map((key) => diagnostic(key, "this key is not known; remove it, or indent it below config if it belongs there")),
    ...checkProviders(file, values[providersKey]),
    ...Object.entries(values).flatMap(([key, value]) => checkValue(file, stack, key, value)),
  ];
  if (problems.length > 0) return problems;
  return { stack, config: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asText(value)])) };
}

/** More is no data of one site: somebody pasted a log, or the wrong file. */
const largestFile = 2 ** 20;

/** What Pulumi keeps in a stack file beside its configuration. */
const knownSections = ["secretsprovider", "encryptedkey", "encryptionsalt"];

/** What is wrong with the text as YAML. After a slip of the indentation all else is a consequence, so one is enough. */
function yamlFaults(document: Document.Parsed, text: string): { pos: number; message: string }[] {
  const faults = [...document.errors, ...document.warnings].map(({ code, pos, message }) => {
    const [start, end] = pos;
    switch (code) {
      case "DUPLICATE_KEY":
        return { code, pos: start, message: `the key ${keyAt(text, start)} stands twice in one map; remove one` };
      case "TAB_AS_INDENT":
        return { code, pos: start, message: "is indented with a tab, which YAML does not allow; use spaces" };
      case "MULTIPLE_DOCS":
        return { code, pos: start, message: "begins a second document (---); a site file is one document" };
      case "TAG_RESOLVE_FAILED":
        return { code, pos: start, message: `the tag ${text.slice(start, end)} is not known; remove it` };
      default: {
        const reason = message.split(" at line", 1)[0] ?? message;
        return { code, pos: start, message: `is not YAML: ${reason}; correct the line or the one above it` };
      }
    }
  });
  const duplicates = faults.filter(({ code }) => code === "DUPLICATE_KEY");
  const tab = faults.find(({ code }) => code === "TAB_AS_INDENT");
  const first = tab ?? faults.toSorted((a, b) => a.pos - b.pos)[0];
  return duplicates.length > 0 || first === undefined ? duplicates : [first];
}

function keyAt(text: string, start: number): string {
  return /^[^\n]*?(?=:\s)/.exec(text.slice(start))?.[0] ?? "";
}

/** The document's plain value, or why an alias in it leads nowhere. */
function plainContent(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

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

/** Keys that belong to the program or to the engine; anything else is a slip, which Pulumi itself would let pass. */
const knownKeys = ["gemelos:site", "gemelos:releases", providersKey];

function checkValue(file: string, stack: string, key: string, value: unknown): Diagnostic[] {
  if (!knownKeys.includes(key)) {
    return [
      { file, path: key, message: `this key is not known; remove it or correct it to one of ${knownKeys.join(", ")}` },
    ];
  }
  const encrypted = encryptedPaths(value, [key]);
  if (encrypted.length > 0) {
    return encrypted.map((path) => ({
      file,
      path: formatPath(path),
      message: "is encrypted (secure:); a site file holds no secrets, so remove it: they live in the site's Vault",
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
        message: `"${value.name}" must be the stack's name, "${stack}", which is in the file's name`,
      },
    ];
  }
  return [];
}

/** Where Pulumi's encrypted values stand. */
function encryptedPaths(value: unknown, path: readonly PropertyKey[]): (readonly PropertyKey[])[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => encryptedPaths(item, [...path, index]));
  if (!isObject(value)) return [];
  if ("secure" in value) return [path];
  return Object.entries(value).flatMap(([key, item]) => encryptedPaths(item, [...path, key]));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
