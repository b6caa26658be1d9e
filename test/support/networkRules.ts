import { BlockList, isIPv6 } from "node:net";
import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyManifest,
  NetworkPolicyPeer,
} from "../../components/kubernetes/manifests.ts";

/** A pod, as network policies see it. */
export interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An address outside the cluster. */
interface Address {
  readonly address: string;
}

/** A connection that somebody tries to open. */
interface Connection {
  readonly from: Pod | Address;
  readonly to: Pod | Address;
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
}

/**
 * Whether network policies let a connection pass, as the Kubernetes API defines it: a pod that no policy of a
 * direction selects is open in that direction; for the others the union of the rules decides; both ends must agree.
 */
export function passes(policies: readonly NetworkPolicyManifest[], connection: Connection): boolean {
  const { from, to } = connection;
  return (
    admitted(policies, "Egress", from, (policy) =>
      (policy.spec?.egress ?? []).some((rule) => matches(policy, rule.to, rule.ports, to, connection)),
    ) &&
    admitted(policies, "Ingress", to, (policy) =>
      (policy.spec?.ingress ?? []).some((rule) => matches(policy, rule.from, rule.ports, from, connection)),
    )
  );
}

function admitted(
  policies: readonly NetworkPolicyManifest[],
  direction: "Ingress" | "Egress",
  subject: Pod | Address,
  allows: (policy: NetworkPolicyManifest) => boolean,
): boolean {
  if ("address" in subject) return true;
  const isolating = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === subject.namespace &&
      (spec?.policyTypes ?? []).includes(direction) &&
      selects(spec?.podSelector, subject.labels),
  );
  return isolating.length === 0 || isolating.some(allows);
}

function matches(
  policy: NetworkPolicyManifest,
  peers: readonly NetworkPolicyPeer[] | undefined,
  ports: NetworkPolicyIngressRule["ports"] | NetworkPolicyEgressRule["ports"],
  other: Pod | Address,
  { port, protocol = "TCP" }: Connection,
): boolean {
  const anyPeer = peers === undefined || peers.length === 0;
  const anyPort = ports === undefined || ports.length === 0;
  return (
    (anyPeer || peers.some((peer) => isPeer(policy, peer, other))) &&
    (anyPort ||
      ports.some((rule) => {
        if (typeof rule.port === "string") throw new Error("a policy with a named port cannot be evaluated here");
        const first = rule.port ?? 1;
        const last = rule.endPort ?? rule.port ?? 65_535;
        return (rule.protocol ?? "TCP") === protocol && first <= port && port <= last;
      }))
  );
}

function isPeer(policy: NetworkPolicyManifest, peer: NetworkPolicyPeer, other: Pod | Address): boolean {
  if (peer.ipBlock !== undefined) {
    const { cidr, except = [] } = peer.ipBlock;
    return "address" in other && contains(cidr, other.address) && !except.some((hole) => contains(hole, other.address));
  }
  if ("address" in other) return false;
  const inNamespace =
    peer.namespaceSelector === undefined
      ? other.namespace === policy.metadata.namespace
      : selects(peer.namespaceSelector, { "kubernetes.io/metadata.name": other.namespace });
  return inNamespace && (peer.podSelector === undefined || selects(peer.podSelector, other.labels));
}

type Selector = NonNullable<NetworkPolicyPeer["podSelector"]>;

function selects(selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector?.matchExpressions ?? []).every((requirement) => fulfils(requirement, labels))
  );
}

function fulfils(
  { key, operator, values = [] }: NonNullable<Selector["matchExpressions"]>[number],
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key ?? ""];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      throw new Error(`a policy with the operator ${operator} cannot be evaluated here`);
  }
}

function contains(cidr: string, address: string): boolean {
  const [network = "", length = ""] = cidr.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const block = new BlockList();
  block.addSubnet(network, Number(length), family);
  return isIPv6(address) === (family === "ipv6") && block.check(address, family);
}
