import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkIdentity, checkPrerequisites } from "./clusterChecks.ts";
import type {
  LimitRangeManifest,
  NamespaceManifest,
  NetworkPolicyManifest,
  PriorityClassManifest,
  ResourceQuotaManifest,
} from "./internal/manifests.ts";
import { groupByNamespace, planLimitRange, planNamespace, planQuota, priorityClasses } from "./internal/namespaces.ts";
import { planAllowDns, planDefaultDeny } from "./internal/network.ts";
import { prerequisitesOf } from "./internal/prerequisites.ts";
import { planRegistrySecret, type RegistryPlan } from "./internal/registryCredentials.ts";
import { applyTransform } from "./internal/transform.ts";
import type { Microservice, Transform } from "./microservice.ts";
import type { MicroserviceVault } from "./microserviceSite.ts";
import { VaultSite, type VaultSiteArgs } from "./vaultSite.ts";

/** Arguments of a {@link Datacenter}. */
export interface DatacenterArgs {
  /**
   * UID of the cluster's `kube-system` namespace, which no other cluster has:
   * `kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'`.
   */
  readonly clusterIdentity: string;
  /** The services that will run here: their namespaces, quotas and limits follow from them. */
  readonly services: readonly Microservice[];
  /** The site's Vault: its mounts, login, authority and audit log are made too. Default: none is touched. */
  readonly vault?: MicroserviceVault & Omit<VaultSiteArgs, "after" | "registryNamespaces">;
  /**
   * The registry from which the nodes pull, host with optional port: the operator's credentials come from Vault into the
   * Secret `registry` of each namespace. Needs `vault`. Default: the Secret is somebody else's.
   */
  readonly registry?: string;
  /** The last word on each object, such as a larger quota for pods that others put into a namespace. Default none. */
  readonly transforms?: DatacenterTransforms;
}

/** One typed function an object; each gets the whole manifest and returns the whole manifest. */
export interface DatacenterTransforms {
  readonly namespace?: Transform<NamespaceManifest>;
  readonly resourceQuota?: Transform<ResourceQuotaManifest>;
  readonly limitRange?: Transform<LimitRangeManifest>;
  readonly networkPolicy?: Transform<NetworkPolicyManifest>;
  readonly priorityClass?: Transform<PriorityClassManifest>;
}

/** The resources of one namespace of a {@link Datacenter}. */
export interface NamespaceNodes {
  readonly namespace: kubernetes.core.v1.Namespace;
  readonly quota: kubernetes.core.v1.ResourceQuota;
  readonly limitRange: kubernetes.core.v1.LimitRange;
  readonly defaultDeny: kubernetes.networking.v1.NetworkPolicy;
  readonly allowDns: kubernetes.networking.v1.NetworkPolicy;
  /** What makes the Secret `registry`; undefined where that is somebody else's. */
  readonly registrySecret: kubernetes.apiextensions.CustomResource | undefined;
}

/** The objects of a {@link Datacenter}. */
export interface DatacenterNodes {
  readonly namespaces: ReadonlyMap<string, NamespaceNodes>;
  readonly priorityClasses: readonly kubernetes.scheduling.v1.PriorityClass[];
  /** Undefined where no Vault is stated. */
  readonly vault: VaultSite | undefined;
}

/**
 * What a cluster needs before the first microservice: namespaces that deny all traffic and enforce Pod Security, with
 * quota and limits that fit the services, and the priority classes; and what the site's Vault needs.
 *
 * Before its first change it reads the cluster's identity, and that the operators are there which bring the services their
 * secrets. A cluster that is not the expected one, or that lacks one of them, fails the update, in preview too, and nothing
 * is changed: every object's name waits for that check.
 *
 * @example
 * new Datacenter("datacenter", { clusterIdentity, services: [receipts] }, { providers: [cluster] });
 */
export class Datacenter extends pulumi.ComponentResource {
  /** UID of the cluster's `kube-system` namespace, once it is known to be the expected one. */
  readonly clusterIdentity: pulumi.Output<string>;
  /** Its children. */
  readonly nodes: DatacenterNodes;

  constructor(name: string, args: DatacenterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:Datacenter", name, {}, opts);
    this.clusterIdentity = checkIdentity(name, args.clusterIdentity, this);
    const needs = prerequisitesOf(args.services, args.registry !== undefined);
    const ready = pulumi.all([this.clusterIdentity, ...checkPrerequisites(name, needs, this)]);
    const verified = <Value>(value: Value): pulumi.Output<Value> => ready.apply(() => value);
    const { transforms = {} } = args;
    const plans = planNamespaces(args, transforms);
    const classes = priorityClasses.map((manifest) => applyTransform(transforms.priorityClass, manifest));
    const vault =
      args.vault === undefined
        ? undefined
        : new VaultSite(
            `${name}-vault`,
            {
              ...args.vault,
              after: ready,
              registryNamespaces: args.registry === undefined ? [] : plans.map((plan) => plan.name),
            },
            { parent: this },
          );
    this.nodes = {
      namespaces: new Map(
        plans.map((plan) => [plan.name, createNamespace(`${name}-${plan.name}`, plan, verified, vault, this)]),
      ),
      priorityClasses: classes.map(
        (manifest, index) =>
          new kubernetes.scheduling.v1.PriorityClass(
            `${name}-priority-${priorityClasses[index]?.metadata.name}`,
            { ...manifest, metadata: verified(manifest.metadata) },
            { parent: this },
          ),
      ),
      vault,
    };
    this.registerOutputs({ clusterIdentity: this.clusterIdentity, namespaces: plans.map((plan) => plan.name) });
  }

  /**
   * What must exist before an object is put into a namespace: pass it as `after` to a `JavaMicroservice`.
   * @throws RangeError where no service of `args.services` has that namespace.
   */
  boundary(namespace: string): readonly pulumi.Resource[] {
    const nodes = this.nodes.namespaces.get(namespace);
    if (nodes === undefined) {
      throw new RangeError(
        `namespace "${namespace}" is not one of ${[...this.nodes.namespaces.keys()].join(", ")}; pass the service in the Datacenter's services`,
      );
    }
    // The registry's credentials follow the site's Vault: all of its resources need not be named for each service.
    const last = nodes.registrySecret ?? this.nodes.vault;
    return [nodes.quota, nodes.limitRange, nodes.defaultDeny, nodes.allowDns, ...(last === undefined ? [] : [last])];
  }
}

/** The manifests of one namespace, after their transforms. */
interface NamespacePlan {
  readonly name: string;
  readonly namespace: NamespaceManifest;
  readonly quota: ResourceQuotaManifest;
  readonly limitRange: LimitRangeManifest;
  readonly defaultDeny: NetworkPolicyManifest;
  readonly allowDns: NetworkPolicyManifest;
  readonly registry: RegistryPlan | undefined;
}

function planNamespaces(
  { services, vault, registry }: DatacenterArgs,
  transforms: DatacenterTransforms,
): NamespacePlan[] {
  return [...groupByNamespace(services)].map(([name, inside]) => ({
    name,
    namespace: applyTransform(transforms.namespace, planNamespace(name, inside)),
    quota: applyTransform(transforms.resourceQuota, planQuota(name, inside)),
    limitRange: applyTransform(transforms.limitRange, planLimitRange(name, inside)),
    defaultDeny: applyTransform(transforms.networkPolicy, planDefaultDeny(name)),
    allowDns: applyTransform(transforms.networkPolicy, planAllowDns(name)),
    registry: vault === undefined || registry === undefined ? undefined : planRegistrySecret(name, vault, registry),
  }));
}

function createNamespace(
  name: string,
  plan: NamespacePlan,
  verified: <Value>(value: Value) => pulumi.Output<Value>,
  vault: VaultSite | undefined,
  parent: pulumi.Resource,
): NamespaceNodes {
  const namespace = new kubernetes.core.v1.Namespace(
    name,
    { ...plan.namespace, metadata: verified(plan.namespace.metadata) },
    // Deleting a namespace deletes everything in it, in one call: that is never a side effect of an update.
    { parent, protect: true },
  );
  const child = { parent, dependsOn: [namespace] };
  return {
    namespace,
    quota: new kubernetes.core.v1.ResourceQuota(`${name}-quota`, plan.quota, child),
    limitRange: new kubernetes.core.v1.LimitRange(`${name}-limits`, plan.limitRange, child),
    defaultDeny: new kubernetes.networking.v1.NetworkPolicy(`${name}-deny`, plan.defaultDeny, child),
    allowDns: new kubernetes.networking.v1.NetworkPolicy(`${name}-dns`, plan.allowDns, child),
    registrySecret:
      plan.registry === undefined || vault === undefined
        ? undefined
        : createRegistrySecret(`${name}-registry`, plan.registry, vault, child),
  };
}

function createRegistrySecret(
  name: string,
  plan: RegistryPlan,
  vault: VaultSite,
  child: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): kubernetes.apiextensions.CustomResource {
  new kubernetes.core.v1.ServiceAccount(`${name}-account`, plan.serviceAccount, child);
  new kubernetes.core.v1.ConfigMap(`${name}-authority`, plan.authority, child);
  const store = new kubernetes.apiextensions.CustomResource(`${name}-store`, plan.secretStore, {
    ...child,
    dependsOn: [...child.dependsOn, vault],
  });
  return new kubernetes.apiextensions.CustomResource(`${name}-secret`, plan.externalSecret, {
    ...child,
    dependsOn: [store],
  });
}
