import { isProperties, type Path, type Value } from "../protocol/values.ts";

/**
 * How the API server merges lists of objects that several owners write (`x-kubernetes-list-map-keys` of its schema), by
 * the list's field. A list that is not named here has one owner: it is compared as a whole.
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

/** Maps that have one owner: a key that somebody adds changes what they mean. */
const wholeMaps: ReadonlySet<string> = new Set([
  "selector",
  "nodeSelector",
  "podSelector",
  "namespaceSelector",
  "labelSelector",
  "objectSelector",
  "matchLabels",
]);

/** By which fields the items of a list are told apart, or undefined where the list is one value. */
export function mergeKeysOf(path: Path, items: readonly Value[]): readonly string[] | undefined {
  const field = path.at(-1);
  if (typeof field !== "string" || !items.every(isProperties)) return undefined;
  if (field === "ports") {
    if (items.some((item) => isProperties(item) && item["containerPort"] !== undefined))
      return ["containerPort", "protocol"];
    // A Service's; those of a NetworkPolicy stand deeper and have one owner.
    return path.length === 2 && path[0] === "spec" ? ["port", "protocol"] : undefined;
  }
  return Object.hasOwn(listKeys, field) ? listKeys[field] : undefined;
}

/** Whether a map is one value, so that a key that was not applied is a change too. */
export function isWholeMap(path: Path): boolean {
  const field = path.at(-1);
  return typeof field === "string" && wholeMaps.has(field);
}

/** What stands for a key that an item leaves to the API server's default. */
const keyDefaults: Readonly<Record<string, Value>> = { protocol: "TCP" };

/** The item of a list that has the same keys as another. */
export function itemLike(item: Value, items: readonly Value[], keys: readonly string[]): Value | undefined {
  const keyOf = (candidate: Value, key: string): Value | undefined =>
    isProperties(candidate) ? (candidate[key] ?? keyDefaults[key]) : undefined;
  return items.find((candidate) => keys.every((key) => keyOf(candidate, key) === keyOf(item, key)));
}
