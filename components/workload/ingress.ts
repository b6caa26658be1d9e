import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type IngressManifest } from "../kubernetes/index.ts";

/**
 * The Ingress of an exposed service, to the `http` port of its Service and never to `management`. It names the TLS Secret
 * (`kubernetes.io/tls`) `<service>-tls` in the service's namespace.
 */
export function ingressManifest(
  service: ResolvedMicroservice,
  ingressClassName: string,
  host: string,
): IngressManifest {
  const backend = { service: { name: service.name, port: { name: "http" } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: commonLabels(service.name, service.namespace),
      // Bare-metal controllers often never publish an address, and Pulumi would wait for one until its timeout.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      ingressClassName,
      tls: [{ hosts: [host], secretName: `${service.name}-tls` }],
      rules: [{ host, http: { paths: [{ path: service.exposure?.path ?? "/", pathType: "Prefix", backend }] } }],
    },
  };
}
