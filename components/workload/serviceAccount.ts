import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type ServiceAccountManifest } from "../kubernetes/index.ts";
import { pullSecretName } from "../vault/index.ts";

/** The account that a service runs as. Its token is not mounted unless a security exception says so. */
export function serviceAccountManifest({ name, namespace }: ResolvedMicroservice): ServiceAccountManifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: commonLabels(name, namespace) },
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: pullSecretName }],
  };
}
