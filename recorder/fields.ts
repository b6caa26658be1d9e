import { at, isObject, type Plain, type RegisteredResource } from "./registeredResource.ts";

/**
 * Every leaf of a value with its path; an empty list or map is a leaf. List items that all have a unique name, or a unique
 * `topologyKey`, are addressed by it, so that inserting one does not shift the others:
 * `spec.template.spec.containers[receipts].env[SERVER_PORT].value`.
 */
export function leaves(value: Plain, path = ""): [path: string, leaf: Plain][] {
  if (Array.isArray(value) && value.length > 0) {
    const names = value.map((item) => at(item, "name") ?? at(item, "topologyKey"));
    const named = names.every((name) => typeof name === "string") && new Set(names).size === names.length;
    return value.flatMap((item, index) => leaves(item, `${path}[${named ? names[index] : index}]`));
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
  }
  return [[path, value]];
}

/** A field in which two values differ, with the value on each side; undefined on the side that lacks the field. */
export interface FieldDifference {
  readonly path: string;
  readonly one: Plain | undefined;
  readonly other: Plain | undefined;
}

/** The fields in which two values differ, ordered as in the first value; fields only in the second come last. */
export function compareFields(one: Plain, other: Plain): FieldDifference[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  const a = new Map(leaves(one));
  const b = new Map(leaves(other));
  const found = [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => JSON.stringify(a.get(path)) !== JSON.stringify(b.get(path)))
    .map((path) => ({ path, one: a.get(path), other: b.get(path) }));
  return found.length > 0
    ? found
    : [{ path: "(list order)", one: [...a.keys()].join(" "), other: [...b.keys()].join(" ") }];
}

/** The microservice that a resource belongs to, or undefined for resources of the site as a whole. */
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
  // A nested component is named after its parent plus one word: receipts-secrets.
  const inside = types.length - 1 - place;
  return inside === 0 ? parentName : parentName.split("-").slice(0, -inside).join("-");
}

/**
 * A resource's name for messages: `Deployment receipts`, or `ResourceQuota payments/services` if it belongs to no
 * service; for anything but a Kubernetes object, its type and name: `Vault Mount services`, `provider kubernetes`.
 */
export function titleOf(resource: Pick<RegisteredResource, "type" | "name" | "parent" | "inputs">): string {
  const { type, name, inputs } = resource;
  const namespace = serviceOf(resource) === undefined ? at(inputs, "metadata", "namespace") : undefined;
  const object = String(at(inputs, "metadata", "name") ?? name);
  const kind = at(inputs, "kind") ?? kindOf(type);
  return `${String(kind)} ${namespace === undefined ? "" : `${String(namespace)}/`}${object}`;
}

function kindOf(type: string): string {
  if (type.startsWith("pulumi:providers:")) return "provider";
  if (type.startsWith("vault:")) return `Vault ${type.split(":").at(-1)}`;
  return type.startsWith("random:") ? (type.split(":").at(-1) ?? type) : type;
}
