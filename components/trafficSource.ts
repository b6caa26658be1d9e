import type { CidrEntry } from "./kubernetes/index.ts";

/** What a node of the cluster is for. */
export type NodeRole = "control-plane" | "worker";

/** None of the fields that only this kind has. */
export type Without<Kind, Common = object> = {
  readonly [Field in Exclude<keyof Kind, keyof Common>]?: never;
};

/** Pods by their namespace and labels. */
export interface SourcePods {
  /**
   * Namespace of the pods. No service of the catalogue may be there, whose namespaces are closed.
   * @example ingress
   */
  readonly namespace: string;
  /**
   * Labels of the pods; at least one.
   * @example { app.kubernetes.io/name: haproxy-ingress }
   */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Addresses, of processes that network policies do not see as pods: on the network of their node, or outside the cluster. */
export interface SourceAddresses {
  /**
   * Roles of the nodes on whose own network the processes run: the nodes' addresses, and those of the tunnels between them.
   * @default no node
   * @example [worker]
   */
  readonly nodeRoles?: readonly NodeRole[];
  /**
   * Further IPv4 or IPv6 CIDRs, outside the cluster.
   * @default none
   * @example [10.1.50.7/32]
   */
  readonly cidrs?: readonly CidrEntry[];
}

/** Where traffic to services comes from, as network policies see it: pods, or addresses, of which there is at least one. */
export type TrafficSource = (SourcePods & Without<SourceAddresses>) | (SourceAddresses & Without<SourcePods>);
