import type { MicroserviceSite } from "../../../components/microserviceSite.ts";
import type { Plain } from "../registration.ts";
import type { Reading } from "./describe.ts";
import type { ManifestDocument } from "./documents.ts";
import type { Leaf, Path } from "./leaves.ts";
import type { Originals } from "./originals.ts";
import type { PlannedObjects, SiteObjects } from "./plannedObjects.ts";

/** In which of the three lists a field ends, and what a person has to know about it. */
export type Verdict =
  | { readonly list: "carried over" }
  | { readonly list: "replaced"; readonly by: string }
  | { readonly list: "not carried over"; readonly reason: string; readonly remedy: string };

/** The originals, what was read of them, and what is rendered in each site. */
export interface Comparison {
  readonly originals: Originals;
  readonly reading: Reading;
  readonly sites: readonly SiteObjects[];
  /** The endpoints of each site. */
  readonly endpoints: readonly MicroserviceSite["endpoints"][];
}

/** One leaf of one original, to be found in what is rendered. */
export interface Question {
  readonly comparison: Comparison;
  readonly document: ManifestDocument;
  readonly leaf: Leaf;
}

export const carriedOver: Verdict = { list: "carried over" };

export function replacedBy(by: string): Verdict {
  return { list: "replaced", by };
}

export function notCarriedOver(reason: string, remedy: string): Verdict {
  return { list: "not carried over", reason, remedy };
}

/** The value at a place of what is rendered, in each site. */
export function rendered({ comparison }: Question, find: (objects: PlannedObjects) => unknown): unknown[] {
  return comparison.sites.map(({ objects }) => find(objects));
}

/** Whether every site renders the leaf's value at a place. */
export function holds(
  question: Question,
  find: (objects: PlannedObjects) => unknown,
  same: (original: Plain, found: unknown) => boolean = sameValue,
): boolean {
  return rendered(question, find).every((found) => same(question.leaf.value, found));
}

/** Carried over where every site renders the value at the place, else what `otherwise` says. */
export function carriedIf(
  question: Question,
  find: (objects: PlannedObjects) => unknown,
  otherwise: Verdict | undefined,
  same: (original: Plain, found: unknown) => boolean = sameValue,
): Verdict | undefined {
  return holds(question, find, same) ? carriedOver : otherwise;
}

/** The same scalar; or nothing stated and nothing there. */
function sameValue(original: Plain, found: unknown): boolean {
  return original === found || (isNothing(original) && (found === undefined || isNothing(found)));
}

function isNothing(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

/** A rendered value for people; one for each site where they differ. */
export function showRendered(question: Question, find: (objects: PlannedObjects) => unknown): string {
  const values = question.comparison.sites.map(({ site, objects }) => ({ site, value: text(find(objects)) }));
  const distinct = new Set(values.map(({ value }) => value));
  return distinct.size === 1
    ? [...distinct].join("")
    : values.map(({ site, value }) => `${value} in ${site}`).join(", ");
}

function text(value: unknown): string {
  return typeof value === "object" || typeof value === "boolean" ? JSON.stringify(value) : String(value ?? "nothing");
}

/** What decides about the fields that match a pattern. `undefined` leaves it to the next rule. */
export type Rule = readonly [
  /** Keys joined by dots: `[]` is any index, `*` any key, a last `**` whatever follows, nothing included. */
  pattern: string,
  judge: (question: Question, indexes: readonly number[]) => Verdict | undefined,
];

/** The verdict of the first rule that has one. */
export function judgeBy(
  rules: readonly Rule[],
  question: Question,
  path: Path = question.leaf.path,
): Verdict | undefined {
  for (const [pattern, judge] of rules) {
    const verdict = matches(pattern, path) ? judge(question, indexesOf(path)) : undefined;
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function indexesOf(path: Path): number[] {
  return path.filter((key) => typeof key === "number");
}

const patterns = new Map<string, readonly string[]>();

function matches(pattern: string, path: Path): boolean {
  let keys = patterns.get(pattern);
  if (keys === undefined) {
    keys = pattern.split(".");
    patterns.set(pattern, keys);
  }
  const open = keys.at(-1) === "**";
  const fixed = open ? keys.slice(0, -1) : keys;
  if (open ? path.length < fixed.length : path.length !== fixed.length) return false;
  return fixed.every((key, index) => {
    const actual = path[index];
    return key === "*"
      ? typeof actual === "string"
      : key === "[]"
        ? typeof actual === "number"
        : key === String(actual);
  });
}
