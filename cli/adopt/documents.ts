import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from "yaml";
import { type Diagnostic, formatPath, formatValue } from "../../components/diagnostic.ts";
import { type DuplicateKey, duplicateKeys } from "../../recorder/duplicateKeys.ts";
import { isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";
import { convertApiVersion } from "./convertApiVersion.ts";
import { firstLeafUnder, type Leaf, leavesOf, type Path, rebuild } from "./leaves.ts";

/** One Kubernetes object of the input, read in its kind's current form, with the way back to the file. */
export interface ManifestDocument {
  /** The file as the person named it. */
  readonly file: string;
  /** Number of the YAML document in the file, from 0. */
  readonly index: number;
  readonly kind: string;
  /** `metadata.name`, or empty. */
  readonly name: string;
  /** The object without nulls. */
  readonly object: PlainObject;
  /** Every leaf of it. `origin` counts from the file's document, so it starts with `items[3]` in a List. */
  readonly leaves: readonly Leaf[];
  /** A problem of this object: the field, and the line on which it stands. */
  problem(path: Path, message: string): Diagnostic;
}

/** A file with more is an export of a whole cluster, not the manifests of one service. */
const sizeLimit = 2 ** 20;

/** Anchors may make a small file large; kubectl's reader has a like limit. */
const aliasLimit = 100;

/** No object of Kubernetes is half as deep. */
const depthLimit = 100;
const tooDeep = `is nested more than ${depthLimit} deep, or holds itself by an anchor; write the values out`;

/** Objects and problems of one file's text: YAML or JSON, several documents, Lists. */
export function readDocuments(file: string, text: string): { documents: ManifestDocument[]; problems: Diagnostic[] } {
  const failed = (path: string, message: string) => ({ documents: [], problems: [{ file, path, message }] });
  if (Buffer.byteLength(text) > sizeLimit) {
    const megabytes = (Buffer.byteLength(text) / 1e6).toFixed(1);
    return failed("", `holds ${megabytes} MB; at most 1 MiB is read: give the manifests of this one service only`);
  }
  const template = helmLine(text);
  if (template !== undefined) {
    return failed(
      `line ${template.line}`,
      `${formatValue(template.text)} is a Helm template, not a manifest; render it first, helm template NAME CHART > manifests.yaml, and give that file`,
    );
  }
  const lines = new LineCounter();
  const parsed = parse(text, lines);
  const errors = parsed.flatMap((document) => document.errors);
  if (errors.length > 0)
    return { documents: [], problems: errors.slice(0, 5).map((error) => syntaxProblem(file, error, lines)) };
  const twice = parsed.flatMap((document) => duplicateKeys(document));
  if (twice.length > 0) return { documents: [], problems: duplicateProblems(file, twice, lines) };
  const documents: ManifestDocument[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, document] of parsed.entries()) {
    const source = { file, index, document, lines };
    const value = plainValue(document);
    if (typeof value === "string") problems.push({ file, path: `document ${index + 1}`, message: value });
    else if (value.content !== null) collect(source, value.content, [], documents, problems);
  }
  if (documents.length === 0 && problems.length === 0) {
    return failed("", "holds no Kubernetes object; give a file with the service's manifests");
  }
  return { documents, problems };
}

interface Source {
  readonly file: string;
  readonly index: number;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** YAML 1.1 as kubectl reads it (`yes` is true, `0644` is 420), but dates and times stay text. */
function parse(text: string, lineCounter: LineCounter): Document[] {
  const parsed = parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    uniqueKeys: false,
    lineCounter,
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === "string" || (!unread.has(tag.tag) && tag.format !== "TIME")),
  });
  return [...parsed];
}

const unread = new Set(["timestamp", "binary", "omap", "pairs", "set"].map((name) => `tag:yaml.org,2002:${name}`));

function plainValue(document: Document): { content: Plain } | string {
  try {
    const content: unknown = document.toJS({ maxAliasCount: aliasLimit });
    return isPlain(content)
      ? { content }
      : "holds a value that JSON does not know; write text, numbers, lists and maps";
  } catch (error) {
    if (error instanceof RangeError) return tooDeep;
    if (!(error instanceof ReferenceError)) throw error;
    return error.message.startsWith("Excessive")
      ? `repeats its anchors more than ${aliasLimit} times; write the values out`
      : "is not YAML: a value starts with * and is no anchor's name; put it in quotes, or name an anchor that is there";
  }
}

/** @throws RangeError for what is nested deeper than any manifest, such as a map that holds itself. */
function isPlain(value: unknown, depth = 0): value is Plain {
  if (depth > depthLimit) throw new RangeError();
  if (value === null || ["string", "boolean"].includes(typeof value)) return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  return (
    (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) &&
    Object.values(value).every((child) => isPlain(child, depth + 1))
  );
}

function collect(source: Source, value: Plain, at: Path, documents: ManifestDocument[], problems: Diagnostic[]): void {
  const complain = (path: Path, message: string) => problems.push(problemAt(source, [...at, ...path], message));
  if (!isObject(value)) {
    complain([], `${formatValue(value)} is no Kubernetes object; a manifest is a map with kind and metadata`);
    return;
  }
  const { kind } = value;
  if (typeof kind !== "string" || !/^[A-Z]\w*$/.test(kind)) {
    complain(
      ["kind"],
      `${kind === undefined ? "is missing" : formatValue(kind)}; say what the object is, such as kind: Deployment, or, where this is no manifest, name the manifest files instead of their folder`,
    );
    return;
  }
  if (kind === "Kustomization") {
    complain(
      ["kind"],
      "Kustomization is a recipe for manifests; follow it first, kubectl kustomize FOLDER > manifests.yaml, and give that file",
    );
    return;
  }
  const items = value["items"];
  if (kind.endsWith("List") && Array.isArray(items)) {
    const { items: _, ...wrapper } = value;
    documents.push(documentOf(source, "List", at, wrapper));
    for (const [index, item] of items.entries()) collect(source, item, [...at, "items", index], documents, problems);
    return;
  }
  const document = documentOf(source, kind, at, value);
  if (kind !== "List" && !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(document.name)) {
    const metadata = document.object["metadata"];
    const name = isObject(metadata) ? metadata["name"] : undefined;
    complain(
      ["metadata", "name"],
      name === undefined
        ? "is missing; every object has a name"
        : typeof name !== "string"
          ? `${formatValue(name)} must be text; put it in quotes (YAML reads yes, no, on, off, y and n as true or false)`
          : `${formatValue(name)} is refused by Kubernetes; use lower-case letters a-z, digits, hyphens and dots`,
    );
    return;
  }
  documents.push(document);
}

function documentOf(source: Source, kind: string, at: Path, value: PlainObject): ManifestDocument {
  const leaves = convertApiVersion(
    kind,
    leavesOf(value).map((leaf) => ({ ...leaf, origin: [...at, ...leaf.origin] })),
  );
  const find = firstLeafUnder(leaves);
  const object = rebuild(leaves);
  const metadata = object["metadata"];
  const name = isObject(metadata) && typeof metadata["name"] === "string" ? metadata["name"] : "";
  const problem = (path: Path, message: string) => {
    // A field may have moved from where an older API version has it.
    const moved = find(path);
    const extra = moved === undefined ? 0 : moved.path.length - path.length;
    const origin = moved === undefined ? [...at, ...path] : moved.origin.slice(0, moved.origin.length - extra);
    return problemAt(source, origin, message, `${kind}/${name}`);
  };
  return { file: source.file, index: source.index, kind, name, object, leaves, problem };
}

function problemAt(source: Source, path: Path, message: string, object?: string): Diagnostic {
  const field = formatPath(path);
  const place = [`line ${lineOf(source, path)}`, object, field].filter((part) => part !== undefined && part !== "");
  return { file: source.file, path: place.join(": "), message };
}

/** The line of a field, or of the nearest thing around it that is there. */
function lineOf({ document, lines }: Source, path: Path): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(key));
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === "number") {
      node = node.items[key];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return lines.linePos(offset).line;
}

const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** A map's entries by their keys, made once however many problems it has. */
function pairsOf(node: YAMLMap): ReadonlyMap<string, Pair> {
  const known = pairs.get(node);
  if (known !== undefined) return known;
  const made = new Map(node.items.flatMap((item) => (isScalar(item.key) ? [[String(item.key.value), item]] : [])));
  pairs.set(node, made);
  return made;
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

/** The first line that only Helm understands. In a ConfigMap's files `{{ }}` may be the application's own. */
function helmLine(text: string): { line: number; text: string } | undefined {
  const lines = text.split("\n");
  const index = lines.findIndex((line) =>
    /\{\{-?\s*(\$?\.(Values|Release|Chart|Capabilities|Files|Template)\b|include\s|template\s|toYaml\s|if\s|end\s*-?\}\}|range\s|with\s|define\s|tpl\s)/.test(
      line,
    ),
  );
  return index === -1 ? undefined : { line: index + 1, text: lines[index]?.trim() ?? "" };
}

function syntaxProblem(
  file: string,
  { code, message, pos }: { code: string; message: string; pos: [number, number] },
  lines: LineCounter,
): Diagnostic {
  if (message.startsWith("Maximum call stack")) return { file, path: "", message: tooDeep };
  const reason = message.split(" at line", 1)[0] ?? message;
  const remedy =
    code === "TAB_AS_INDENT"
      ? "indent with spaces"
      : "correct the YAML (kubectl apply --dry-run=client -f FILE shows the same place)";
  return { file, path: `line ${lines.linePos(pos[0]).line}`, message: `is not YAML: ${reason}; ${remedy}` };
}

function duplicateProblems(file: string, twice: readonly DuplicateKey[], lines: LineCounter): Diagnostic[] {
  const shown = twice.slice(0, 5).map(({ key, offset }) => {
    const { line, col } = lines.linePos(offset);
    const message = `is not YAML: the key ${formatValue(key)} in column ${col} stands in its map already; keep one of them`;
    return { file, path: `line ${line}`, message };
  });
  const more = twice.length - shown.length;
  return more === 0 ? shown : [...shown, { file, path: "", message: `${more} more keys stand in their maps twice` }];
}
