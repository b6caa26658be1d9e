import { type NetworkPolicyManifest, podPeer, siteLabels } from "../kubernetes/index.ts";

/**
 * The policy that denies all traffic of every pod in a namespace, in both directions. Further policies open what is needed.
 */
export function defaultDenyManifest(namespace: string): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "default-deny", namespace, labels: siteLabels },
    // Empty lists mean the same as none. Stated, the program owns these fields, so that a rule added by hand is found.
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
  };
}

/** The policy that opens DNS to the cluster's resolver, and to nothing else, for every pod in a namespace. */
export function allowDnsManifest(namespace: string): NetworkPolicyManifest {
  const resolver = podPeer("kube-system", { "k8s-app": "kube-dns" });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "allow-dns", namespace, labels: siteLabels },
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [resolver],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    },
  };
}
