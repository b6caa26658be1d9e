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
import { compareText } from "./diagnostic.ts";
import {
  applyTransform,
  type LimitRangeManifest,
  type NamespaceManifest,
  type NetworkPolicyManifest,
  type PriorityClassManifest,
  type ResourceQuotaManifest,
  type Transform,
} from "./kubernetes/index.ts";
import type { MicroserviceVault } from "./siteData.ts";
import { type PullSecretManifests, pullSecretManifests } from "./vault/index.ts";
import type { WorkloadResources } from "./workload/index.ts";

/** A service for which a {@link Datacenter} prepares a namespace. A `MicroserviceManifests` can be passed as one. */
export interface DatacenterService {
  readonly microservice: ResolvedMicroservice;
  /**
   * What its pods need of the namespace's quota and limits.
   * @default nothing: the service is not released yet, and the namespace's quota has no room for its pods
   */
  readonly resources?: WorkloadResources;
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
   * Escape hatch: modify any generated object, such as a quota, for pods that others put into a namespace.
   * @default none
   */
  readonly transforms?: DatacenterTransforms;
}

/**
 * Escape hatch: one typed function an object kind; each gets the whole generated manifest and returns the one to register.
 */
export interface DatacenterTransforms {
  readonly namespace?: Transform<NamespaceManifest>;
  readonly resourceQuota?: Transform<ResourceQuotaManifest>;
  readonly limitRange?: Transform<LimitRangeManifest>;
  readonly networkPolicy?: Transform<NetworkPolicyManifest>;
  readonly priorityClass?: Transform<PriorityClassManifest>;
}

/** The resources of one namespace of a {@link Datacenter}. */
export interface NamespaceResources {
  readonly namespace: kubernetes.core.v1.Namespace;
  readonly quota: kubernetes.core.v1.ResourceQuota;
  readonly limitRange: kubernetes.core.v1.LimitRange;
  readonly defaultDeny: kubernetes.networking.v1.NetworkPolicy;
  readonly allowDns: kubernetes.networking.v1.NetworkPolicy;
  /** The ExternalSecret that makes the Secret `registry`; undefined where that is not managed. */
  readonly registrySecret: kubernetes.apiextensions.CustomResource | undefined;
}

/** The children of a {@link Datacenter}. */
export interface DatacenterResources {
  readonly namespaces: ReadonlyMap<string, NamespaceResources>;
  readonly priorityClasses: readonly kubernetes.scheduling.v1.PriorityClass[];
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
    const needs = prerequisitesOf(
      args.services.map(({ microservice }) => microservice),
      args.registry !== undefined,
    );
    const ready = pulumi.all([this.clusterUid, ...checkPrerequisites(name, needs, reads)]);
    const verified = <Value>(value: Value): pulumi.Output<Value> => ready.apply(() => value);
    const { transforms = {} } = args;
    const namespaces = namespacesManifests(args, transforms);
    const classes = priorityClasses.map((manifest) => applyTransform(transforms.priorityClass, manifest, "Datacenter"));
    this.resources = {
      namespaces: new Map(
        namespaces.map((each) => [each.name, createNamespace(`${name}-${each.name}`, each, verified, this)]),
      ),
      priorityClasses: classes.map(
        (manifest, index) =>
          new kubernetes.scheduling.v1.PriorityClass(
            `${name}-priority-${priorityClasses[index]?.metadata.name}`,
            { ...manifest, metadata: verified(manifest.metadata) },
            { parent: this },
          ),
      ),
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
    const { quota, limitRange, defaultDeny, allowDns, registrySecret } = resources;
    return [quota, limitRange, defaultDeny, allowDns, ...(registrySecret === undefined ? [] : [registrySecret])];
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
}

/** Builds the namespaces, and the services in each, in the order of their names. */
function namespacesManifests(
  { services, vault, registry }: DatacenterArgs,
  transforms: DatacenterTransforms,
): NamespaceManifests[] {
  const sorted = services.toSorted(
    ({ microservice: a }, { microservice: b }) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name),
  );
  const file = "Datacenter";
  return [...Map.groupBy(sorted, ({ microservice }) => microservice.namespace)].map(([name, inside]) => {
    const microservices = inside.map(({ microservice }) => microservice);
    const workloads = inside.flatMap(({ resources }) => (resources === undefined ? [] : [resources]));
    return {
      name,
      namespace: applyTransform(transforms.namespace, namespaceManifest(name, microservices), file),
      quota: applyTransform(transforms.resourceQuota, resourceQuotaManifest(name, workloads), file),
      limitRange: applyTransform(transforms.limitRange, limitRangeManifest(name, workloads), file),
      defaultDeny: applyTransform(transforms.networkPolicy, defaultDenyManifest(name), file),
      allowDns: applyTransform(transforms.networkPolicy, allowDnsManifest(name), file),
      pullSecret:
        vault === undefined || registry === undefined ? undefined : pullSecretManifests(name, vault, registry),
    };
  });
}

function createNamespace(
  name: string,
  manifests: NamespaceManifests,
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
    registrySecret:
      manifests.pullSecret === undefined
        ? undefined
        : createRegistrySecret(`${name}-registry`, manifests.pullSecret, child),
  };
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
