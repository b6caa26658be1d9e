import type { ResolvedMicroservice } from "../description/index.ts";
import { type NamespaceManifest, siteLabels } from "../kubernetes/index.ts";

/**
 * A namespace in which Pod Security `restricted` is enforced, warned about and audited; it enforces `baseline` only where a
 * service's security exception needs that.
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
