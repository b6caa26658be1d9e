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

/** Defaults for containers that state nothing, and the largest memory and storage that any container asks for. */
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
