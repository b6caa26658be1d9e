import type { ResolvedMicroservice } from "../description/index.ts";

/**
 * Name of the ConfigMap, in each namespace that needs it, with the certificate of the authority that signs the services'
 * certificates; and of the Secret with the same content, which is the only form that ingress controllers take.
 */
export const servicesAuthority = "services-ca";

/** The key of the certificate (PEM) in both. */
export const servicesAuthorityFile = "ca.crt";

/** A service of a namespace, and its Ingress where it has one. */
export interface TrustingService {
  readonly microservice: ResolvedMicroservice;
  readonly ingress?: object | undefined;
}

/** In which forms a namespace needs the authority's certificate. */
export interface AuthorityForms {
  /** For pods that call a service by TLS, and for the Gateway. */
  readonly configMap: boolean;
  /** For the ingress controller. */
  readonly secret: boolean;
}

/** In which forms a namespace with these services needs the certificate of the services' authority. */
export function authorityForms(services: readonly TrustingService[]): AuthorityForms {
  const exposed = services.filter(({ microservice }) => microservice.tls && microservice.exposure !== undefined);
  return {
    configMap:
      exposed.some(({ ingress }) => ingress === undefined) ||
      services.some(({ microservice }) => microservice.calls.some(({ tls }) => tls)),
    secret: exposed.some(({ ingress }) => ingress !== undefined),
  };
}
