/** A resource as registered with the engine, as plain data. Secret values are `[secret]`, unknown ones `[unknown]`. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** Whether a provider manages the resource. False for components and the stack, which exist only in the program. */
  readonly custom: boolean;
  /** ID of an existing object that is read but not managed; absent for managed resources. */
  readonly read?: string;
  /** Reference to the provider, `<urn>::<id>`; empty if none was set, so that the engine would use a default one. */
  readonly provider: string;
  /** URNs of the resources that must be created first. */
  readonly dependencies: readonly string[];
  /** Resource options that were set, under Pulumi's names. */
  readonly options: PlainObject;
  readonly inputs: PlainObject;
  /** Paths of the secret inputs. */
  readonly secrets: readonly string[];
}

/** A JSON value. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: Plain;
}

/** Shown in place of a secret value, and of a value that is known only during a deployment. */
export const secretMark = "[secret]";
export const unknownMark = "[unknown]";

/** Whether a value is an object other than an array. */
export function isObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows keys into nested objects; undefined if a key is missing. Inherited properties are ignored. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
      ? Reflect.get(inner, key)
      : undefined;
  }, value);
}
