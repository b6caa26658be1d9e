import { isObject, type Plain } from "../../recorder/registeredResource.ts";

/** One step of a path: a field, or an item of a list by its merge keys, its value or its position. */
export type PathStep = { readonly field: string } | { readonly item: string };

/** A field's place in an object. */
export type FieldPath = readonly PathStep[];

/** A path for people: `spec.template.spec.containers[receipts].image`, `metadata.labels[app.kubernetes.io/name]`. */
export function formatFieldPath(path: FieldPath): string {
  return path.reduce((text, step) => {
    if ("item" in step || !/^[A-Za-z_$][\w$-]*$/.test(step.field)) return `${text}[${stepName(step)}]`;
    return text === "" ? step.field : `${text}.${step.field}`;
  }, "");
}

/** The name of a step: the field's, or the item's. */
export function stepName(step: PathStep): string {
  return "field" in step ? step.field : step.item;
}

/**
 * Merge keys of lists by the list's name, in the order in which they are tried: two lists are compared item by item if every
 * item of both has a unique value of them. Other lists are compared as a whole. Source: the `x-kubernetes-list-map-keys` of
 * the API's types.
 */
const mergeKeys: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [["name"]],
  initContainers: [["name"]],
  ephemeralContainers: [["name"]],
  env: [["name"]],
  volumes: [["name"]],
  volumeMounts: [["mountPath"]],
  volumeDevices: [["devicePath"]],
  ports: [
    ["containerPort", "protocol"],
    ["port", "protocol"],
  ],
  imagePullSecrets: [["name"]],
  secrets: [["name"]],
  hostAliases: [["ip"]],
  topologySpreadConstraints: [["topologyKey", "whenUnsatisfiable"]],
  ownerReferences: [["uid"]],
};

/** Default of the only merge key that a rendered item may leave out. */
const defaultProtocol = "TCP";

/** The items of two lists by their merge keys, in order; undefined where the lists have none. */
export function keyedItems(
  list: string,
  one: readonly Plain[],
  other: readonly Plain[],
): readonly [ReadonlyMap<string, Plain>, ReadonlyMap<string, Plain>] | undefined {
  for (const keys of mergeKeys[list] ?? []) {
    const [a, b] = [byKeys(one, keys), byKeys(other, keys)];
    if (a !== undefined && b !== undefined) return [a, b];
  }
  return undefined;
}

function byKeys(items: readonly Plain[], keys: readonly string[]): Map<string, Plain> | undefined {
  const found = new Map<string, Plain>();
  for (const item of items) {
    if (!isObject(item)) return undefined;
    const values = keys.map((key) => item[key] ?? (key === "protocol" ? defaultProtocol : undefined));
    if (values.includes(undefined)) return undefined;
    // The default goes without saying: `ports[8080]`, but `ports[53/UDP]`.
    const name = values.filter((value, index) => index === 0 || value !== defaultProtocol).join("/");
    if (found.has(name)) return undefined;
    found.set(name, item);
  }
  return found;
}
