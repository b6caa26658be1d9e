import type { ResolvedMicroservice } from "./defaults.ts";
import type { ServiceAccountManifest, ServiceManifest } from "./manifests.ts";
import { commonLabels, pullSecretName, selectorLabels } from "./names.ts";

/** The account that a service runs as. Its token is not mounted unless an exception says so. */
export function planServiceAccount({ name, namespace }: ResolvedMicroservice): ServiceAccountManifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: commonLabels(name, namespace) },
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: pullSecretName }],
  };
}

/** The name under which a service is called. It knows the `http` port and nothing of `management`. */
export function planService({ name, namespace, ports }: ResolvedMicroservice): ServiceManifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace,
      labels: commonLabels(name, namespace),
      // Pulumi would wait for ready endpoints, and so keep one of its few workers from the Deployment that makes them: with
      // many services all workers wait and nothing is rolled out. The wait for the Deployment says all that is to be known.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      type: "ClusterIP",
      selector: selectorLabels(name),
      ports: [{ name: "http", port: ports.http, targetPort: "http", protocol: "TCP" }],
    },
  };
}
