import type { SiteNode } from "../siteData.ts";

/** Kubernetes' label for a zone: a rack or a room. */
export const zoneLabel = "topology.kubernetes.io/zone";

/** The label that names a node's physical machine. Kubernetes has none of its own. */
export const hostLabel = "gemelos.dev/host";

/** The label that the kubelet sets itself. */
export const hostnameLabel = "kubernetes.io/hostname";

/** The physical machine of a node, which fails as one: a VM's host, or the node itself. */
export function machineOf({ name, host }: Pick<SiteNode, "name" | "host">): string {
  return host ?? name;
}

/** The labels that a node of the inventory has in Kubernetes, by which replicas spread. */
export function nodeLabels(node: Pick<SiteNode, "name" | "host" | "zone">): Record<string, string> {
  return {
    [hostnameLabel]: node.name,
    [hostLabel]: machineOf(node),
    ...(node.zone === undefined ? {} : { [zoneLabel]: node.zone }),
  };
}
