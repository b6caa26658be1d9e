import { isProperties, type Path, type Properties, textAt } from "../protocol/values.ts";
import { groupOf, type Kind } from "./kinds.ts";

/** The provider's settings for changes to ConfigMaps and Secrets. */
export interface Mutability {
  /** `enableConfigMapMutable`: a ConfigMap's data is updated in place unless the ConfigMap sets `immutable: true`. */
  readonly configMap: boolean;
  /** `enableSecretMutable`: a Secret's data is updated in place unless the Secret sets `immutable: true`. */
  readonly secret: boolean;
}

/**
 * Fields whose change replaces the object, by group and kind: those of the official provider, and fields of
 * PriorityClass, IngressClass and Service that the API server refuses to change.
 */
const immutable: Readonly<Record<string, readonly string[]>> = {
  "apps Deployment": ["spec.selector"],
  " ResourceQuota": ["spec.scopes"],
  " Secret": ["type"],
  " Service": ["spec.clusterIP"],
  "networking.k8s.io IngressClass": ["spec.controller"],
  "rbac.authorization.k8s.io ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io RoleBinding": ["roleRef"],
  "scheduling.k8s.io PriorityClass": ["value", "preemptionPolicy"],
  "storage.k8s.io StorageClass": ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
};

/** Fields that identify an object, so that changing one means a different object. */
const naming = ["kind", "metadata.name", "metadata.namespace"];

/** Returns a function that says whether a change at a path replaces the object. */
export function replaceRule(kind: Kind, inputs: Properties, mutability: Mutability): (path: Path) => boolean {
  const fields = [...naming, ...(immutable[`${groupOf(kind.apiVersion)} ${kind.kind}`] ?? [])];
  if (hasFixedData(kind, inputs, mutability)) fields.push("data", "binaryData", "stringData");
  if (kind.kind === "ConfigMap" || kind.kind === "Secret") {
    // An immutable object cannot be made mutable again.
    if (inputs["immutable"] === true) fields.push("immutable");
  }
  return (path) => {
    const text = path.join(".");
    // A change to a parent, such as an unknown `metadata`, may include a change to the field.
    return fields.some((field) => text === field || text.startsWith(`${field}.`) || field.startsWith(`${text}.`));
  };
}

/** @param inputs those of the existing object, whose own `immutable` decides */
function hasFixedData({ apiVersion, kind }: Kind, inputs: Properties, { configMap, secret }: Mutability): boolean {
  if (apiVersion !== "v1") return false;
  if (kind === "ConfigMap") return !configMap || inputs["immutable"] === true;
  return kind === "Secret" && (!secret || inputs["immutable"] === true);
}

/** Whether the replacement has the same name as the old object, which must then be deleted first. */
export function takesSameName(old: Properties, next: Properties): boolean {
  const isNamed = isProperties(old["metadata"]) && isProperties(next["metadata"]);
  return (
    isNamed &&
    (["name", "namespace"] as const).every(
      (field) => textAt(old, "metadata", field) === textAt(next, "metadata", field),
    )
  );
}
