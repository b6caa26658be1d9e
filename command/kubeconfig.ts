import type { KubeConfig } from "@kubernetes/client-node";
import type { Site } from "../components/siteData.ts";
import { RemoteError } from "./errors.ts";

/**
 * Loads the operator's kubeconfig (`KUBECONFIG`, else `~/.kube/config`) into `config` and selects the site's context.
 * @throws RemoteError if the kubeconfig cannot be read or has no such context.
 */
export function loadContext(config: KubeConfig, { kubernetes: { context } }: Pick<Site, "kubernetes">): KubeConfig {
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new RemoteError(
      `the kubeconfig cannot be read (${error instanceof Error ? error.message : String(error)}); correct KUBECONFIG`,
    );
  }
  if (!config.getContexts().some(({ name }) => name === context)) {
    throw new RemoteError(`the kubeconfig has no context ${context}; add it, or set KUBECONFIG`);
  }
  config.setCurrentContext(context);
  return config;
}

/**
 * Checks that the cluster that was reached is the site's.
 * @param uid UID of its `kube-system` namespace
 * @throws RemoteError with both UIDs if it is another cluster.
 */
export function checkClusterUid(
  { file, kubernetes }: Pick<Site, "file" | "kubernetes">,
  uid: string | undefined,
): void {
  if (uid === kubernetes.clusterUid) return;
  throw new RemoteError(
    `context ${kubernetes.context} points to a different cluster: ${file} expects UID ${kubernetes.clusterUid}, but the cluster has ${uid}`,
  );
}
