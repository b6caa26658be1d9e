/** A database, cache or gateway outside the cluster, as the site knows it. */
export interface Endpoint {
  /** DNS name at which the service connects. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
  /** The addresses behind the name, which the network rules open: IPv4 or IPv6 CIDRs. */
  readonly cidrs: readonly string[];
}

/** The pods that carry traffic from outside: which namespace, which labels. Network rules admit them and nobody else. */
export interface ExposureController {
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Exposure by an Ingress (`networking.k8s.io/v1`) of a class. */
export interface IngressExposure {
  readonly kind: "ingress";
  /** `spec.ingressClassName` of every Ingress. */
  readonly ingressClassName: string;
  readonly controller: ExposureController;
}

/** Exposure by an HTTPRoute (`gateway.networking.k8s.io/v1`) that attaches to a Gateway, which holds the certificates. */
export interface GatewayExposure {
  readonly kind: "gateway";
  readonly gateway: { readonly namespace: string; readonly name: string; readonly sectionName?: string };
  readonly controller: ExposureController;
}

/** The Vault from which a site's services have their secrets. */
export interface MicroserviceVault {
  /** URL, as pods and the External Secrets Operator reach it. */
  readonly address: string;
  /** Path of the Kubernetes auth mount for this cluster, without `auth/`. */
  readonly authMount: string;
  /** The certificate (PEM) of the authority that signed Vault's own. */
  readonly caCertificate: string;
  /** The addresses behind the URL, which network rules open to services that read files: IPv4 or IPv6 CIDRs. */
  readonly cidrs: readonly string[];
}

/** What a microservice's objects take from the site they stand in: addresses and names, never decisions. */
export interface MicroserviceSite {
  /** The site's registry, host with optional port. */
  readonly registry: string;
  /** The domains under which services are exposed: to citizens and to the administration's own network. */
  readonly domains: { readonly public: string; readonly internal: string };
  /** How traffic from outside comes in. */
  readonly exposure: IngressExposure | GatewayExposure;
  /** External endpoints by name. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** The site's Vault. Default: none; then services with secrets of Vault are refused. */
  readonly vault?: MicroserviceVault;
}
