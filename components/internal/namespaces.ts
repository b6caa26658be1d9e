import type { Microservice } from "../microservice.ts";
import type {
  LimitRangeManifest,
  NamespaceManifest,
  PriorityClassManifest,
  ResourceQuotaManifest,
} from "./manifests.ts";
import { add, containerNeed, most, type Need, nothing, times, unstatedLimits, unstatedRequests } from "./podNeed.ts";
import { compareText } from "./problems.ts";
import { formatBytes, formatCpu } from "./quantity.ts";
import { workloadNeed } from "./workloadNeed.ts";

const managed = { "app.kubernetes.io/managed-by": "pulumi" };

/** The services of each namespace, both in the order of their names. */
export function groupByNamespace(services: readonly Microservice[]): ReadonlyMap<string, readonly Microservice[]> {
  const sorted = services.toSorted((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name));
  return Map.groupBy(sorted, ({ namespace }) => namespace);
}

/**
 * A namespace with Pod Security enforced, warned of and audited at `restricted`; at `baseline` only where a service's
 * exception needs it.
 */
export function planNamespace(name: string, services: readonly Microservice[]): NamespaceManifest {
  const level = services.some(({ securityExceptions }) => securityExceptions?.runAsRoot !== undefined)
    ? "baseline"
    : "restricted";
  const cardholder = services.some(({ cardholderData }) => cardholderData === true);
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...managed,
        "gemelos.dev/cardholder-data": String(cardholder),
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    },
  };
}

/** What a namespace needs at most: a rollout of every service at its most replicas whose old pods have not ended yet. */
export function namespaceNeed(services: readonly Microservice[]): Need & { readonly pods: number } {
  return services
    .map(workloadNeed)
    .reduce<Need & { readonly pods: number }>(
      (sum, { pods, pod }) => ({ pods: sum.pods + pods, ...add(sum, times(pods, pod)) }),
      { pods: 0, ...nothing },
    );
}

/** The quota that admits that need and nothing beyond it. CPU limits are not counted: services may go without. */
export function planQuota(namespace: string, services: readonly Microservice[]): ResourceQuotaManifest {
  const need = namespaceNeed(services);
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "services", namespace, labels: managed },
    spec: {
      hard: {
        pods: String(need.pods),
        "requests.cpu": formatCpu(need.cpuRequests),
        "requests.memory": formatBytes(need.memoryRequests),
        "limits.memory": formatBytes(need.memoryLimits),
        "requests.ephemeral-storage": formatBytes(need.storageRequests),
        "limits.ephemeral-storage": formatBytes(need.storageLimits),
      },
    },
  };
}

/** Defaults for containers that state nothing, and the largest memory and storage that any container asks for. */
export function planLimitRange(namespace: string, services: readonly Microservice[]): LimitRangeManifest {
  const largest = services
    .map((service) => workloadNeed(service).largestContainer)
    .reduce(most, containerNeed({ resources: { limits: unstatedLimits } }));
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "containers", namespace, labels: managed },
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

/** The site's three priority classes; the numbers leave room between them and stay below the cluster's own. */
export const priorityClasses: readonly PriorityClassManifest[] = [
  priorityClass("citizen-facing", 100_000, "Services that citizens wait for"),
  priorityClass("standard", 10_000, "Services that other services wait for"),
  priorityClass("batch", 1_000, "Work that may wait: the first to yield when a node is full"),
];

function priorityClass(name: string, value: number, description: string): PriorityClassManifest {
  return {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name, labels: managed },
    value,
    description,
    globalDefault: false,
    preemptionPolicy: "PreemptLowerPriority",
  };
}
