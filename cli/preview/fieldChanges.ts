import type { FieldDifference } from "../../recorder/fields.ts";
import { at, isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";

/** Lists of Kubernetes in which the order has a meaning. In all others a list is what it holds. */
const sequences = new Set(["command", "args", "initContainers"]);

/**
 * The fields in which an object has changed, for people. A list is compared by what it holds: an item that was added has no
 * `one`, one that was removed no `other`, and another order is no change, except of a list whose order has a meaning
 * (`command`, `args`, `initContainers`). Items that are alike are compared with each other field by field.
 */
export function fieldChanges(one: Plain | undefined, other: Plain | undefined, path = ""): FieldDifference[] {
  if (sameText(one, other)) return [];
  if (isFilled(one) && isFilled(other)) return listChanges(one, other, path);
  if (isMap(one) && isMap(other)) return mapChanges(one, other, path);
  if (one === undefined && isMap(other)) return mapChanges({}, other, path);
  if (other === undefined && isMap(one)) return mapChanges(one, {}, path);
  return [{ path, one, other }];
}

/** Whether a value is a list with something in it: an empty one, and none at all, say something by themselves. */
function isFilled(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value) && value.length > 0;
}

/** Whether a value is a map with something in it. */
function isMap(value: Plain | undefined): value is PlainObject {
  return isObject(value) && Object.keys(value).length > 0;
}

function mapChanges(one: PlainObject, other: PlainObject, path: string): FieldDifference[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) => fieldChanges(one[key], other[key], path === "" ? key : `${path}.${key}`));
}

function listChanges(one: readonly Plain[], other: readonly Plain[], path: string): FieldDifference[] {
  const [a, b] = [byName(one), byName(other)];
  const inner = a !== undefined && b !== undefined ? namedChanges(a, b, path) : itemChanges(one, other, path);
  if (!sequences.has(path.split(".").at(-1) ?? "")) return inner;
  // Items that have come or gone are told; whether the rest moved is told here.
  const [items, others] = a !== undefined && b !== undefined ? [[...a.keys()], [...b.keys()]] : [one, other];
  const [before, after] = [split(items, others).shared, split(others, items).shared];
  return sameText(before, after) ? inner : [...inner, { path: `${path} (order)`, one: before, other: after }];
}

/** Items by their name or topology key, where all of a list have one and no two the same. */
function byName(list: readonly Plain[]): Map<string, Plain> | undefined {
  const names = list.map((item) => at(item, "name") ?? at(item, "topologyKey"));
  const texts = names.filter((name) => typeof name === "string");
  return texts.length === list.length && new Set(texts).size === list.length
    ? new Map(texts.map((name, index) => [name, list[index] ?? null]))
    : undefined;
}

function namedChanges(a: ReadonlyMap<string, Plain>, b: ReadonlyMap<string, Plain>, path: string): FieldDifference[] {
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((name) =>
    a.has(name) && b.has(name)
      ? fieldChanges(a.get(name), b.get(name), `${path}[${name}]`)
      : fieldChanges(unnamed(a.get(name)), unnamed(b.get(name)), `${path}[${name}]`),
  );
}

/** An item without the name by which it is told, unless it has nothing else. */
function unnamed(item: Plain | undefined): Plain | undefined {
  if (!isObject(item)) return item;
  const { name: _, ...rest } = item;
  return isMap(rest) ? rest : item;
}

function itemChanges(one: readonly Plain[], other: readonly Plain[], path: string): FieldDifference[] {
  const [removed, added] = [split(one, other).missing, split(other, one).missing];
  const alike = pairAlike(removed, added);
  const alone = (item: Plain) => !alike.some(({ before, after }) => before === item || after === item);
  return [
    ...alike.flatMap(({ before, after }) => fieldChanges(before, after, `${path}[${labelOf(after, other)}]`)),
    ...removed.filter(alone).map((item) => ({ path, one: item, other: undefined })),
    ...added.filter(alone).map((item) => ({ path, one: undefined, other: item })),
  ];
}

/** The items of a list that another holds too and those that it does not, each as often as it is there. */
function split(list: readonly Plain[], others: readonly Plain[]): { shared: Plain[]; missing: Plain[] } {
  const left = new Map<string, number>();
  for (const item of others) left.set(contentOf(item), (left.get(contentOf(item)) ?? 0) + 1);
  const { shared = [], missing = [] } = Object.groupBy(list, (item) => {
    const content = contentOf(item);
    const count = left.get(content) ?? 0;
    left.set(content, count - 1);
    return count > 0 ? "shared" : "missing";
  });
  return { shared, missing };
}

/** Share of their leaves that two items must have in common to be taken for one that has changed. */
const alikeEnough = 0.5;

/** Pairs of maps that have most in common, the most alike first; an item is in one pair at most. */
function pairAlike(removed: readonly Plain[], added: readonly Plain[]): { before: Plain; after: Plain }[] {
  const pairs = removed.flatMap((before) => added.map((after) => ({ before, after, share: shareOf(before, after) })));
  const taken = new Set<Plain>();
  return pairs
    .filter(({ share }) => share > alikeEnough)
    .sort((a, b) => b.share - a.share)
    .filter(({ before, after }) => {
      if (!isObject(before) || taken.has(before) || taken.has(after)) return false;
      taken.add(before).add(after);
      return true;
    });
}

function shareOf(one: Plain, other: Plain): number {
  const [a, b] = [contents(one), contents(other)];
  return (2 * split(a, b).shared.length) / (a.length + b.length);
}

/** Every leaf of a value with the fields that lead to it, whatever its place in lists. */
function contents(value: Plain, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => contents(item, `${path}[]`));
  if (isMap(value)) return Object.entries(value).flatMap(([key, inner]) => contents(inner, `${path}.${key}`));
  return [`${path} ${JSON.stringify(value)}`];
}

/** A rule of a NetworkPolicy is known by its ports, where no other has the same; any other item by its place. */
function labelOf(item: Plain, list: readonly Plain[]): string {
  const ports = portsOf(item);
  const same = list.filter((each) => portsOf(each) === ports);
  return ports !== "" && same.length === 1 ? `port ${ports}` : String(list.indexOf(item));
}

function portsOf(rule: Plain): string {
  const ports = at(rule, "ports");
  return Array.isArray(ports) ? ports.map((port) => String(at(port, "port"))).join(", ") : "";
}

/** Whether two values are written alike: of two that are not, fields may still be the same, in another order. */
export function sameText(one: Plain | undefined, other: Plain | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** One text for all values that hold the same: keys in one order, and items too unless theirs has a meaning. */
function contentOf(value: Plain, key = ""): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => contentOf(item));
    return `[${(sequences.has(key) ? items : items.toSorted()).join(",")}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value).toSorted();
  return `{${fields.map((field) => `${JSON.stringify(field)}:${contentOf(value[field] ?? null, field)}`).join(",")}}`;
}
