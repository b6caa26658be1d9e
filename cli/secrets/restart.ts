import { RemoteError } from "../../command/errors.ts";
import { checkClusterUid, loadContext } from "../../command/kubeconfig.ts";
import type { ResolvedMicroservice } from "../../components/description/index.ts";
import type { Site } from "../../components/siteData.ts";
import { at } from "../../recorder/registeredResource.ts";

/**
 * Brings a new value to a service's pods. With delivery `env`, the External Secrets Operator is told to sync now, and
 * Reloader restarts the pods once the Kubernetes Secret has changed; with `files`, the pods are restarted immediately.
 *
 * @returns a sentence for the user saying what was done
 * @throws RemoteError if the cluster is unreachable, is not the site's, or does not have the service yet.
 */
export async function restartService(
  site: Site,
  service: Pick<ResolvedMicroservice, "name" | "namespace" | "secrets">,
  now: Date,
): Promise<string> {
  const { name, namespace, secrets } = service;
  const { KubeConfig, CoreV1Api, AppsV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } = await import(
    "@kubernetes/client-node"
  );
  const config = loadContext(new KubeConfig(), site);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  try {
    const system = await config.makeApiClient(CoreV1Api).readNamespace({ name: "kube-system" });
    checkClusterUid(site, system.metadata?.uid);
    if (secrets.delivery === "env") {
      const annotations = { "force-sync": now.toISOString() };
      const body = { metadata: { annotations } };
      const where = { group: "external-secrets.io", version: "v1", plural: "externalsecrets", namespace, name };
      await config.makeApiClient(CustomObjectsApi).patchNamespacedCustomObject({ ...where, body }, merge);
      return `External Secrets Operator reads it now; Reloader restarts Deployment ${namespace}/${name} when its Secret has changed`;
    }
    const annotations = { "kubectl.kubernetes.io/restartedAt": now.toISOString() };
    const body = { spec: { template: { metadata: { annotations } } } };
    await config.makeApiClient(AppsV1Api).patchNamespacedDeployment({ namespace, name, body }, merge);
    return `Deployment ${namespace}/${name} is being restarted`;
  } catch (error) {
    throw error instanceof RemoteError ? error : new RemoteError(explain(error, site, `${namespace}/${name}`));
  }
}

function explain(error: unknown, { kubernetes: { context } }: Site, name: string): string {
  const code = at(error, "code");
  if (code === 404) return `the cluster has no ${name} yet; pulumi up makes it, with the new value`;
  if (code === 401 || code === 403)
    return `permission denied for context ${context}; use one that is allowed to patch ${name}`;
  const reason = at(error, "cause", "code") ?? code ?? (error instanceof Error ? error.message : String(error));
  return `the cluster of context ${context} cannot be asked (${String(reason)})`;
}
