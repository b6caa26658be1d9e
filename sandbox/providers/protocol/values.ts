/** Stands for a value that is known only once another resource has been changed. */
export const unknownValue: unique symbol = Symbol("unknown until deployed");

/** What a property holds, after the wire's marks for secrets and unknown values are taken off. */
export type Value = null | boolean | number | string | typeof unknownValue | readonly Value[] | Properties;

/** The inputs or outputs of a resource. */
export interface Properties {
  readonly [key: string]: Value;
}

/** Where a value stands: keys of objects and indexes of lists. */
export type Path = readonly (string | number)[];

/** Properties, and where in them secrets stand. */
export interface Marked {
  readonly value: Properties;
  readonly secrets: readonly Path[];
}

/** Whether a value is an object with properties. */
export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !isList(value);
}

/** Whether a value is a list. `Array.isArray` does not narrow readonly lists. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value at a path, or undefined where there is none. */
export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  let found = value;
  for (const step of path) {
    if (typeof step === "number") found = isList(found) ? found[step] : undefined;
    else found = isProperties(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

/** The text at a path, or undefined where something else or nothing stands. */
export function textAt(value: Value | undefined, ...path: Path): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a path, or undefined where something else or nothing stands. */
export function numberAt(value: Value | undefined, ...path: Path): number | undefined {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : undefined;
}

/** The list at a path, empty where something else or nothing stands. */
export function listAt(value: Value | undefined, ...path: Path): readonly Value[] {
  const found = valueAt(value, path);
  return isList(found) ? found : [];
}

/** The object at a path, empty where something else or nothing stands. */
export function propertiesAt(value: Value | undefined, ...path: Path): Properties {
  const found = valueAt(value, path);
  return isProperties(found) ? found : {};
}

/** Whether a value, or any value in it, is unknown until deployed. */
export function containsUnknown(value: Value): boolean {
  if (value === unknownValue) return true;
  if (isList(value)) return value.some(containsUnknown);
  return isProperties(value) && Object.values(value).some(containsUnknown);
}

/** Whether two values are the same, whatever the order of keys. */
export function isSame(one: Value | undefined, two: Value | undefined): boolean {
  if (one === two) return true;
  if (isList(one) && isList(two)) {
    return one.length === two.length && one.every((item, index) => isSame(item, two[index]));
  }
  if (!isProperties(one) || !isProperties(two)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(two).length &&
    keys.every((key) => Object.hasOwn(two, key) && isSame(one[key], two[key]))
  );
}

/** The same properties without those that are null: in an object, null states nothing. */
export function withoutNulls(value: Properties): Properties {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, pruned(item)]),
  );
}

function pruned(value: Value): Value {
  if (isList(value)) return value.map(pruned);
  return isProperties(value) ? withoutNulls(value) : value;
}

/** A path as the engine writes it: `spec.containers[0].env`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
