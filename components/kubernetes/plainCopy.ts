/** A value that is no plain data, and where it stands. */
export class NotPlainError extends Error {
  /** `spec.template.spec.hostNetwork`; empty for the value itself. */
  readonly path: string;

  constructor(path: string, what: string) {
    super(what);
    this.path = path;
  }
}

/**
 * A copy of plain data: what a check has seen in it stays so, whoever keeps the original. Undefined fields are left out.
 * @throws NotPlainError where it holds what is known only later (an Output, a Promise), or what no manifest can hold.
 */
export function plainCopy(value: unknown, path = "", above: readonly object[] = []): unknown {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw new NotPlainError(path, `the number ${value}`);
  }
  if (typeof value !== "object") throw new NotPlainError(path, `a ${typeof value}`);
  if (above.includes(value)) throw new NotPlainError(path, "an object that holds itself");
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((each, index) => plainCopy(each, `${path}[${index}]`, inside));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotPlainError(path, `an object of the class ${value.constructor.name}, whose value is not known yet`);
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      each === undefined ? [] : [[key, plainCopy(each, path === "" ? key : `${path}.${key}`, inside)]],
    ),
  );
}
