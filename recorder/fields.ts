import { at, isObject, type Plain, type RegisteredResource } from "./registeredResource.ts";

/**
 * Every leaf of a value with its path. Items of a list that all have a name of their own are called by it, so that an
 * inserted one moves no other: `spec.template.spec.containers[receipts].env[SERVER_PORT].value`. An empty list or map is
 * a leaf.
 */
export function leaves(value: Plain, path = ""): [path: string, leaf: Plain][] {
  if (Array.isArray(value) && value.length > 0) {
    const names = value.map((item) => at(item, "name"));
    const named = names.every((name) => typeof name === "string") && new Set(names).size === names.length;
    return value.flatMap((item, index) => leaves(item, `${path}[${named ? names[index] : index}]`));
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
  }
  return [[path, value]];
}

/** A field that two values do not share, with what stands there in each; undefined where it is not there. */
export interface FieldDifference {
  readonly path: string;
  readonly one: Plain | undefined;
  readonly other: Plain | undefined;
}

/** The fields in which two values differ, in the order in which they stand in the first, then in the second. */
export function compareFields(one: Plain, other: Plain): FieldDifference[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  const a = new Map(leaves(one));
  const b = new Map(leaves(other));
  const found = [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => JSON.stringify(a.get(path)) !== JSON.stringify(b.get(path)))
    .map((path) => ({ path, one: a.get(path), other: b.get(path) }));
  return found.length > 0
    ? found
    : [{ path: "(order of a list)", one: [...a.keys()].join(" "), other: [...b.keys()].join(" ") }];
}

/** The microservice that a resource belongs to, or undefined for what belongs to the site as a whole. */
export function serviceOf({
  type,
  name,
  parent,
}: Pick<RegisteredResource, "type" | "name" | "parent">): string | undefined {
  const component = "gemelos:index:JavaMicroservice";
  if (type === component) return name;
  const [, , parentType = "", parentName = ""] = parent.split("::");
  const types = parentType.split("$");
  const place = types.indexOf(component);
  if (place === -1) return undefined;
  // A component inside is named after the one that holds it, with a word more: receipts-secrets.
  const inside = types.length - 1 - place;
  return inside === 0 ? parentName : parentName.split("-").slice(0, -inside).join("-");
}

/**
 * What to call a resource in a message: `Deployment receipts`, with its namespace where it belongs to no service
 * (`ResourceQuota payments/services`), or its type and name where it is no Kubernetes object.
 */
export function titleOf(resource: Pick<RegisteredResource, "type" | "name" | "parent" | "inputs">): string {
  const { type, name, inputs } = resource;
  const namespace = serviceOf(resource) === undefined ? at(inputs, "metadata", "namespace") : undefined;
  const object = String(at(inputs, "metadata", "name") ?? name);
  const kind = at(inputs, "kind") ?? (type.startsWith("vault:") ? `Vault ${type.split(":").at(-1)}` : type);
  return `${String(kind)} ${namespace === undefined ? "" : `${String(namespace)}/`}${object}`;
}
