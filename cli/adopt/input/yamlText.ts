import {
  boolYaml11Tag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  intYaml11Tag,
  JSON_SCHEMA,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from "js-yaml";
import type { Path } from "./leaves.ts";

/** Something that a text's author has to correct. */
export interface TextProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** The content of a text of YAML or JSON. */
export interface YamlText {
  /** A value for each document; null for one without content. */
  readonly documents: readonly unknown[];
  /** The line, from 1, of a field of a document, or of the nearest thing around it that is there. */
  lineOf(document: number, path: Path): number;
}

/** No object of Kubernetes is half as deep. */
export const depthLimit = 100;
export const tooDeep = `is nested more than ${depthLimit} deep, or holds itself by an anchor; write the values out`;

/** Problems of one kind that are told one by one. */
const shownProblems = 5;

/**
 * YAML 1.1 as kubectl reads it: `yes` is true and `0644` is 420, but `1:30`, dates and times are text. Numbers are what
 * sigs.k8s.io/yaml takes for numbers.
 */
const schema = JSON_SCHEMA.withTags(
  nullYaml11Tag,
  boolYaml11Tag,
  {
    ...intYaml11Tag,
    resolve: (source, isExplicit, tagName) => {
      if (source.includes(":")) return NOT_RESOLVED;
      const tag = source.startsWith("0o") ? intCoreTag : intYaml11Tag;
      return tag.resolve(source, isExplicit, tagName);
    },
  },
  floatCoreTag,
  mergeTag,
);

/** Reads all documents of a text. Lines are looked for only when somebody asks, since that takes as long as reading. */
export function readYaml(text: string): YamlText | { readonly problems: readonly TextProblem[] } {
  let places: Places | undefined;
  try {
    const documents = loadAll(text, { schema, maxDepth: depthLimit }).map((document) => document ?? null);
    return {
      documents,
      lineOf: (document, path) => {
        places ??= new Places(text);
        return places.lineOf(document, path);
      },
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { problems: problemsOf(text, error) };
  }
}

function problemsOf(text: string, { reason, mark }: YAMLException): TextProblem[] {
  const line = (mark?.line ?? 0) + 1;
  if (reason.startsWith("nesting exceeded")) return [{ line, message: tooDeep }];
  if (reason === "duplicated mapping key") {
    const places = new Places(text);
    const twice = places.duplicateKeys();
    const shown = twice.slice(0, shownProblems).map(({ key, offset }): TextProblem => {
      const { line, column } = places.positionOf(offset);
      const message = `is not YAML: the key ${JSON.stringify(key)} in column ${column} stands in its map already; keep one of them`;
      return { line, message };
    });
    const [next] = twice.slice(shownProblems);
    const more = `${twice.length - shownProblems} more keys from here on stand in their maps twice`;
    if (shown.length > 0) {
      return next === undefined ? shown : [...shown, { line: places.positionOf(next.offset).line, message: more }];
    }
  }
  if (reason.startsWith("unidentified alias")) {
    const message =
      "is not YAML: a value starts with * and is no anchor's name; put it in quotes, or name an anchor that is there";
    return [{ line, message }];
  }
  if (reason.startsWith("tab characters")) {
    return [{ line, message: "is not YAML: Tabs are not allowed as indentation; indent with spaces" }];
  }
  const remedy = "correct the YAML (kubectl apply --dry-run=client -f FILE shows the same place)";
  return [{ line, message: `is not YAML: ${reason}; ${remedy}` }];
}

/** A key that stands in its map already. */
interface DuplicateKey {
  readonly key: string;
  readonly offset: number;
}

/** A value's events in the text: where its key is, if it has one, and where it starts. */
interface Entry {
  readonly key: number | undefined;
  readonly value: number;
}

/** Finds fields in a text by the parser's events, which hold offsets. */
class Places {
  readonly #text: string;
  readonly #events: readonly Event[];
  /** The event after all of an event's own. */
  readonly #next: Int32Array;
  readonly #roots: number[] = [];
  readonly #anchors = new Map<string, number[]>();
  readonly #entries = new Map<number, ReadonlyMap<string, Entry>>();
  #lineStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#events = parseEvents(text, { maxDepth: depthLimit });
    this.#next = new Int32Array(this.#events.length);
    const open: number[] = [];
    for (const [index, event] of this.#events.entries()) {
      if (event.type === EVENT_ID.POP) {
        const opener = open.pop();
        if (opener !== undefined) this.#next[opener] = index + 1;
      } else if (event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS) this.#next[index] = index + 1;
      else open.push(index);
      if (event.type === EVENT_ID.DOCUMENT) this.#roots.push(index + 1);
      else if (event.type !== EVENT_ID.POP && event.type !== EVENT_ID.ALIAS && event.anchorStart !== -1) {
        const name = text.slice(event.anchorStart, event.anchorEnd);
        const anchors = this.#anchors.get(name);
        if (anchors === undefined) this.#anchors.set(name, [index]);
        else anchors.push(index);
      }
    }
  }

  lineOf(document: number, path: Path): number {
    let node = this.#roots[document] ?? 0;
    let offset = this.#offsetOf(node);
    for (const key of path) {
      const entry = this.#entriesOf(this.#resolved(node)).get(String(key));
      if (entry === undefined) break;
      node = entry.value;
      const found = this.#offsetOf(entry.key ?? entry.value);
      if (found >= 0) offset = found;
    }
    return this.positionOf(Math.max(offset, 0)).line;
  }

  /** Every key that its map has twice, in the order of the text. */
  duplicateKeys(): DuplicateKey[] {
    const found: DuplicateKey[] = [];
    for (const [index, { type }] of this.#events.entries()) {
      if (type !== EVENT_ID.MAPPING) continue;
      const known = new Set<string>();
      for (const { key } of this.#children(index)) {
        const event = this.#events[this.#resolved(key ?? index)];
        if (event?.type !== EVENT_ID.SCALAR) continue;
        const name = getScalarValue(this.#text, event);
        if (name === "<<" && event.style === SCALAR_STYLE.PLAIN) continue;
        if (known.has(name)) found.push({ key: name, offset: this.#offsetOf(key ?? index) });
        known.add(name);
      }
    }
    return found;
  }

  /** Line and column, from 1, of an offset. */
  positionOf(offset: number): { line: number; column: number } {
    this.#lineStarts ??= lineStartsOf(this.#text);
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  #entriesOf(node: number): ReadonlyMap<string, Entry> {
    const known = this.#entries.get(node);
    if (known !== undefined) return known;
    const made = new Map<string, Entry>();
    for (const [position, entry] of this.#children(node).entries()) {
      const key = entry.key === undefined ? undefined : this.#events[this.#resolved(entry.key)];
      if (entry.key === undefined) made.set(String(position), entry);
      else if (key?.type === EVENT_ID.SCALAR) made.set(getScalarValue(this.#text, key), entry);
    }
    this.#entries.set(node, made);
    return made;
  }

  #children(node: number): Entry[] {
    const type = this.#events[node]?.type;
    if (type !== EVENT_ID.MAPPING && type !== EVENT_ID.SEQUENCE) return [];
    const children: Entry[] = [];
    const end = (this.#next[node] ?? 0) - 1;
    for (let at = node + 1; at < end; ) {
      const key = type === EVENT_ID.MAPPING ? at : undefined;
      const value = key === undefined ? at : (this.#next[key] ?? end);
      children.push({ key, value });
      at = this.#next[value] ?? end;
    }
    return children;
  }

  /** What an alias stands for; anything else is itself. */
  #resolved(node: number): number {
    const event = this.#events[node];
    if (event?.type !== EVENT_ID.ALIAS) return node;
    const anchors = this.#anchors.get(this.#text.slice(event.anchorStart, event.anchorEnd)) ?? [];
    return anchors.findLast((anchor) => anchor < node) ?? node;
  }

  /** Where an event starts in the text; -1 for a value that is not written. */
  #offsetOf(node: number): number {
    const event = this.#events[node];
    if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return -1;
    if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    if (event.type !== EVENT_ID.SCALAR) return event.start;
    const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    return event.valueStart - (isQuoted ? 1 : 0);
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
