import type { ResolvedMicroservice } from "../description/index.ts";
import { type NamespaceManifest, siteLabels } from "../kubernetes/index.ts";

/**
 * A namespace with Pod Security enforced, warned of and audited at `restricted`; at `baseline` only where a service's
 * exception needs it.
 */
export function namespaceManifest(name: string, services: readonly ResolvedMicroservice[]): NamespaceManifest {
  const level = services.some(({ securityExceptions }) => securityExceptions.runAsRoot !== undefined)
    ? "baseline"
    : "restricted";
  const cardholder = services.some(({ cardholderData }) => cardholderData);
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...siteLabels,
        "gemelos.dev/cardholder-data": String(cardholder),
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    },
  };
}
