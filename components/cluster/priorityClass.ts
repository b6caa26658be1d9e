import { type PriorityClassManifest, siteLabels } from "../kubernetes/index.ts";

/**
 * The three priority classes of a site. Their values leave room between them and stay below Kubernetes' built-in classes.
 */
export const priorityClasses: readonly PriorityClassManifest[] = [
  priorityClass("citizen-facing", 100_000, "Services that citizens wait for"),
  priorityClass("standard", 10_000, "Services that other services wait for"),
  priorityClass("batch", 1_000, "Work that may wait: the first to yield when a node is full"),
];

function priorityClass(name: string, value: number, description: string): PriorityClassManifest {
  return {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name, labels: siteLabels },
    value,
    description,
    globalDefault: false,
    preemptionPolicy: "PreemptLowerPriority",
  };
}
