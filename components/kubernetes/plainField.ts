/** The value at a path of fields in a value that nobody has looked at; undefined where there is none. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** The list at a path of fields; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = fieldAt(value, ...path);
  return Array.isArray(list) ? list : [];
}

/** The names and values of the map at a path of fields; empty where there is none. */
export function entriesAt(value: unknown, ...path: readonly string[]): readonly [string, unknown][] {
  const map = fieldAt(value, ...path);
  return typeof map === "object" && map !== null ? Object.entries(map) : [];
}

/** A value as text that is the same for equal values, whatever the order of their fields. Undefined fields do not count. */
export function canonicalText(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ""
  );
}
