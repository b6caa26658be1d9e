import { callersPort, type ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, hostSecretName, type IngressManifest } from "../kubernetes/index.ts";
import type { IngressExposure } from "../siteData.ts";
import { backendAnnotations } from "./backendTls.ts";
import { certificateSource } from "./exposedHost.ts";

/**
 * The Ingress of an exposed service, to the callers' port of its Service and never to `management`. All
 * Ingresses of a host in a namespace name the same Secret (`kubernetes.io/tls`), see {@link hostSecretName}.
 * @param file the description's file or folder, for diagnostics.
 * @throws ValidationError where the service speaks TLS and the site does not say which ingress controller it has.
 */
export function ingressManifest(
  service: ResolvedMicroservice,
  exposure: IngressExposure,
  host: string,
  file: string,
): IngressManifest {
  const byController =
    service.exposure !== undefined && certificateSource(service.exposure, exposure).source === "controller";
  const backend = { service: { name: service.name, port: { name: callersPort(service) } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: commonLabels(service.name, service.namespace),
      // Bare-metal controllers often never publish an address, and Pulumi would wait for one until its timeout.
      annotations: { "pulumi.com/skipAwait": "true", ...backendAnnotations(service, exposure, file) },
    },
    spec: {
      ingressClassName: exposure.ingressClassName,
      tls: [{ hosts: [host], ...(byController ? {} : { secretName: hostSecretName(host) }) }],
      rules: [{ host, http: { paths: [{ path: service.exposure?.path ?? "/", pathType: "Prefix", backend }] } }],
    },
  };
}
