import { isObject, type Plain, type PlainObject } from "../registration.ts";

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

/** Puts leaves together again by their `path`. A null states nothing, so it is left out. */
export function rebuild(leaves: readonly Leaf[]): PlainObject {
  const root: Record<string, Plain> = {};
  for (const { path, value } of leaves) if (value !== null) put(root, path, value);
  return dense(root) as PlainObject;
}

function put(root: Record<string, Plain>, path: Path, value: Plain): void {
  let target: Record<string, Plain> = root;
  for (const [index, key] of path.entries()) {
    const slot = String(key);
    if (index === path.length - 1) {
      define(target, slot, value);
      return;
    }
    const next = Object.hasOwn(target, slot) ? target[slot] : undefined;
    if (isObject(next)) target = next as Record<string, Plain>;
    else {
      const made: Record<string, Plain> = {};
      if (typeof path[index + 1] === "number") lists.add(made);
      define(target, slot, made);
      target = made;
    }
  }
}

/** A plain assignment to the key `__proto__` would set the prototype. */
function define(target: Record<string, Plain>, key: string, value: Plain): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Maps that stand for lists while they are filled. */
const lists = new WeakSet<object>();

function dense(value: Plain): Plain {
  if (!isObject(value)) return value;
  if (lists.has(value)) return Object.values(value).map(dense);
  const result: Record<string, Plain> = {};
  for (const [key, child] of Object.entries(value)) define(result, key, dense(child));
  return result;
}
