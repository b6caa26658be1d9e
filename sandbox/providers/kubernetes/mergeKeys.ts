import { isProperties, type Path, type Value } from "../protocol/values.ts";

/**
 * Merge keys of lists that several field managers may write (`x-kubernetes-list-map-keys` in the schema), by field
 * name. Any other list has a single owner and is compared as a whole.
 */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  resourceClaims: ["name"],
  secrets: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  ownerReferences: ["uid"],
};

/** Maps with a single owner, because an added key changes their meaning. */
const wholeMaps: ReadonlySet<string> = new Set([
  "selector",
  "nodeSelector",
  "podSelector",
  "namespaceSelector",
  "labelSelector",
  "objectSelector",
  "matchLabels",
]);

/** The fields that identify the items of a list, or undefined if the list is compared as a whole. */
export function mergeKeysOf(path: Path, items: readonly Value[]): readonly string[] | undefined {
  const field = path.at(-1);
  if (typeof field !== "string" || !items.every(isProperties)) return undefined;
  if (field === "ports") {
    if (items.some((item) => isProperties(item) && item["containerPort"] !== undefined))
      return ["containerPort", "protocol"];
    // Ports of a Service. Ports of a NetworkPolicy are nested deeper and have a single owner.
    return path.length === 2 && path[0] === "spec" ? ["port", "protocol"] : undefined;
  }
  return Object.hasOwn(listKeys, field) ? listKeys[field] : undefined;
}

/** Whether a map is compared as a whole, so that an added key counts as a change. */
export function isWholeMap(path: Path): boolean {
  const field = path.at(-1);
  return typeof field === "string" && wholeMaps.has(field);
}

/** Defaults that the API server uses for missing merge keys. */
const keyDefaults: Readonly<Record<string, Value>> = { protocol: "TCP" };

/** The item of a list that has the same merge keys as the given item. */
export function itemLike(item: Value, items: readonly Value[], keys: readonly string[]): Value | undefined {
  const keyOf = (candidate: Value, key: string): Value | undefined =>
    isProperties(candidate) ? (candidate[key] ?? keyDefaults[key]) : undefined;
  return items.find((candidate) => keys.every((key) => keyOf(candidate, key) === keyOf(item, key)));
}
