import { isProperties, type Path, type Properties, textAt } from "../protocol/values.ts";
import { groupOf, type Kind } from "./kinds.ts";

/** What the provider's configuration says of ConfigMaps and Secrets. */
export interface Mutability {
  /** `enableConfigMapMutable`: a ConfigMap's data is changed in place unless it says `immutable: true`. */
  readonly configMap: boolean;
  /** `enableSecretMutable`: the same of a Secret. */
  readonly secret: boolean;
}

/**
 * Fields whose change makes the object anew, by group and kind: those of the official provider, and those of
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

/** Fields that name an object: another name is another object. */
const naming = ["kind", "metadata.name", "metadata.namespace"];

/** Says of a changed path whether the object must be made anew. */
export function replaceRule(kind: Kind, inputs: Properties, mutability: Mutability): (path: Path) => boolean {
  const fields = [...naming, ...(immutable[`${groupOf(kind.apiVersion)} ${kind.kind}`] ?? [])];
  if (hasFixedData(kind, inputs, mutability)) fields.push("data", "binaryData", "stringData");
  if (kind.kind === "ConfigMap" || kind.kind === "Secret") {
    // What is immutable cannot be made mutable again.
    if (inputs["immutable"] === true) fields.push("immutable");
  }
  return (path) => {
    const text = path.join(".");
    // A change of a whole parent, such as an unknown `metadata`, may change the field.
    return fields.some((field) => text === field || text.startsWith(`${field}.`) || field.startsWith(`${text}.`));
  };
}

/** @param inputs those of the object as it stands: its own `immutable` decides. */
function hasFixedData({ apiVersion, kind }: Kind, inputs: Properties, { configMap, secret }: Mutability): boolean {
  if (apiVersion !== "v1") return false;
  if (kind === "ConfigMap") return !configMap || inputs["immutable"] === true;
  return kind === "Secret" && (!secret || inputs["immutable"] === true);
}

/** Whether the object that takes another's place has its name, so that the other must go first. */
export function takesSameName(old: Properties, next: Properties): boolean {
  const isNamed = isProperties(old["metadata"]) && isProperties(next["metadata"]);
  return (
    isNamed &&
    (["name", "namespace"] as const).every(
      (field) => textAt(old, "metadata", field) === textAt(next, "metadata", field),
    )
  );
}
