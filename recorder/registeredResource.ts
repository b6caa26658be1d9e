/** A registration with the engine, in full, as plain data. Secret values are `[secret]`, unknown ones `[unknown]`. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** Whether a provider makes it; components and the stack are made by the program alone. */
  readonly custom: boolean;
  /** ID of an existing object that is read and not managed; absent for what is managed. */
  readonly read?: string;
  /** Reference to the provider, `<urn>::<id>`; empty where none was chosen, which would mean a default provider. */
  readonly provider: string;
  /** URNs that have to be there first. */
  readonly dependencies: readonly string[];
  /** Resource options that were stated, by Pulumi's name. */
  readonly options: PlainObject;
  readonly inputs: PlainObject;
  /** Paths of the inputs that are secret. */
  readonly secrets: readonly string[];
}

/** A value as JSON knows it. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: Plain;
}

/** What is shown in the place of a secret, and of a value that only a deployment can know. */
export const secretMark = "[secret]";
export const unknownMark = "[unknown]";

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows keys into nested objects; undefined where the way ends early. What an object inherits is none of its fields. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
      ? Reflect.get(inner, key)
      : undefined;
  }, value);
}
