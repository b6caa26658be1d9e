import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  allowDnsManifest,
  defaultDenyManifest,
  limitRangeManifest,
  namespaceManifest,
  prerequisitesOf,
  priorityClasses,
  resourceQuotaManifest,
} from "./cluster/index.ts";
import { checkClusterUid, checkPrerequisites } from "./clusterChecks.ts";
import type { ResolvedMicroservice } from "./description/index.ts";
import { compareText, DiagnosticCollector } from "./diagnostic.ts";
import { createHostCertificates, type HostCertificateManifests, hostCertificates } from "./hostCertificates.ts";
import {
  type ApplyTransform,
  collectingTransforms,
  type IngressManifest,
  type LimitRangeManifest,
  type NamespaceManifest,
  type NetworkPolicyManifest,
  type PriorityClassManifest,
  type ResourceQuotaManifest,
  type StatedTransform,
  siteLabels,
  withPatchForce,
} from "./kubernetes/index.ts";
import type { MicroserviceVault, SiteDns } from "./siteData.ts";
import {
  type AuthorityForms,
  authorityForms,
  type PullSecretManifests,
  pullSecretManifests,
  servicesAuthority,
  servicesAuthorityFile,
} from "./vault/index.ts";
import { type ExposingSite, exposedHosts, type WorkloadResources } from "./workload/index.ts";

/** A service for which a {@link Datacenter} prepares a namespace. A `MicroserviceManifests` can be passed as one. */
export interface DatacenterService {
  readonly microservice: ResolvedMicroservice;
  /**
   * What its pods need of the namespace's quota and limits.
   * @default nothing: the service is not released yet, and the namespace's quota has no room for its pods
   */
  readonly resources?: WorkloadResources;
  /**
   * Its Ingress, whose controller must know the authority of the services' certificates.
   * @default none
   */
  readonly ingress?: IngressManifest | undefined;
}

/** Arguments of a {@link Datacenter}. */
export interface DatacenterArgs {
  /**
   * UID of the cluster's `kube-system` namespace, which no other cluster has. Read it with
   * `kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'`.
   */
  readonly clusterUid: string;
  /** The services of the cluster. Namespaces, quotas and limits follow from them. */
  readonly services: readonly DatacenterService[];
  /**
   * The site's Vault, from which the registry's credentials come. An operator has set it up (see `setupScript`).
   * @default none
   */
  readonly vault?: MicroserviceVault;
  /**
   * The registry from which the nodes pull images, host with optional port. The operator's credentials come from Vault into
   * the Secret `registry` of each namespace, so this needs `vault`.
   * @default the Secret `registry` is not managed
   */
  readonly registry?: string;
  /**
   * Certificate (PEM) of the authority in that Vault which signs the services' certificates. Namespaces whose services call
   * or expose one that speaks TLS get it as ConfigMap or Secret `services-ca`.
   * @default nobody can verify the services' certificates
   */
  readonly servicesCaCertificate?: string;
  /**
   * Under which hosts the services are exposed, and where the certificates come from: each host gets one Secret in each
   * namespace that needs it. Those that come from Vault need `vault`.
   * @default the hosts' Secrets are not managed
   */
  readonly hosts?: ExposingSite;
  /**
   * How pods resolve names, which the namespaces' network rules open.
   * @default by the pods that are labelled `k8s-app: kube-dns` in `kube-system`
   */
  readonly dns?: SiteDns;
  /**
   * Escape hatch: modify any generated object, such as a quota, for pods that others put into a namespace.
   * @default none
   */
  readonly transforms?: DatacenterTransforms;
}

/**
 * Escape hatch: one typed function an object kind; each gets the whole generated manifest and returns the one to register. One
 * that lifts a protection states its reason beside it, as in {@link Transforms}.
 */
export interface DatacenterTransforms {
  readonly namespace?: StatedTransform<NamespaceManifest>;
  readonly resourceQuota?: StatedTransform<ResourceQuotaManifest>;
  readonly limitRange?: StatedTransform<LimitRangeManifest>;
  readonly networkPolicy?: StatedTransform<NetworkPolicyManifest>;
  readonly priorityClass?: StatedTransform<PriorityClassManifest>;
}

/** The resources of one namespace of a {@link Datacenter}. */
export interface NamespaceResources {
  readonly namespace: kubernetes.core.v1.Namespace;
  readonly quota: kubernetes.core.v1.ResourceQuota;
  readonly limitRange: kubernetes.core.v1.LimitRange;
  readonly defaultDeny: kubernetes.networking.v1.NetworkPolicy;
  readonly allowDns: kubernetes.networking.v1.NetworkPolicy;
  /**
   * The ConfigMap, and the Secret, with the certificate of the authority that signs the services' certificates; empty where
   * nobody in the namespace needs it.
   */
  readonly servicesAuthority: readonly pulumi.Resource[];
  /** The ExternalSecret that makes the Secret `registry`; undefined where that is not managed. */
  readonly registrySecret: kubernetes.apiextensions.CustomResource | undefined;
  /** What makes the Secrets with the certificates of the hosts under which its services are exposed by Ingresses. */
  readonly hostCertificates: readonly pulumi.Resource[];
}

/** The children of a {@link Datacenter}. */
export interface DatacenterResources {
  readonly namespaces: ReadonlyMap<string, NamespaceResources>;
  readonly priorityClasses: readonly kubernetes.scheduling.v1.PriorityClass[];
  /** What makes the Secrets with the certificates of hosts in the Gateway's namespace; empty where there is no Gateway. */
  readonly gatewayCertificates: readonly pulumi.Resource[];
}

/**
 * What a cluster needs before the first microservice: namespaces that deny all traffic and enforce Pod Security, with quota
 * and limits that fit the services, and the priority classes.
 *
 * Before its first change it reads the cluster's UID, and objects that prove that the operators are there which bring
 * services their secrets. If the cluster is not the expected one, or lacks an operator, the update fails, in preview too,
 * and nothing is changed: every object's name waits for that check.
 *
 * @example
 * const service = microserviceManifests({ service: describeMicroservice(receipts), site, release });
 * new Datacenter("datacenter", { clusterUid, services: [service] }, { providers: [cluster] });
 */
export class Datacenter extends pulumi.ComponentResource {
  /** UID of the cluster's `kube-system` namespace, once it is known to be the expected one. */
  readonly clusterUid: pulumi.Output<string>;
  /** Its children. */
  readonly resources: DatacenterResources;

  constructor(name: string, args: DatacenterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:Datacenter", name, {}, opts);
    const reads = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    this.clusterUid = checkClusterUid(name, args.clusterUid, reads);
    const microservices = args.services.map(({ microservice }) => microservice);
    const hosts = args.hosts === undefined ? [] : exposedHosts(microservices, args.hosts);
    const needs = prerequisitesOf(microservices, args.registry !== undefined, hosts);
    const ready = pulumi.all([this.clusterUid, ...checkPrerequisites(name, needs, reads)]);
    const verified = <Value>(value: Value): pulumi.Output<Value> => ready.apply(() => value);
    const { transforms = {} } = args;
    const problems = new DiagnosticCollector();
    const transformed = collectingTransforms(problems, "Datacenter");
    const certificates = problems.attempt(() => hostCertificates(hosts, args.vault), new Map());
    const namespaces = namespacesManifests(args, transforms, transformed);
    const classes = priorityClasses.map((manifest) => transformed(transforms.priorityClass, manifest));
    problems.finish();
    this.resources = {
      namespaces: new Map(
        namespaces.map((each) => [
          each.name,
          createNamespace(`${name}-${each.name}`, each, certificates.get(each.name), verified, this),
        ]),
      ),
      priorityClasses: classes.map(
        (manifest, index) =>
          new kubernetes.scheduling.v1.PriorityClass(
            `${name}-priority-${priorityClasses[index]?.metadata.name}`,
            { ...manifest, metadata: verified(manifest.metadata) },
            { parent: this },
          ),
      ),
      gatewayCertificates:
        args.hosts?.exposure.kind === "gateway"
          ? createHostCertificates(
              `${name}-gateway`,
              certificates.get(args.hosts.exposure.gateway.namespace),
              verified,
              {
                parent: this,
              },
            )
          : [],
    };
    this.registerOutputs({ clusterUid: this.clusterUid, namespaces: namespaces.map((each) => each.name) });
  }

  /**
   * The resources that must exist before any object in a namespace. Pass them as `dependsOn` to a `JavaMicroservice`.
   * @throws RangeError where no service of `args.services` is in that namespace.
   */
  namespaceResources(namespace: string): pulumi.Resource[] {
    const resources = this.resources.namespaces.get(namespace);
    if (resources === undefined) {
      throw new RangeError(
        `namespace "${namespace}" is not one of ${[...this.resources.namespaces.keys()].join(", ")}; pass the service in the Datacenter's services`,
      );
    }
    const { quota, limitRange, defaultDeny, allowDns, servicesAuthority, registrySecret, hostCertificates } = resources;
    const last = registrySecret === undefined ? [] : [registrySecret];
    return [quota, limitRange, defaultDeny, allowDns, ...servicesAuthority, ...last, ...hostCertificates];
  }
}

/** The manifests of one namespace, with their transforms applied. */
interface NamespaceManifests {
  readonly name: string;
  readonly namespace: NamespaceManifest;
  readonly quota: ResourceQuotaManifest;
  readonly limitRange: LimitRangeManifest;
  readonly defaultDeny: NetworkPolicyManifest;
  readonly allowDns: NetworkPolicyManifest;
  readonly pullSecret: PullSecretManifests | undefined;
  /** Undefined where the authority is not known. */
  readonly authority: { readonly certificate: string; readonly forms: AuthorityForms } | undefined;
}

/** Builds the namespaces, and the services in each, in the order of their names. */
function namespacesManifests(
  { services, vault, registry, servicesCaCertificate, dns }: DatacenterArgs,
  transforms: DatacenterTransforms,
  transformed: ApplyTransform,
): NamespaceManifests[] {
  const sorted = services.toSorted(
    ({ microservice: a }, { microservice: b }) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name),
  );
  return [...Map.groupBy(sorted, ({ microservice }) => microservice.namespace)].map(([name, inside]) => {
    const microservices = inside.map(({ microservice }) => microservice);
    const workloads = inside.flatMap(({ resources }) => (resources === undefined ? [] : [resources]));
    return {
      name,
      namespace: transformed(transforms.namespace, namespaceManifest(name, microservices)),
      quota: transformed(transforms.resourceQuota, resourceQuotaManifest(name, workloads)),
      limitRange: transformed(transforms.limitRange, limitRangeManifest(name, workloads)),
      defaultDeny: transformed(transforms.networkPolicy, defaultDenyManifest(name)),
      allowDns: transformed(transforms.networkPolicy, allowDnsManifest(name, dns)),
      pullSecret:
        vault === undefined || registry === undefined ? undefined : pullSecretManifests(name, vault, registry),
      authority:
        servicesCaCertificate === undefined
          ? undefined
          : { certificate: servicesCaCertificate, forms: authorityForms(inside) },
    };
  });
}

function createNamespace(
  name: string,
  manifests: NamespaceManifests,
  certificates: HostCertificateManifests | undefined,
  verified: <Value>(value: Value) => pulumi.Output<Value>,
  parent: pulumi.Resource,
): NamespaceResources {
  const namespace = new kubernetes.core.v1.Namespace(
    name,
    { ...manifests.namespace, metadata: verified(manifests.namespace.metadata) },
    // Deleting a namespace deletes everything in it, in one call. That must never be a side effect of an update: a namespace
    // without services stays, and is taken over when a service comes back.
    { parent, retainOnDelete: true },
  );
  const child = { parent, dependsOn: [namespace] };
  return {
    namespace,
    quota: new kubernetes.core.v1.ResourceQuota(`${name}-quota`, manifests.quota, child),
    limitRange: new kubernetes.core.v1.LimitRange(`${name}-limits`, manifests.limitRange, child),
    defaultDeny: new kubernetes.networking.v1.NetworkPolicy(`${name}-deny`, manifests.defaultDeny, child),
    allowDns: new kubernetes.networking.v1.NetworkPolicy(`${name}-dns`, manifests.allowDns, child),
    servicesAuthority: createServicesAuthority(name, manifests, child),
    registrySecret:
      manifests.pullSecret === undefined
        ? undefined
        : createRegistrySecret(`${name}-registry`, manifests.pullSecret, child),
    hostCertificates: createHostCertificates(name, certificates, verified, child),
  };
}

function createServicesAuthority(
  name: string,
  manifests: NamespaceManifests,
  child: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { authority } = manifests;
  if (authority === undefined) return [];
  const { metadata } = withPatchForce({
    metadata: { name: servicesAuthority, namespace: manifests.name, labels: siteLabels },
  });
  const data = { [servicesAuthorityFile]: authority.certificate };
  return [
    ...(authority.forms.configMap
      ? [
          new kubernetes.core.v1.ConfigMap(
            `${name}-services-ca`,
            { apiVersion: "v1", kind: "ConfigMap", metadata, data },
            child,
          ),
        ]
      : []),
    ...(authority.forms.secret
      ? [
          new kubernetes.core.v1.Secret(
            `${name}-services-ca-secret`,
            { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: data },
            child,
          ),
        ]
      : []),
  ];
}

function createRegistrySecret(
  name: string,
  manifests: PullSecretManifests,
  child: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): kubernetes.apiextensions.CustomResource {
  new kubernetes.core.v1.ServiceAccount(`${name}-account`, manifests.serviceAccount, child);
  new kubernetes.core.v1.ConfigMap(`${name}-authority`, manifests.authority, child);
  const store = new kubernetes.apiextensions.CustomResource(`${name}-store`, manifests.secretStore, child);
  return new kubernetes.apiextensions.CustomResource(`${name}-secret`, manifests.externalSecret, {
    ...child,
    dependsOn: [store],
  });
}
