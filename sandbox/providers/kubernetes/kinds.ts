import { isProperties, type Properties, textAt, unknownValue, valueAt } from "../protocol/values.ts";

/** The kind of object that a resource manages. */
export interface Kind {
  /** `v1` or `apps/v1`. */
  readonly apiVersion: string;
  /** For example `Deployment`. */
  readonly kind: string;
}

/**
 * Supported built-in kinds. Others need support that is not implemented here (waiting for a Job to complete, or for a
 * PersistentVolumeClaim to be bound), so they are rejected instead of being handled incompletely.
 */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  v1: ["Namespace", "ServiceAccount", "ConfigMap", "Secret", "Service", "ResourceQuota", "LimitRange"],
  "apps/v1": ["Deployment"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "policy/v1": ["PodDisruptionBudget"],
  "networking.k8s.io/v1": ["NetworkPolicy", "Ingress", "IngressClass"],
  "scheduling.k8s.io/v1": ["PriorityClass"],
  "storage.k8s.io/v1": ["StorageClass"],
  // Only read, to find out what is installed in the cluster.
  "apiregistration.k8s.io/v1": ["APIService"],
  "admissionregistration.k8s.io/v1": ["MutatingWebhookConfiguration"],
  "rbac.authorization.k8s.io/v1": ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
};

/** API groups that Kubernetes itself serves. Kinds of other groups come from a CustomResourceDefinition. */
const builtInGroups: ReadonlySet<string> = new Set([
  ...Object.keys(builtIn).map(groupOf),
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "extensions",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "node.k8s.io",
  "resource.k8s.io",
  "storagemigration.k8s.io",
]);

/** `kubernetes:<group/version>:<Kind>`. Other packages of the SDK, such as Helm's, have a third part or no version. */
const typePattern = /^kubernetes:((?:[a-z0-9.-]+\/)?v\d+(?:(?:alpha|beta)\d+)?):([A-Z][A-Za-z0-9]*)$/;

/**
 * The kind of a resource type such as `kubernetes:apps/v1:Deployment`.
 * @throws RangeError if the type is not supported.
 */
export function kindOf(type: string): Kind {
  const match = typePattern.exec(type);
  const apiVersion = match?.[1]?.replace(/^core\//, "");
  const kind = match?.[2];
  if (apiVersion !== undefined && kind !== undefined && isHandled(apiVersion, kind)) return { apiVersion, kind };
  const handled = Object.entries(builtIn).flatMap(([version, kinds]) => kinds.map((name) => `${version} ${name}`));
  throw new RangeError(
    `type "${type}" is not handled by the stand-in for the kubernetes provider; handled are ${handled.join(", ")}, and the kinds of any CustomResourceDefinition. Use the official provider, or add the kind to sandbox/providers/kubernetes/kinds.ts together with what it waits for`,
  );
}

function isHandled(apiVersion: string, kind: string): boolean {
  const group = groupOf(apiVersion);
  // The group of a custom kind is a DNS name with a dot. The SDK's own packages (`yaml`, `helm.sh`) are not API groups.
  const isCustom = group.includes(".") && group !== "helm.sh" && !builtInGroups.has(group);
  return !kind.endsWith("Patch") && (isCustom || builtIn[apiVersion]?.includes(kind) === true);
}

/** The API group: `apps` for `apps/v1`, empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** Identifies an object among those of its kind. */
export interface ObjectName {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The ID of a resource: `namespace/name`, or `name` for a cluster-scoped kind. */
export function formatId({ namespace, name }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Parses an ID from the state or from an import. */
export function parseId(id: string): ObjectName {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: undefined, name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** Whether a `pulumi.com/` annotation is "true", as the official provider reads it. */
export function isAnnotated(inputs: Properties, annotation: string): boolean {
  return textAt(inputs, "metadata", "annotations", `pulumi.com/${annotation}`) === "true";
}

/** Validates the inputs of an object without asking the API server. */
export function objectFailures({ apiVersion, kind }: Kind, inputs: Properties): { property: string; reason: string }[] {
  const failures: { property: string; reason: string }[] = [];
  const fail = (property: string, reason: string) => void failures.push({ property, reason });
  for (const [property, expected] of [
    ["apiVersion", apiVersion],
    ["kind", kind],
  ] as const) {
    const stated = inputs[property];
    if (stated !== undefined && stated !== expected) {
      fail(property, `is ${JSON.stringify(stated)}; a resource of this type has "${expected}"`);
    }
  }
  const metadata = inputs["metadata"];
  if (metadata !== unknownValue) {
    const name = isProperties(metadata) ? metadata["name"] : undefined;
    if (name !== unknownValue && (typeof name !== "string" || name === "")) {
      fail("metadata.name", "is missing; set it: this project does not use generated names");
    }
  }
  if (inputs["status"] !== undefined) fail("status", "belongs to the cluster; leave it out");
  for (const annotation of ["waitFor", "patchFieldManager", "replaceUnready", "deletionPropagationPolicy"]) {
    if (valueAt(inputs, ["metadata", "annotations", `pulumi.com/${annotation}`]) !== undefined) {
      fail(
        `metadata.annotations["pulumi.com/${annotation}"]`,
        "is not handled by this stand-in; use the official provider",
      );
    }
  }
  return failures;
}
