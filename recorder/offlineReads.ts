import type { PlainObject } from "./registeredResource.ts";

/**
 * State of the existing objects that the program reads first, as in a site that is ready: the namespace `kube-system`,
 * whose UID identifies the cluster, has the UID from the site's data, and the required operators are installed.
 */
export function existingState(
  config: Readonly<Record<string, string>>,
  type: string,
  id: string,
): PlainObject | undefined {
  switch (type) {
    case "kubernetes:core/v1:Namespace": {
      if (id !== "kube-system") return undefined;
      const site: { kubernetes: { clusterUid: string } } = JSON.parse(config["gemelos:site"] ?? "{}");
      return { metadata: { name: id, uid: site.kubernetes.clusterUid } };
    }
    case "kubernetes:apiregistration.k8s.io/v1:APIService":
    case "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration":
      return { metadata: { name: id } };
    default:
      return undefined;
  }
}
