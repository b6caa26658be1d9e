import { callersPort, type ResolvedMicroservice } from "../description/index.ts";
import { ValidationError } from "../diagnostic.ts";
import { type BackendTlsPolicyManifest, commonLabels } from "../kubernetes/index.ts";
import type { IngressExposure, IngressImplementation } from "../siteData.ts";
import { serviceHost, servicesAuthority } from "../vault/index.ts";

/**
 * The annotations by which an ingress controller speaks TLS to the pods of a service, and verifies their certificate and the
 * name in it. Empty where the service speaks plain HTTP.
 * @param file the description's file or folder, for diagnostics.
 * @throws ValidationError where the site does not say which ingress controller it has.
 */
export function backendAnnotations(
  service: ResolvedMicroservice,
  { implementation }: IngressExposure,
  file: string,
): Record<string, string> {
  if (!service.tls) return {};
  if (implementation === undefined) {
    const message = `needs exposure.implementation of the site, because the service speaks TLS: one of ${ingressImplementations.join(", ")}; with another controller use kind: gateway`;
    throw new ValidationError([{ file, path: "exposure", message }]);
  }
  return annotations[implementation](service);
}

const annotations: Readonly<Record<IngressImplementation, (service: ResolvedMicroservice) => Record<string, string>>> =
  {
    // https://haproxy-ingress.github.io/docs/configuration/keys/#secure-backend
    "haproxy-ingress": (service) => ({
      "haproxy-ingress.github.io/secure-backends": "true",
      "haproxy-ingress.github.io/secure-sni": serviceHost(service),
      "haproxy-ingress.github.io/secure-verify-ca-secret": servicesAuthority,
      "haproxy-ingress.github.io/secure-verify-hostname": serviceHost(service),
    }),
    // https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#backend-certificate-authentication
    "ingress-nginx": (service) => ({
      "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
      "nginx.ingress.kubernetes.io/proxy-ssl-name": serviceHost(service),
      "nginx.ingress.kubernetes.io/proxy-ssl-secret": `${service.namespace}/${servicesAuthority}`,
      "nginx.ingress.kubernetes.io/proxy-ssl-server-name": "on",
      "nginx.ingress.kubernetes.io/proxy-ssl-verify": "on",
    }),
  };

/** The ingress controllers that an Ingress to a service with TLS can be made for. */
export const ingressImplementations: readonly string[] = Object.keys(annotations);

/** The BackendTLSPolicy by which a Gateway speaks TLS to the pods of a service, and verifies their certificate. */
export function backendTlsPolicyManifest(service: ResolvedMicroservice): BackendTlsPolicyManifest {
  const { name, namespace } = service;
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "BackendTLSPolicy",
    metadata: { name, namespace, labels: commonLabels(name, namespace) },
    spec: {
      targetRefs: [{ group: "", kind: "Service", name, sectionName: callersPort(service) }],
      validation: {
        hostname: serviceHost(service),
        caCertificateRefs: [{ group: "", kind: "ConfigMap", name: servicesAuthority }],
      },
    },
  };
}
