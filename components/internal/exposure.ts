import type { MicroserviceSite } from "../microserviceSite.ts";
import type { ResolvedMicroservice } from "./defaults.ts";
import type { HttpRouteManifest, IngressManifest } from "./manifests.ts";
import { commonLabels } from "./names.ts";

/** The host under which a service is exposed in a site, or undefined where it is not. */
export function exposedHost(
  { resolvedExposure }: ResolvedMicroservice,
  { domains }: MicroserviceSite,
): string | undefined {
  return resolvedExposure === undefined ? undefined : `${resolvedExposure.host}.${domains[resolvedExposure.domain]}`;
}

/** The TLS Secret (`kubernetes.io/tls`) that an Ingress of the service names: `<service>-tls` in its namespace. */
function tlsSecretName({ name }: ResolvedMicroservice): string {
  return `${name}-tls`;
}

/** The Ingress of an exposed service, to the `http` port of its Service and never to `management`. */
export function planIngress(service: ResolvedMicroservice, ingressClassName: string, host: string): IngressManifest {
  const backend = { service: { name: service.name, port: { name: "http" } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: commonLabels(service.name, service.namespace),
      // Bare-metal controllers often never publish an address, for which Pulumi would wait until its timeout.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      ingressClassName,
      tls: [{ hosts: [host], secretName: tlsSecretName(service) }],
      rules: [
        { host, http: { paths: [{ path: service.resolvedExposure?.path ?? "/", pathType: "Prefix", backend }] } },
      ],
    },
  };
}

/** The HTTPRoute of an exposed service, attached to the site's Gateway, which terminates TLS. */
export function planHttpRoute(
  service: ResolvedMicroservice,
  gateway: { readonly namespace: string; readonly name: string; readonly sectionName?: string },
  host: string,
): HttpRouteManifest {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: commonLabels(service.name, service.namespace),
    },
    spec: {
      parentRefs: [{ ...gateway }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: service.resolvedExposure?.path ?? "/" } }],
          backendRefs: [{ name: service.name, port: service.ports.http }],
        },
      ],
    },
  };
}
