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
  return prerequisites.map(({ name: what, kind, id, version }) => {
    const needed = `${name}-needs-${what}`;
    if (kind === "MutatingWebhookConfiguration") {
      return kubernetes.admissionregistration.v1.MutatingWebhookConfiguration.get(needed, id, { parent }).metadata;
    }
    const { spec } = kubernetes.apiextensions.v1.CustomResourceDefinition.get(needed, id, { parent });
    return spec.versions.apply((versions) => {
      if (versions.some((each) => each.name === version && each.served)) return versions;
      const served = versions.flatMap((each) => (each.served ? [each.name] : [])).join(", ");
      const message = `the cluster serves ${id} in ${served}, and ${version} is needed: install External Secrets Operator 0.17 or newer. Nothing was changed.`;
      void pulumi.log.error(message, parent);
      throw new pulumi.RunError(message);
    });
  });
}
