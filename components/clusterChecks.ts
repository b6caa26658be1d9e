import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Prerequisite } from "./cluster/index.ts";

/**
 * Reads the UID of the cluster's `kube-system` namespace, and fails where it is not the expected one, with both in the
 * message.
 */
export function checkClusterUid(
  name: string,
  expected: string,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const system = kubernetes.core.v1.Namespace.get(`${name}-kube-system`, "kube-system", options);
  return system.metadata.uid.apply((found) => {
    if (found === expected) return found;
    const message = `wrong cluster: this stack expects the one whose kube-system namespace has UID ${expected} and reached ${found}. Nothing was changed. Check kubernetes.context in the stack's site file, or correct kubernetes.clusterUid if the cluster was rebuilt.`;
    // Thrown here, the error is shown wrapped in the name of every property that waits for it; so it is logged too.
    void pulumi.log.error(message, options.parent);
    throw new pulumi.RunError(message);
  });
}

/**
 * Reads the objects that prove that the cluster has the operators which bring services their secrets. Where one is missing,
 * the engine ends the update and shows the name of the read, which therefore says what is needed.
 */
export function checkPrerequisites(
  name: string,
  prerequisites: readonly Prerequisite[],
  options: pulumi.CustomResourceOptions,
): pulumi.Output<unknown>[] {
  return prerequisites.map(({ name: what, kind, id }) => {
    const needed = `${name}-needs-${what}`;
    return kind === "APIService"
      ? kubernetes.apiregistration.v1.APIService.get(needed, id, options).metadata
      : kubernetes.admissionregistration.v1.MutatingWebhookConfiguration.get(needed, id, options).metadata;
  });
}
