import type { KubeConfig } from "@kubernetes/client-node";
import { resolveMicroservice } from "../../../components/internal/defaults.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { Site } from "../../../site.ts";
import { at } from "../registration.ts";

/** The service was not rolled, and why; its secret is another one already. */
export class RollError extends Error {
  override readonly name = "RollError";
}

/**
 * Brings a new value to a service's pods. With variables the External Secrets Operator is asked to read now, and Reloader
 * rolls the pods when the Kubernetes Secret has changed; with files the pods are rolled at once.
 *
 * @returns what was done, for a person.
 * @throws RollError where the cluster cannot be reached, is another one, or has no such service yet.
 */
export async function rollService(site: Site, service: Microservice, now: Date): Promise<string> {
  const { name, namespace, secretDelivery } = resolveMicroservice(service);
  const { KubeConfig, CoreV1Api, AppsV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } = await import(
    "@kubernetes/client-node"
  );
  const config = loadContext(new KubeConfig(), site);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  try {
    const system = await config.makeApiClient(CoreV1Api).readNamespace({ name: "kube-system" });
    const identity = system.metadata?.uid;
    if (identity !== site.kubernetes.clusterIdentity) {
      throw new RollError(
        `context ${site.kubernetes.context} leads to another cluster: ${site.file} expects UID ${site.kubernetes.clusterIdentity}, and ${identity} was reached`,
      );
    }
    if (secretDelivery === "env") {
      const annotations = { "force-sync": now.toISOString() };
      const body = { metadata: { annotations } };
      const where = { group: "external-secrets.io", version: "v1", plural: "externalsecrets", namespace, name };
      await config.makeApiClient(CustomObjectsApi).patchNamespacedCustomObject({ ...where, body }, merge);
      return `External Secrets Operator reads it now; Reloader rolls Deployment ${namespace}/${name} when its Secret has changed`;
    }
    const annotations = { "kubectl.kubernetes.io/restartedAt": now.toISOString() };
    const body = { spec: { template: { metadata: { annotations } } } };
    await config.makeApiClient(AppsV1Api).patchNamespacedDeployment({ namespace, name, body }, merge);
    return `Deployment ${namespace}/${name} is being rolled`;
  } catch (error) {
    throw error instanceof RollError ? error : new RollError(explain(error, site, `${namespace}/${name}`));
  }
}

function loadContext(config: KubeConfig, { kubernetes: { context } }: Site): KubeConfig {
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new RollError(
      `the kubeconfig cannot be read (${error instanceof Error ? error.message : String(error)}); correct KUBECONFIG`,
    );
  }
  if (!config.getContexts().some(({ name }) => name === context)) {
    throw new RollError(`the kubeconfig has no context ${context}; add it, or set KUBECONFIG`);
  }
  config.setCurrentContext(context);
  return config;
}

function explain(error: unknown, { kubernetes: { context } }: Site, name: string): string {
  const code = at(error, "code");
  if (code === 404) return `the cluster has no ${name} yet; pulumi up makes it, with the new value`;
  if (code === 401 || code === 403)
    return `the cluster denies it to context ${context}; use one that may patch ${name}`;
  const reason = at(error, "cause", "code") ?? code ?? (error instanceof Error ? error.message : String(error));
  return `the cluster of context ${context} cannot be asked (${String(reason)})`;
}
