import { type NetworkPolicyManifest, podPeer, siteLabels } from "../kubernetes/index.ts";

/** Closes a namespace in both directions for every pod in it. What may pass is said by further policies. */
export function defaultDenyManifest(namespace: string): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "default-deny", namespace, labels: siteLabels },
    // The empty lists say the same as none; stated, they are the program's own, so that a rule added by hand is found.
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
  };
}

/** Opens DNS to the cluster's own resolver and to nobody else. */
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
