import type { CidrEntry } from "./kubernetes/index.ts";
import type { SiteGate } from "./siteGate.ts";
import type { SiteHistory } from "./siteHistory.ts";
import type { SiteMonitoring } from "./siteMonitoring.ts";
import type { NodeRole, TrafficSource, Without } from "./trafficSource.ts";

export type { SourceAddresses, SourcePods, TrafficSource } from "./trafficSource.ts";

/** A provider of Kubernetes' EncryptionConfiguration, the one that writes; `none` is its `identity`. */
export type EncryptionAtRest = "kms" | "secretbox" | "aesgcm" | "aescbc" | "none";

/** How a cluster is reached, recognized and protected. */
export interface SiteKubernetes {
  /**
   * Context of the operator's kubeconfig by which this stack, and no other, reaches the cluster.
   * @example tax-dc1
   */
  readonly context: string;
  /**
   * UID of the cluster's `kube-system` namespace, which no other cluster has.
   * @example 6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11
   */
  readonly clusterUid: string;
  /**
   * URL of the API server, as the site's Vault reaches it.
   * @example https://kubernetes.dc1.tax.example:6443
   */
  readonly address: string;
  /**
   * The certificate (PEM) of the authority that signed the API server's certificate.
   * @example "-----BEGIN CERTIFICATE-----\n(lines of base64)\n-----END CERTIFICATE-----\n"
   */
  readonly caCertificate: string;
  /** How the API server encrypts Secrets in etcd; `none` refuses services whose secrets are stored there. */
  readonly encryptionAtRest: EncryptionAtRest;
  /**
   * Namespaces in which the cluster's own parts run, beside those that every cluster has: no service may be put there.
   * @default none
   * @example [legacy-portal]
   */
  readonly reservedNamespaces?: readonly string[];
}

/** The Vault of a site. */
export interface SiteVault {
  /**
   * URL, as pods, the External Secrets Operator and a deployment reach it.
   * @example https://vault.dc1.tax.example:8200
   */
  readonly address: string;
  /**
   * Path of the Kubernetes auth mount for this cluster, without `auth/`.
   * @example kubernetes-dc1
   */
  readonly authMount: string;
  /**
   * The certificate (PEM) of the authority that signed Vault's certificate.
   * @example "-----BEGIN CERTIFICATE-----\n(lines of base64)\n-----END CERTIFICATE-----\n"
   */
  readonly caCertificate: string;
  /**
   * IPv4 or IPv6 CIDRs behind the URL, which network policies open to services that read their secrets from files.
   * @example [10.1.20.15/32]
   */
  readonly cidrs: readonly CidrEntry[];
  /**
   * Where Vault logs each request: a file on its own machine, or `stdout`.
   * @example /var/log/vault/audit.log
   */
  readonly auditLog: string;
}

/** What services know of a backing service, wherever it runs. */
interface BackingServiceAddress {
  /**
   * DNS name at which services connect.
   * @example declarations-db.dc1.tax.example
   */
  readonly host: string;
  /**
   * TCP port at which services connect.
   * @example 5432
   */
  readonly port: number;
  /**
   * Whether it stores, processes or transmits cardholder data: then it is inside the boundary, as such services are.
   * @default false
   */
  readonly cardholderData?: boolean;
  /**
   * Whether other sites use the same one, such as a partner's gateway. `render` warns of one that they share unstated: it was
   * copied, or it fails in all of them at once.
   * @default false
   * @example true
   */
  readonly shared?: boolean;
  /**
   * The site whose database of this name this one copies and takes no change but from it: then no migration runs here. Taken out
   * when this one becomes the original.
   * @default none: a migration runs in each site; where they share a database, the second finds nothing to do
   * @example dc1
   */
  readonly replicaOf?: string;
}

/** A database, cache or gateway outside the cluster, which network policies open by its addresses. */
export interface OutsideBackingService extends BackingServiceAddress {
  /**
   * IPv4 or IPv6 CIDRs behind the name, which network policies open. One that is everybody's or nobody's needs its reason.
   * @example ["10.1.30.10/32", { cidr: "198.18.0.0/15", reason: "The provider changes its addresses without notice" }]
   */
  readonly cidrs: readonly CidrEntry[];
}

/** A database, cache or gateway in the cluster that is not of the catalogue, which network policies open by its pods. */
export interface InsideBackingService extends BackingServiceAddress {
  /**
   * Namespace of its pods. No service of the catalogue may be there, whose namespaces are closed.
   * @example databases
   */
  readonly namespace: string;
  /**
   * Labels of its pods; at least one.
   * @example { app: declarations-db }
   */
  readonly podLabels: Readonly<Record<string, string>>;
  /**
   * TCP port on which the pods listen, where their Service has another: network policies see the pod's.
   * @default port
   * @example 5433
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
   * @example cluster.dc1.tax.example
   */
  readonly domain?: string;
  /**
   * Namespace of the resolver's pods, stated together with their labels.
   * @default kube-system; no pods where `cacheAddresses` are stated
   * @example dns
   */
  readonly namespace?: string;
  /**
   * Labels of the resolver's pods; at least one.
   * @default k8s-app: kube-dns; no pods where `cacheAddresses` are stated
   * @example { app: coredns }
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
  /**
   * IPv4 or IPv6 CIDRs of the pods' addresses. One that another site has too needs its reason, here or there.
   * @example [10.233.64.0/18]
   */
  readonly podCidrs: readonly CidrEntry[];
  /**
   * IPv4 or IPv6 CIDRs of the Services' addresses.
   * @example [10.233.0.0/18]
   */
  readonly serviceCidrs: readonly string[];
  /**
   * IPv4 or IPv6 CIDRs of the nodes' ends of tunnels (VXLAN, IP in IP), from which the packets of a node's own processes come
   * to pods of other nodes.
   * @default none: the network plugin uses no tunnels
   * @example [10.233.70.0/32]
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
  | {
      /**
       * `issued`: the site's authority in Vault issues it, and the External Secrets Operator has it renewed. `supplied`: an
       * operator puts certificate and key into Vault (`npm run secrets -- put --host`). `cert-manager`: it gets it from one of
       * its ClusterIssuers and renews it. `controller`: the controller has it already, such as its default certificate or a
       * listener's, and nothing is made.
       */
      readonly source: "issued" | "supplied" | "controller";
    }
  | {
      readonly source: "cert-manager";
      /**
       * With `cert-manager`, the name of the ClusterIssuer.
       * @example administration-acme
       */
      readonly clusterIssuer: string;
    };

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
  /** Whether services are exposed by Ingresses or by HTTPRoutes. */
  readonly kind: "ingress";
  /**
   * `spec.ingressClassName` of every Ingress.
   * @example haproxy
   */
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
  /** Whether services are exposed by Ingresses or by HTTPRoutes. */
  readonly kind: "gateway";
  /** The Gateway to which every HTTPRoute attaches, and optionally one of its listeners. */
  readonly gateway: {
    /**
     * Namespace of the Gateway.
     * @example gateways
     */
    readonly namespace: string;
    /**
     * Name of the Gateway.
     * @example entrance
     */
    readonly name: string;
    /**
     * Name of one of its listeners.
     * @default every listener that admits the route
     * @example https
     */
    readonly sectionName?: string;
  };
  /** Where the certificates of the hosts come from. Their Secrets are made in the Gateway's namespace. */
  readonly tls: ExposureTls;
  /** Where the gateway's traffic comes from. Network policies admit it to exposed services. */
  readonly controller: TrafficSource;
}

/** A node of the cluster. */
export interface SiteNode {
  /**
   * DNS name, the Node's name in Kubernetes.
   * @example worker1.dc1.tax.example
   */
  readonly name: string;
  /**
   * IP address.
   * @example 10.1.10.21
   */
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
   * @example hypervisor1.dc1.tax.example
   */
  readonly host?: string;
  /**
   * The rack or the room, as the Node's label `topology.kubernetes.io/zone` has it. All nodes state one, or none does.
   * @default none
   * @example rack-a
   */
  readonly zone?: string;
  /**
   * Allocatable CPU, as a Kubernetes quantity: `"32"`.
   * @example "32"
   */
  readonly cpu: string;
  /**
   * Allocatable memory, as a Kubernetes quantity: `"128Gi"`.
   * @example 128Gi
   */
  readonly memory: string;
  /**
   * Allocatable disk, as a Kubernetes quantity: `"960Gi"`.
   * @example 1800Gi
   */
  readonly disk: string;
}

/** What DaemonSets' pods take of each node before any service has room there: network plugin, log shipper, node exporter. */
export interface SiteDaemonSets {
  /** The sum of their requests on one node: `kubectl describe node` lists them. */
  readonly requests: {
    /**
     * CPU, as a Kubernetes quantity.
     * @example 500m
     */
    readonly cpu: string;
    /**
     * Memory, as a Kubernetes quantity.
     * @example 1Gi
     */
    readonly memory: string;
  };
}

/** What a person writes of a site: addresses and names, never decisions about a service. */
export interface SiteData {
  /**
   * The site's name, the same as its stack's.
   * @example dc1
   */
  readonly name: string;
  /**
   * The name of the site that does this one's work when it fails, and whose work it does.
   * @default none, as in a third site
   * @example dc2
   */
  readonly peer?: string;
  /**
   * Whom to ask about the site.
   * @example platform-dc1@tax.example
   */
  readonly contact: string;
  /** How the cluster is reached, recognized and protected. */
  readonly kubernetes: SiteKubernetes;
  /** The site's Vault. */
  readonly vault: SiteVault;
  /**
   * Registry from which the nodes pull images: host, with a port if it is not 443.
   * @example registry.dc1.tax.example:5000
   */
  readonly registry: string;
  /** Domains under which services are exposed: to citizens, and to the administration's own network. */
  readonly domains: {
    /**
     * The domain that citizens reach.
     * @example tax.example
     */
    readonly public: string;
    /**
     * The domain of the administration's own network.
     * @example dc1.tax.example
     */
    readonly internal: string;
  };
  /**
   * How traffic from outside the cluster comes in.
   * @example { kind: ingress, ingressClassName: haproxy, implementation: haproxy-ingress, tls: { public: { source: supplied }, internal: { source: issued } }, controller: { nodeRoles: [worker] } }
   */
  readonly exposure: IngressExposure | GatewayExposure;
  /**
   * What watches the site.
   * @default nothing is made for it, and the pods that are labelled `app.kubernetes.io/name: prometheus` in the namespace
   * `monitoring` may scrape the services
   * @example { kind: external, cidrs: [10.1.50.7/32] }
   */
  readonly monitoring?: SiteMonitoring;
  /**
   * What the gate of a deployment needs to know, where nothing else says it.
   * @default see its fields
   */
  readonly gate?: SiteGate;
  /**
   * Where it is recorded what is deployed to the site, by whom and why; with a copy where the peer's is kept. Both in one place
   * are gone with it.
   * @default { kind: git }: the branch gemelos-history of the remote `origin`
   * @example { kind: git, url: ssh://git@git.dc1.tax.example/platform/history.git }
   */
  readonly history?: SiteHistory;
  /**
   * The cluster's own network.
   * @default nothing is known of it: addresses are not held against it, and names are resolved as kubeadm sets it up
   */
  readonly network?: SiteNetwork;
  /**
   * The time zone of every service, as the IANA database names it: `America/Lima`. The same in both sites.
   * @default that of the images, which is UTC as a rule
   * @example America/Lima
   */
  readonly timeZone?: string;
  /**
   * The language of every service, with UTF-8 as the encoding: `es_PE.UTF-8`. The same in both sites.
   * @default that of the images; many have none, and then a JVM loses all letters but those of ASCII
   * @example es_PE.UTF-8
   */
  readonly locale?: string;
  /**
   * The StorageClass of the volumes whose descriptions state none.
   * @default the default class of the cluster, which bare metal often has not: then such a volume is never provided
   * @example ceph-block
   */
  readonly storageClass?: string;
  /**
   * Databases, caches and gateways that are not of the catalogue, by name.
   * @example { mail-relay: { host: smtp.dc1.tax.example, port: 587, cidrs: [10.1.40.25/32] } }
   */
  readonly backingServices: Readonly<Record<string, BackingService>>;
  /**
   * What DaemonSets take of each node. A service is refused whose pods no node has room for.
   * @default { requests: { cpu: "300m", memory: "256Mi" } }, about what Kubespray installs
   * @example { requests: { cpu: 500m, memory: 1Gi } }
   */
  readonly daemonSets?: SiteDaemonSets;
  /**
   * The inventory: with it capacity is planned, and replicas spread over machines and zones.
   * @example [{ name: worker1.dc1.tax.example, address: 10.1.10.21, role: worker, cpu: "32", memory: 128Gi, disk: 1800Gi }]
   */
  readonly nodes: readonly SiteNode[];
}

/** A site: its data, the releases that run there, and the file that both come from. */
export interface Site extends SiteData {
  /** The file that describes the site, for messages: `Pulumi.dc1.yaml`. */
  readonly file: string;
  /** Service -> `tag@sha256:...`. Empty for a site that is only being set up. */
  readonly releases: Readonly<Record<string, string>>;
  /**
   * The peaks of `calendar.yaml` that last here or begin soon, so that services have more replicas.
   * @default none
   */
  readonly peaks?: readonly string[];
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
  readonly kubernetes: Pick<SiteKubernetes, "encryptionAtRest" | "reservedNamespaces"> &
    Partial<Pick<SiteKubernetes, "address">>;
  readonly vault: MicroserviceVault;
}
