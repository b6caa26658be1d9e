import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Prerequisite } from "./internal/prerequisites.ts";

/** Reads the identity and fails where it is another, with both in the message. */
export function checkIdentity(name: string, expected: string, parent: pulumi.Resource): pulumi.Output<string> {
  const system = kubernetes.core.v1.Namespace.get(`${name}-kube-system`, "kube-system", { parent });
  return system.metadata.uid.apply((found) => {
    if (found === expected) return found;
    const message = `wrong cluster: this stack expects the one whose kube-system namespace has UID ${expected} and reached ${found}. Nothing was changed. Check kubernetes.context in the stack's site file, or correct kubernetes.clusterIdentity if the cluster was rebuilt.`;
    // What is thrown here reaches a person wrapped in the name of every property that waits for it; so it is logged too.
    void pulumi.log.error(message, parent);
    throw new pulumi.RunError(message);
  });
}

/**
 * Reads what the deliveries of secrets need of the cluster. Where an object is not there, the engine ends the update with
 * the name of the read, which is why that says what is needed.
 */
export function checkPrerequisites(
  name: string,
  prerequisites: readonly Prerequisite[],
  parent: pulumi.Resource,
): pulumi.Output<unknown>[] {
  return prerequisites.map(({ name: what, kind, id }) => {
    const needed = `${name}-needs-${what}`;
    return kind === "APIService"
      ? kubernetes.apiregistration.v1.APIService.get(needed, id, { parent }).metadata
      : kubernetes.admissionregistration.v1.MutatingWebhookConfiguration.get(needed, id, { parent }).metadata;
  });
}
