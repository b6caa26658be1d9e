import type { MicroserviceSite } from "../../../components/siteData.ts";
import { at, type Plain } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";
import type { Leaf, Path } from "../input/leaves.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import type { Interpretation } from "../reading/interpret.ts";
import type { RenderedObjects, SiteObjects } from "./renderedObjects.ts";

/** In which of the three lists a field ends, and what a person has to know about it. */
export type FieldOutcome =
  | { readonly list: "carried over" }
  | { readonly list: "replaced"; readonly by: string }
  | { readonly list: "not carried over"; readonly reason: string; readonly remedy: string };

/** The originals, what was read of them, and what is rendered in each site. */
export interface Comparison {
  readonly originals: SourceManifests;
  readonly reading: Interpretation;
  readonly sites: readonly SiteObjects[];
  /** What is rendered once a paused service is resumed; {@link sites} where it is not paused. */
  readonly resumed: readonly SiteObjects[];
  /** The backing services of each site. */
  readonly backingServices: readonly MicroserviceSite["backingServices"][];
}

/** One leaf of one original, to be found in what is rendered. */
export interface FieldContext {
  readonly comparison: Comparison;
  readonly document: ManifestDocument;
  readonly leaf: Leaf;
}

export const kept: FieldOutcome = { list: "carried over" };

/** What replaces a field of which the cluster alone is the author. */
export const writtenByCluster = "what the cluster writes itself";

export function replacedBy(by: string): FieldOutcome {
  return { list: "replaced", by };
}

/** The outcome of words of a command line, one of which is a secret. */
export const clearWords = notCarriedOver(
  "one of these words holds a secret in the clear, and index.ts ends up in Git; none of them was taken over",
  "put the value under secrets and name its variable in its place: $(VARIABLE)",
);

export function notCarriedOver(reason: string, remedy: string): FieldOutcome {
  return { list: "not carried over", reason, remedy };
}

/** The value at a place of what is rendered, in each site. */
export function rendered({ comparison }: FieldContext, find: (objects: RenderedObjects) => unknown): unknown[] {
  return comparison.sites.map(({ objects }) => find(objects));
}

/** Whether every site renders the leaf's value at a place. */
export function holds(
  question: FieldContext,
  find: (objects: RenderedObjects) => unknown,
  same: (original: Plain, found: unknown) => boolean = sameValue,
): boolean {
  return rendered(question, find).every((found) => same(question.leaf.value, found));
}

/** Carried over where every site renders the value at the place, else what `otherwise` says. */
export function keptIf(
  question: FieldContext,
  find: (objects: RenderedObjects) => unknown,
  otherwise: FieldOutcome | undefined,
  same: (original: Plain, found: unknown) => boolean = sameValue,
): FieldOutcome | undefined {
  return holds(question, find, same) ? kept : otherwise;
}

const textsOfLists = new WeakMap<object, readonly string[]>();

/** The texts of the list in which a leaf stands; the same array for each leaf of a list, so that it is looked at once. */
export function siblings({ document, leaf }: Pick<FieldContext, "document" | "leaf">): readonly string[] {
  const list = at(document.object, ...leaf.path.slice(0, -1));
  if (!Array.isArray(list)) return [];
  const texts = textsOfLists.get(list) ?? list.map(String);
  textsOfLists.set(list, texts);
  return texts;
}

/** The same scalar; or nothing stated and nothing there. */
function sameValue(original: Plain, found: unknown): boolean {
  return original === found || (isNothing(original) && (found === undefined || isNothing(found)));
}

function isNothing(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

/** A rendered value for people; one for each site where they differ. */
export function showRendered(question: FieldContext, find: (objects: RenderedObjects) => unknown): string {
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
export type FieldRule = readonly [
  /** Keys joined by dots: `[]` is any index, `*` any key, a last `**` whatever follows, nothing included. */
  pattern: string,
  judge: (question: FieldContext, indexes: readonly number[]) => FieldOutcome | undefined,
];

/** The verdict of the first rule that has one. */
export function applyFieldRules(
  rules: readonly FieldRule[],
  question: FieldContext,
  path: Path = question.leaf.path,
): FieldOutcome | undefined {
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
