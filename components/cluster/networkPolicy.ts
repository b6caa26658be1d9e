import {
  hostCidr,
  type NetworkPolicyManifest,
  type NetworkPolicyPeer,
  noPod,
  podPeer,
  siteLabels,
} from "../kubernetes/index.ts";
import type { SiteDns } from "../siteData.ts";

/**
 * The policy that denies all traffic of every pod in a namespace, in both directions. Further policies open what is needed.
 */
export function defaultDenyManifest(namespace: string): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "default-deny", namespace, labels: siteLabels },
    // One rule for nobody means the same as no rule, but these lists are then the program's: with server-side apply nobody owns
    // an empty list, and a rule that is added by hand to it would be found by no refresh and removed by no update.
    spec: {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [noPod] }],
      egress: [{ to: [noPod] }],
    },
  };
}

/** The policy that opens DNS to the cluster's resolvers, and to nothing else, for every pod in a namespace. */
export function allowDnsManifest(namespace: string, dns: SiteDns = {}): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "allow-dns", namespace, labels: siteLabels },
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: resolvers(dns),
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    },
  };
}

/** The resolver's pods and the caches on the nodes: to network rules, what runs on a node's own network is no pod. */
function resolvers({ namespace, podLabels, cacheAddresses = [] }: SiteDns): NetworkPolicyPeer[] {
  const caches = cacheAddresses.map((address) => ({ ipBlock: { cidr: hostCidr(address) } }));
  if (namespace !== undefined && podLabels !== undefined) return [podPeer(namespace, podLabels), ...caches];
  return caches.length > 0 ? caches : [podPeer("kube-system", { "k8s-app": "kube-dns" })];
}
