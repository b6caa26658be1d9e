/** A value that becomes known only during a deployment, once another resource has been changed. */
export const unknownValue: unique symbol = Symbol("unknown until deployed");

/** A property value without the wire's marks for secrets and unknown values. */
export type Value = null | boolean | number | string | typeof unknownValue | readonly Value[] | Properties;

/** The inputs or outputs of a resource. */
export interface Properties {
  readonly [key: string]: Value;
}

/** Path to a value: object keys and list indices. */
export type Path = readonly (string | number)[];

/** Properties with the paths of the secrets in them. */
export interface Marked {
  readonly value: Properties;
  readonly secrets: readonly Path[];
}

/** Whether a value is an object. */
export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !isList(value);
}

/** Whether a value is a list. `Array.isArray` does not narrow readonly arrays. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value at a path, or undefined if there is none. */
export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  let found = value;
  for (const step of path) {
    if (typeof step === "number") found = isList(found) ? found[step] : undefined;
    else found = isProperties(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

/** The string at a path, or undefined if there is none. */
export function textAt(value: Value | undefined, ...path: Path): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a path, or undefined if there is none. */
export function numberAt(value: Value | undefined, ...path: Path): number | undefined {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : undefined;
}

/** The list at a path, or an empty list if there is none. */
export function listAt(value: Value | undefined, ...path: Path): readonly Value[] {
  const found = valueAt(value, path);
  return isList(found) ? found : [];
}

/** The object at a path, or an empty object if there is none. */
export function propertiesAt(value: Value | undefined, ...path: Path): Properties {
  const found = valueAt(value, path);
  return isProperties(found) ? found : {};
}

/** Whether two values are equal, regardless of key order. */
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

/** Properties without nulls: in an object, null means that the property is not set. */
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

/** A path in the engine's notation: `spec.containers[0].env`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
