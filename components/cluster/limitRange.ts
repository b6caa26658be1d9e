import {
  containerResources,
  formatBytes,
  type LimitRangeManifest,
  maxResources,
  siteLabels,
  unstatedLimits,
  unstatedRequests,
} from "../kubernetes/index.ts";
import type { WorkloadResources } from "../workload/index.ts";

/**
 * The LimitRange of a namespace: defaults for containers without resources, and the most memory and storage of any
 * container.
 */
export function limitRangeManifest(namespace: string, workloads: readonly WorkloadResources[]): LimitRangeManifest {
  const largest = workloads
    .map((workload) => workload.largestContainer)
    .reduce(maxResources, containerResources({ resources: { limits: unstatedLimits } }));
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "containers", namespace, labels: siteLabels },
    spec: {
      limits: [
        {
          type: "Container",
          defaultRequest: { ...unstatedRequests },
          default: { ...unstatedLimits },
          max: {
            memory: formatBytes(largest.memoryLimits),
            "ephemeral-storage": formatBytes(largest.storageLimits),
          },
        },
      ],
    },
  };
}
