import type { NetworkPolicyPeer } from "./manifests.ts";

/** The peer of a network policy that is the pods with these labels in a namespace. */
export function podPeer(namespace: string, labels: Readonly<Record<string, string>>): NetworkPolicyPeer {
  return {
    // The label that every namespace carries by itself.
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: { ...labels } },
  };
}

const impossible = "gemelos.dev/no-pod";

/** A peer of a network policy that no pod can be: the pods of the namespace whose label has a value and is not there. */
export const noPod: NetworkPolicyPeer = {
  podSelector: {
    matchExpressions: [
      { key: impossible, operator: "In", values: ["true"] },
      { key: impossible, operator: "DoesNotExist" },
    ],
  },
};
