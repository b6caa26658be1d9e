import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { NamespaceManifest } from "./internal/manifests.ts";
import { groupByNamespace, planLimitRange, planNamespace, planQuota, priorityClasses } from "./internal/namespaces.ts";
import { planAllowDns, planDefaultDeny } from "./internal/network.ts";
import type { Microservice } from "./microservice.ts";

/** Arguments of a {@link Datacenter}. */
export interface DatacenterArgs {
  /**
   * UID of the cluster's `kube-system` namespace, which no other cluster has:
   * `kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'`.
   */
  readonly clusterIdentity: string;
  /** The services that will run here: their namespaces, quotas and limits follow from them. */
  readonly services: readonly Microservice[];
}

/** The resources of one namespace of a {@link Datacenter}. */
export interface NamespaceNodes {
  readonly namespace: kubernetes.core.v1.Namespace;
  readonly quota: kubernetes.core.v1.ResourceQuota;
  readonly limitRange: kubernetes.core.v1.LimitRange;
  readonly defaultDeny: kubernetes.networking.v1.NetworkPolicy;
  readonly allowDns: kubernetes.networking.v1.NetworkPolicy;
}

/** The objects of a {@link Datacenter}. */
export interface DatacenterNodes {
  readonly namespaces: ReadonlyMap<string, NamespaceNodes>;
  readonly priorityClasses: readonly kubernetes.scheduling.v1.PriorityClass[];
}

/**
 * What a cluster needs before the first microservice: namespaces that deny all traffic and enforce Pod Security, with
 * quota and limits that fit the services, and the priority classes.
 *
 * Before its first change it reads the cluster's identity. A cluster that is not the expected one fails the update,
 * in preview too, and nothing is changed: every object's name waits for that check.
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
    const verified = <Value>(value: Value): pulumi.Output<Value> => this.clusterIdentity.apply(() => value);
    const groups = groupByNamespace(args.services);
    this.nodes = {
      namespaces: new Map(
        [...groups].map(([namespace, services]) => [
          namespace,
          createNamespace(name, namespace, services, verified, this),
        ]),
      ),
      priorityClasses: priorityClasses.map(
        (manifest) =>
          new kubernetes.scheduling.v1.PriorityClass(
            `${name}-priority-${manifest.metadata.name}`,
            { ...manifest, metadata: verified(manifest.metadata) },
            { parent: this },
          ),
      ),
    };
    this.registerOutputs({ clusterIdentity: this.clusterIdentity, namespaces: [...groups.keys()] });
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
    return [nodes.quota, nodes.limitRange, nodes.defaultDeny, nodes.allowDns];
  }
}

/** Reads the identity and fails where it is another, with both in the message. */
function checkIdentity(name: string, expected: string, parent: pulumi.Resource): pulumi.Output<string> {
  const system = kubernetes.core.v1.Namespace.get(`${name}-kube-system`, "kube-system", { parent });
  return system.metadata.uid.apply((found) => {
    if (found === expected) return found;
    throw new Error(
      `wrong cluster: this stack expects the one whose kube-system namespace has UID ${expected} and reached ${found}. Nothing was changed. Check kubernetes.context in the stack's site file, or correct kubernetes.clusterIdentity if the cluster was rebuilt.`,
    );
  });
}

function createNamespace(
  name: string,
  namespace: string,
  services: readonly Microservice[],
  verified: <Value>(value: Value) => pulumi.Output<Value>,
  parent: pulumi.Resource,
): NamespaceNodes {
  const manifest: NamespaceManifest = planNamespace(namespace, services);
  const resource = new kubernetes.core.v1.Namespace(
    `${name}-${namespace}`,
    { ...manifest, metadata: verified(manifest.metadata) },
    // Deleting a namespace deletes everything in it, in one call: that is never a side effect of an update.
    { parent, protect: true },
  );
  const child = { parent, dependsOn: [resource] };
  return {
    namespace: resource,
    quota: new kubernetes.core.v1.ResourceQuota(`${name}-${namespace}-quota`, planQuota(namespace, services), child),
    limitRange: new kubernetes.core.v1.LimitRange(
      `${name}-${namespace}-limits`,
      planLimitRange(namespace, services),
      child,
    ),
    defaultDeny: new kubernetes.networking.v1.NetworkPolicy(
      `${name}-${namespace}-deny`,
      planDefaultDeny(namespace),
      child,
    ),
    allowDns: new kubernetes.networking.v1.NetworkPolicy(`${name}-${namespace}-dns`, planAllowDns(namespace), child),
  };
}
