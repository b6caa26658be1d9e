import { isObject, type Plain, type PlainObject } from "../../../recorder/registeredResource.ts";

/** Keys and indexes from a document's root to a value in it. */
export type Path = readonly (string | number)[];

/** A value that holds no other: text, number, truth, null, or an empty list or map. */
export interface Leaf {
  /** Where it stands in the form that this project reads: the current API version's. */
  readonly path: Path;
  /** Where it stands in the file's document. */
  readonly origin: Path;
  readonly value: Plain;
}

/** Every leaf of a value, in the order in which they are written. */
export function leavesOf(value: Plain, origin: Path = []): Leaf[] {
  const children: [string | number, Plain][] = Array.isArray(value)
    ? [...value.entries()]
    : isObject(value)
      ? Object.entries(value)
      : [];
  if (children.length === 0) return [{ path: origin, origin, value }];
  return children.flatMap(([key, child]) => leavesOf(child, [...origin, key]));
}

/**
 * Finds the first leaf at or below a path. What it looks up is made at the first question, once for all others: an
 * object may have as many problems as leaves.
 */
export function firstLeafUnder(leaves: readonly Leaf[]): (path: Path) => Leaf | undefined {
  let index: Map<string, Leaf> | undefined;
  return (path) => {
    index ??= indexByStart(leaves);
    return index.get(JSON.stringify(path));
  };
}

function indexByStart(leaves: readonly Leaf[]): Map<string, Leaf> {
  const index = new Map<string, Leaf>();
  for (const leaf of leaves) {
    // With a start, all shorter ones are known.
    for (let length = leaf.path.length; length >= 0; length -= 1) {
      const start = JSON.stringify(leaf.path.slice(0, length));
      if (index.has(start)) break;
      index.set(start, leaf);
    }
  }
  return index;
}

/** Puts leaves together again by their `path`. A null states nothing, so it is left out. */
export function rebuild(leaves: readonly Leaf[]): PlainObject {
  const stated = leaves.filter(({ value }) => value !== null).map(({ path, value }) => ({ path, value }));
  const root = assemble(stated);
  return isObject(root) ? root : {};
}

function assemble(parts: readonly { readonly path: Path; readonly value: Plain }[]): Plain {
  const whole = parts.find(({ path }) => path.length === 0);
  if (whole !== undefined) return whole.value;
  const groups = Map.groupBy(parts, ({ path }) => path[0] ?? "");
  const children = [...groups].map(([key, group]): [string | number, Plain] => [
    key,
    assemble(group.map(({ path, value }) => ({ path: path.slice(1), value }))),
  ]);
  // Object.fromEntries defines its keys, so that __proto__ is one like any other.
  return children.length > 0 && children.every(([key]) => typeof key === "number")
    ? children.map(([, child]) => child)
    : Object.fromEntries(children);
}
