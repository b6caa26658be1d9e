import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type PodDisruptionBudgetManifest, selectorLabels } from "../kubernetes/index.ts";

/**
 * The disruption budget: half of the replicas stay while nodes are drained. None where a single replica may be all
 * there is, since a budget over one replica blocks every drain; none while the service is paused.
 */
export function podDisruptionBudgetManifest({
  name,
  namespace,
  autoscaling,
  paused,
}: ResolvedMicroservice): PodDisruptionBudgetManifest | undefined {
  if (autoscaling.minReplicas < 2 || paused) return undefined;
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace, labels: commonLabels(name, namespace) },
    spec: {
      minAvailable: "50%",
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorLabels(name) },
    },
  };
}
