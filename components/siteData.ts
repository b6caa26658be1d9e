import type { CidrEntry } from "./kubernetes/index.ts";
import type { SiteMonitoring } from "./siteMonitoring.ts";
import type { NodeRole, TrafficSource, Without } from "./trafficSource.ts";

export type { SourceAddresses, SourcePods, TrafficSource } from "./trafficSource.ts";

/** A provider of Kubernetes' EncryptionConfiguration, the one that writes; `none` is its `identity`. */
export type EncryptionAtRest = "kms" | "secretbox" | "aesgcm" | "aescbc" | "none";

/** How a cluster is reached, recognized and protected. */
export interface SiteKubernetes {
  /** Context of the operator's kubeconfig by which this stack, and no other, reaches the cluster. */
  readonly context: string;
  /** UID of the cluster's `kube-system` namespace, which no other cluster has. */
  readonly clusterUid: string;
  /** URL of the API server, as the site's Vault reaches it. */
  readonly address: string;
  /** The certificate (PEM) of the authority that signed the API server's certificate. */
  readonly caCertificate: string;
  /** How the API server encrypts Secrets in etcd; `none` refuses services whose secrets are stored there. */
  readonly encryptionAtRest: EncryptionAtRest;
  /**
   * Namespaces in which the cluster's own parts run, beside those that every cluster has: no service may be put there.
   * @default none
   */
  readonly reservedNamespaces?: readonly string[];
}

/** The Vault of a site. */
export interface SiteVault {
  /** URL, as pods, the External Secrets Operator and a deployment reach it. */
  readonly address: string;
  /** Path of the Kubernetes auth mount for this cluster, without `auth/`. */
  readonly authMount: string;
  /** The certificate (PEM) of the authority that signed Vault's certificate. */
  readonly caCertificate: string;
  /** IPv4 or IPv6 CIDRs behind the URL, which network policies open to services that read their secrets from files. */
  readonly cidrs: readonly CidrEntry[];
  /** Where Vault logs each request: a file on its own machine, or `stdout`. */
  readonly auditLog: string;
}

/** What services know of a backing service, wherever it runs. */
interface BackingServiceAddress {
  /** DNS name at which services connect. */
  readonly host: string;
  /** TCP port at which services connect. */
  readonly port: number;
  /**
   * Whether it stores, processes or transmits cardholder data: then it is inside the boundary, as such services are.
   * @default false
   */
  readonly cardholderData?: boolean;
}

/** A database, cache or gateway outside the cluster, which network policies open by its addresses. */
export interface OutsideBackingService extends BackingServiceAddress {
  /**
   * IPv4 or IPv6 CIDRs behind the name, which network policies open. One that is everybody's or nobody's needs its reason.
   * @example ["10.1.30.10/32", { cidr: "198.51.0.0/15", reason: "The provider changes its addresses without notice" }]
   */
  readonly cidrs: readonly CidrEntry[];
}

/** A database, cache or gateway in the cluster that is not of the catalogue, which network policies open by its pods. */
export interface InsideBackingService extends BackingServiceAddress {
  /** Namespace of its pods. No service of the catalogue may be there, whose namespaces are closed. */
  readonly namespace: string;
  /** Labels of its pods; at least one. */
  readonly podLabels: Readonly<Record<string, string>>;
  /**
   * TCP port on which the pods listen, where their Service has another: network policies see the pod's.
   * @default port
   */
  readonly podPort?: number;
}

/** A database, cache or gateway that is not of the catalogue: outside the cluster, or in it. */
export type BackingService =
  | (OutsideBackingService & Without<InsideBackingService, BackingServiceAddress>)
  | (InsideBackingService & Without<OutsideBackingService, BackingServiceAddress>);

/** How pods of the cluster resolve names. Network policies open the stated resolvers, and no other. */
export interface SiteDns {
  /**
   * The domain of the cluster's own names.
   * @default cluster.local
   */
  readonly domain?: string;
  /**
   * Namespace of the resolver's pods, stated together with their labels.
   * @default kube-system; no pods where `cacheAddresses` are stated
   */
  readonly namespace?: string;
  /**
   * Labels of the resolver's pods; at least one.
   * @default k8s-app: kube-dns; no pods where `cacheAddresses` are stated
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * IP addresses at which a cache on the node's own network (NodeLocal DNSCache) answers pods.
   * @default none
   * @example ["169.254.25.10"]
   */
  readonly cacheAddresses?: readonly string[];
}

/** The cluster's own network. */
export interface SiteNetwork {
  /** IPv4 or IPv6 CIDRs of the pods' addresses. */
  readonly podCidrs: readonly string[];
  /** IPv4 or IPv6 CIDRs of the Services' addresses. */
  readonly serviceCidrs: readonly string[];
  /**
   * IPv4 or IPv6 CIDRs of the nodes' ends of tunnels (VXLAN, IP in IP), from which the packets of a node's own processes come
   * to pods of other nodes.
   * @default none: the network plugin uses no tunnels
   */
  readonly tunnelCidrs?: readonly CidrEntry[];
  /**
   * How pods resolve names.
   * @default by the pods that are labelled `k8s-app: kube-dns` in `kube-system`
   */
  readonly dns?: SiteDns;
}

/** An ingress controller whose annotations verify a pod's certificate and its name. */
export type IngressImplementation = "haproxy-ingress" | "ingress-nginx";

/** Where the certificate of an exposed host comes from. */
export type CertificateSource =
  /** The site's authority in Vault issues it, and the External Secrets Operator has it renewed. */
  | { readonly source: "issued" }
  /** An operator puts certificate and key into Vault: `npm run secrets -- put --host`. */
  | { readonly source: "supplied" }
  /** cert-manager gets it from one of its ClusterIssuers and renews it. */
  | { readonly source: "cert-manager"; readonly clusterIssuer: string }
  /** The controller has it already, such as its default certificate or a listener's: nothing is made. */
  | { readonly source: "controller" };

/** The certificates of the hosts of one domain. */
export type DomainCertificates = CertificateSource & {
  /**
   * The hosts whose certificates come from elsewhere, by their name in the descriptions: `api` for `api.tax.example`.
   * @default none
   */
  readonly hosts?: Readonly<Record<string, CertificateSource>>;
};

/** Where the certificates of exposed hosts come from, by domain. A host has one, however many services share it. */
export type ExposureTls = Readonly<Record<keyof SiteData["domains"], DomainCertificates>>;

/** Exposure by an Ingress (`networking.k8s.io/v1`) of a class. */
export interface IngressExposure {
  readonly kind: "ingress";
  /** `spec.ingressClassName` of every Ingress. */
  readonly ingressClassName: string;
  /**
   * Which ingress controller it is: by its annotations an Ingress says that the pods speak TLS and how they are verified.
   * @default none; then an exposed service with TLS is refused
   */
  readonly implementation?: IngressImplementation;
  /** Where the certificates of the hosts come from. */
  readonly tls: ExposureTls;
  /** Where the ingress controller's traffic comes from. Network policies admit it to exposed services. */
  readonly controller: TrafficSource;
}

/** Exposure by an HTTPRoute (`gateway.networking.k8s.io/v1`) that attaches to a Gateway, whose listeners name the certificates. */
export interface GatewayExposure {
  readonly kind: "gateway";
  /** The Gateway to which every HTTPRoute attaches, and optionally one of its listeners. */
  readonly gateway: { readonly namespace: string; readonly name: string; readonly sectionName?: string };
  /** Where the certificates of the hosts come from. Their Secrets are made in the Gateway's namespace. */
  readonly tls: ExposureTls;
  /** Where the gateway's traffic comes from. Network policies admit it to exposed services. */
  readonly controller: TrafficSource;
}

/** A node of the cluster. */
export interface SiteNode {
  /** DNS name, the Node's name in Kubernetes. */
  readonly name: string;
  /** IP address. */
  readonly address: string;
  readonly role: NodeRole;
  /**
   * Whether it is a physical machine or a virtual one.
   * @default "metal"
   */
  readonly kind?: "metal" | "vm";
  /**
   * The physical machine on which a `vm` runs: DNS name, at most 63 characters. Its VMs fail together. It need not be a node.
   * @default none; a `vm` needs it, and nothing else has it
   */
  readonly host?: string;
  /**
   * The rack or the room, as the Node's label `topology.kubernetes.io/zone` has it. All nodes state one, or none does.
   * @default none
   */
  readonly zone?: string;
  /** Allocatable CPU, as a Kubernetes quantity: `"32"`. */
  readonly cpu: string;
  /** Allocatable memory, as a Kubernetes quantity: `"128Gi"`. */
  readonly memory: string;
  /** Allocatable disk, as a Kubernetes quantity: `"960Gi"`. */
  readonly disk: string;
}

/** What a person writes of a site: addresses and names, never decisions about a service. */
export interface SiteData {
  /** The site's name, the same as its stack's. */
  readonly name: string;
  /** The name of the other site. */
  readonly peer: string;
  /** Whom to ask about the site. */
  readonly contact: string;
  readonly kubernetes: SiteKubernetes;
  readonly vault: SiteVault;
  /** Registry from which the nodes pull images: host, with a port if it is not 443. */
  readonly registry: string;
  /** Domains under which services are exposed: to citizens, and to the administration's own network. */
  readonly domains: { readonly public: string; readonly internal: string };
  /** How traffic from outside the cluster comes in. */
  readonly exposure: IngressExposure | GatewayExposure;
  /**
   * What watches the site.
   * @default nothing is made for it, and the pods that are labelled `app.kubernetes.io/name: prometheus` in the namespace
   * `monitoring` may scrape the services
   */
  readonly monitoring?: SiteMonitoring;
  /**
   * The cluster's own network.
   * @default nothing is known of it: addresses are not held against it, and names are resolved as kubeadm sets it up
   */
  readonly network?: SiteNetwork;
  /**
   * The time zone of every service, as the IANA database names it: `America/Lima`. The same in both sites.
   * @default that of the images, which is UTC as a rule
   */
  readonly timeZone?: string;
  /**
   * The language of every service, with UTF-8 as the encoding: `es_PE.UTF-8`. The same in both sites.
   * @default that of the images; many have none, and then a JVM loses all letters but those of ASCII
   */
  readonly locale?: string;
  /**
   * The StorageClass of the volumes whose descriptions state none.
   * @default the default class of the cluster, which bare metal often has not: then such a volume is never provided
   */
  readonly storageClass?: string;
  /** Databases, caches and gateways that are not of the catalogue, by name. */
  readonly backingServices: Readonly<Record<string, BackingService>>;
  /** The inventory: with it capacity is planned, and replicas spread over machines and zones. */
  readonly nodes: readonly SiteNode[];
}

/** A site: its data, the releases that run there, and the file that both come from. */
export interface Site extends SiteData {
  /** The file that describes the site, for messages: `Pulumi.dc1.yaml`. */
  readonly file: string;
  /** Service -> `tag@sha256:...`. Empty for a site that is only being set up. */
  readonly releases: Readonly<Record<string, string>>;
}

/** The Vault from which a site's services read their secrets. */
export type MicroserviceVault = Pick<SiteVault, "address" | "authMount" | "caCertificate" | "cidrs">;

/** What the objects of one microservice take from their site. */
export interface MicroserviceSite
  extends Pick<
    Site,
    "registry" | "domains" | "exposure" | "monitoring" | "timeZone" | "locale" | "storageClass" | "backingServices"
  > {
  /**
   * What network policies take from the cluster's own network.
   * @default no tunnels
   */
  readonly network?: Pick<SiteNetwork, "tunnelCidrs" | "dns">;
  /**
   * The nodes: their addresses stand for the processes on their own network where `nodeRoles` name their role, and
   * replicas spread over their zones and hosts.
   * @default none; then replicas spread over whatever nodes the cluster has
   */
  readonly nodes?: readonly Pick<SiteNode, "address" | "role" | "kind" | "zone">[];
  /**
   * The site's Vault.
   * @default none; then services with secrets in Vault are refused
   */
  readonly vault?: MicroserviceVault;
}

/** What the catalogue as a whole takes from a site. */
export interface CatalogueSite
  extends Pick<
      Site,
      "name" | "contact" | "file" | "registry" | "domains" | "exposure" | "monitoring" | "backingServices" | "releases"
    >,
    Pick<MicroserviceSite, "network" | "nodes" | "timeZone" | "locale" | "storageClass"> {
  readonly kubernetes: Pick<SiteKubernetes, "encryptionAtRest" | "reservedNamespaces">;
  readonly vault: MicroserviceVault;
}
