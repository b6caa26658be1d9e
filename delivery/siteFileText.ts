import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isNode, isScalar, type Node, type Pair, parseDocument, Scalar, type YAMLMap } from "yaml";
import { UsageError } from "../command/errors.ts";
import { compareText, formatPath } from "../components/diagnostic.ts";

/** What one line of a site's file may hold; `undefined` where there is to be no such line. */
type LineValue = string | number | boolean | readonly string[] | undefined;

/** One line of a site's file. */
export interface LineChange {
  /** Where it is below `config`: `["gemelos:releases", "receipts"]`. */
  readonly path: readonly [string, ...string[]];
  /** What it is to hold. */
  readonly value: LineValue;
  /**
   * A comment behind a line that is new. What stands behind a line that is there already stays.
   * @default none
   */
  readonly comment?: string;
}

/**
 * A site's file with lines changed, removed, or added in the alphabetical order of their neighbours. Every other byte stays: comments,
 * order, quotes, the ends of lines.
 * @param file name of the file, for messages
 * @throws UsageError where the text is no YAML, or a line means more than itself, such as an anchor that is used elsewhere;
 * the message names file and path.
 */
export function withLines(text: string, changes: readonly LineChange[], file: string): string {
  const before: unknown = parsed(text, file).toJS();
  const wanted = changes.reduce((each, { path, value }) => withValueAt(each, ["config", ...path], value), before);
  const changed = changes.reduce(
    (each, change) => edited(each, parsed(each, file), ["config", ...change.path], change),
    text,
  );
  const after = parseDocument(changed, { uniqueKeys: false });
  if (after.errors.length === 0 && isDeepStrictEqual(after.toJS(), wanted)) return changed;
  const paths = changes.map(({ path }) => formatPath(path)).join(", ");
  throw new UsageError(`${file}: ${paths} cannot be changed without changing more of the file; write it by hand`);
}

function parsed(text: string, file: string): ReturnType<typeof parseDocument> {
  const document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw new UsageError(`${file} is not valid YAML: ${error.message}; correct it first`);
  return document;
}

function withValueAt(within: unknown, [key, ...rest]: readonly string[], value: LineValue): unknown {
  if (key === undefined) return value;
  const fields = typeof within === "object" && within !== null ? within : {};
  if (value === undefined && rest.length === 0) {
    return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  }
  return { ...fields, [key]: withValueAt(Reflect.get(fields, key), rest, value) };
}

function edited(text: string, document: ReturnType<typeof parseDocument>, path: string[], change: LineChange): string {
  let map: unknown = document.contents;
  for (const [depth, key] of path.entries()) {
    if (!isMap(map)) break;
    const pair = pairOf(map, key);
    const rest = path.slice(depth + 1);
    if (change.value === undefined && (pair === undefined || rest.length === 0)) return removed(text, map, pair);
    if (pair === undefined) return inserted(text, map, key, rest, change);
    if (rest.length === 0 || isNothing(pair.value)) return replaced(text, pair, rest, change);
    map = pair.value;
  }
  return text;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
}

/** No value at all, or a map without entries. */
function isNothing(value: unknown): boolean {
  return isMap(value) ? value.items.length === 0 : value === null || (isScalar(value) && value.value === null);
}

/** Puts a value, or the lines that lead to it, where a key has a value or none. */
function replaced(text: string, { key, value }: Pair, rest: readonly string[], change: LineChange): string {
  const [start, end] = rangeOf(value) ?? [];
  const keyEnd = rangeOf(key)?.[1] ?? 0;
  const column = columnOf(text, rangeOf(key)?.[0] ?? 0);
  const written = rest.length === 0 ? scalarText(change.value, value) : undefined;
  const lines = below(rest, change, `${column}  `, newLine(text));
  if (start === undefined || end === undefined || start === end) {
    const colon = text.indexOf(":", keyEnd) + 1;
    return splice(text, colon, colon, written === undefined ? lines : ` ${written}`);
  }
  const kept = /\s*$/.exec(text.slice(start, end))?.[0] ?? "";
  if (written !== undefined) return splice(text, start, end, `${written}${kept}`);
  // An empty map: the blank before it would be at the line's end.
  const colon = text.slice(0, start).trimEnd().length;
  const comment = /^[^\n\r]*/.exec(text.slice(end))?.[0] ?? "";
  return splice(text, colon, end + comment.length, `${comment}${lines}`);
}

/** Leaves out a key with its value and what stands behind it on its lines. */
function removed(text: string, map: YAMLMap, pair: Pair | undefined): string {
  // Of a map on one line more would change than a line, which the caller notices.
  if (pair === undefined || map.flow === true) return text;
  const start = rangeOf(pair.key)?.[0] ?? 0;
  const end = endOfLine(text, rangeOf(lastNode(pair))?.[1] ?? start);
  const lineStart = start - columnOf(text, start).length;
  return splice(text, lineStart, end + (/^\r?\n/.exec(text.slice(end))?.[0].length ?? 0), "");
}

/** Adds a key behind the last one that comes before it in the alphabet, or before the first. */
function inserted(text: string, map: YAMLMap, key: string, rest: readonly string[], change: LineChange): string {
  const keys = map.items.map((item) => (isScalar(item.key) ? String(item.key.value) : ""));
  const index = keys.findLastIndex((each) => compareText(each, key) < 0);
  const first = rangeOf(map.items[0]?.key)?.[0] ?? 0;
  if (map.flow === true) {
    const entry = `${scalarText(key)}: ${rest.reduceRight((inner, each) => `{ ${scalarText(each)}: ${inner} }`, flowText(change.value))}`;
    const end = rangeOf(map.items[index]?.value)?.[1];
    return end === undefined ? splice(text, first, first, `${entry}, `) : splice(text, end, end, `, ${entry}`);
  }
  const indent = columnOf(text, first);
  const lines = below([key, ...rest], change, indent, newLine(text));
  const previous = map.items[index];
  if (previous === undefined) {
    const lineStart = first - indent.length;
    return splice(text, lineStart, lineStart, `${lines.slice(newLine(text).length)}${newLine(text)}`);
  }
  const end = endOfLine(text, rangeOf(lastNode(previous))?.[1] ?? rangeOf(previous.key)?.[1] ?? 0);
  const isLast = end === text.length && !text.endsWith("\n");
  return splice(text, end, end, `${lines}${isLast ? newLine(text) : ""}`);
}

/** Lines that lead from one key to the next, each with a line's end before it. */
function below(keys: readonly string[], { value, comment }: LineChange, indent: string, end: string): string {
  const note = comment === undefined ? "" : ` # ${comment}`;
  return keys
    .map((key, depth) => {
      const isLast = depth === keys.length - 1;
      return `${end}${indent}${"  ".repeat(depth)}${scalarText(key)}:${isLast ? ` ${scalarText(value)}${note}` : ""}`;
    })
    .join("");
}

/** A value as YAML, in the quotes of what it replaces. */
function scalarText(value: LineValue, replacedBy?: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item)).join(", ")}]`;
  const scalar = new Scalar(value);
  const old = isScalar(replacedBy) ? replacedBy.type : undefined;
  if (typeof value === "string" && (old === "QUOTE_DOUBLE" || old === "QUOTE_SINGLE")) scalar.type = old;
  return new Document(scalar).toString({ lineWidth: 0 }).trimEnd();
}

/** A value inside of `{ }`, where a comma or a bracket would end it. */
function flowText(value: LineValue): string {
  return typeof value === "string" && /[,[\]{}]/.test(value) ? JSON.stringify(value) : scalarText(value);
}

/** The last node of an entry: of a map or a list, that of its last entry. */
function lastNode(pair: Pair): unknown {
  let node: unknown = pair.value ?? pair.key;
  for (;;) {
    if (isNode(node) && "flow" in node && node.flow === true) return node;
    if (isMap(node) && node.items.length > 0) {
      const last = node.items.at(-1);
      node = last?.value ?? last?.key;
    } else return node;
  }
}

function rangeOf(node: unknown): Node["range"] {
  return isNode(node) ? node.range : undefined;
}

/** The blanks before a key at the beginning of a line. */
function columnOf(text: string, offset: number): string {
  return /[^\n\r]*$/.exec(text.slice(0, offset))?.[0].replace(/[^ ].*$/, "") ?? "";
}

function newLine(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** Where the line of an offset ends, before its line's end. */
function endOfLine(text: string, offset: number): number {
  // What a block ends with belongs to it.
  const from = offset - (/[\r\n]+$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  return from + (/^[^\n\r]*/.exec(text.slice(from))?.[0].length ?? 0);
}

function splice(text: string, start: number, end: number, between: string): string {
  return `${text.slice(0, start)}${between}${text.slice(end)}`;
}
