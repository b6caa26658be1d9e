import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";

/** Kinds of which nobody writes a manifest. */
const neverWritten: ReadonlySet<string> = new Set([
  "ComponentStatus",
  "ControllerRevision",
  "Event",
  "Lease",
  "Node",
  "NodeMetrics",
  "PodMetrics",
]);

/** Secrets that the cluster or Helm writes for itself, by their `type`. */
const writtenSecrets: ReadonlySet<unknown> = new Set([
  "bootstrap.kubernetes.io/token",
  "helm.sh/release.v1",
  "kubernetes.io/service-account-token",
]);

/** Objects that each namespace gets, from the cluster or from what is often installed in it. */
const ofEachNamespace: ReadonlySet<string> = new Set([
  "ConfigMap/istio-ca-root-cert",
  "ConfigMap/kube-root-ca.crt",
  "ConfigMap/openshift-service-ca.crt",
  "ServiceAccount/default",
]);

/**
 * Why an object of an export is not the service's own, such as a ReplicaSet, which its Deployment makes again; undefined
 * for what somebody has applied. A Deployment always counts as applied, even one that an operator keeps.
 */
export function reasonOfCluster(kind: string, object: PlainObject): string | undefined {
  const owners = at(object, "metadata", "ownerReferences");
  const isOwned = Array.isArray(owners) && owners.some((owner: unknown) => at(owner, "controller") === true);
  if (isOwned && kind !== "Deployment") return "its owner makes it";
  const isLive = typeof at(object, "metadata", "uid") === "string";
  if (neverWritten.has(kind) || (kind === "Secret" && writtenSecrets.has(object["type"])))
    return "the cluster writes it";
  if (isLive && ofEachNamespace.has(`${kind}/${String(at(object, "metadata", "name"))}`)) {
    return "each namespace has it";
  }
  const annotations = at(object, "metadata", "annotations");
  const isApplied = isObject(annotations) && "kubectl.kubernetes.io/last-applied-configuration" in annotations;
  if (isLive && !isApplied && (kind === "Endpoints" || kind === "EndpointSlice")) return "the cluster writes it";
  return undefined;
}
