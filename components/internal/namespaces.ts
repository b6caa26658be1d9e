import type { Microservice } from "../microservice.ts";
import { resolveMicroservice, surgeReplicas } from "./defaults.ts";
import type {
  LimitRangeManifest,
  NamespaceManifest,
  PriorityClassManifest,
  ResourceQuotaManifest,
} from "./manifests.ts";
import { compareText } from "./problems.ts";
import { formatBytes, formatCpu, quantity } from "./quantity.ts";
import { planResources, podNeed } from "./workload.ts";

const managed = { "app.kubernetes.io/managed-by": "pulumi" };

/** What a container gets that states nothing, such as one that an admission webhook adds. */
const unstated = { cpu: "50m", memory: "128Mi" };
const unstatedLimit = { memory: "256Mi" };

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

/** What a namespace needs at most: every service at its most replicas, and one rollout's surge on top. */
interface NamespaceNeed {
  readonly pods: number;
  readonly cpuRequests: number;
  readonly memoryRequests: number;
  readonly memoryLimits: number;
  readonly storageRequests: number;
  readonly storageLimits: number;
}

/** Adds up a namespace's need, in pods, cores and bytes. A paused service counts in full: it may be resumed. */
export function namespaceNeed(services: readonly Microservice[]): NamespaceNeed {
  return services.map(resolveMicroservice).reduce<NamespaceNeed>(
    (sum, service) => {
      const need = podNeed(service);
      const pods = service.autoscaling.maxReplicas + surgeReplicas(service);
      return {
        pods: sum.pods + pods,
        cpuRequests: sum.cpuRequests + pods * need.cpuRequests,
        memoryRequests: sum.memoryRequests + pods * need.memoryRequests,
        memoryLimits: sum.memoryLimits + pods * need.memoryLimits,
        storageRequests: sum.storageRequests + pods * need.storageRequests,
        storageLimits: sum.storageLimits + pods * need.storageLimits,
      };
    },
    { pods: 0, cpuRequests: 0, memoryRequests: 0, memoryLimits: 0, storageRequests: 0, storageLimits: 0 },
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

/** Defaults for containers that state nothing, and the largest memory that any service of the namespace asks for. */
export function planLimitRange(namespace: string, services: readonly Microservice[]): LimitRangeManifest {
  const resources = services.map((service) => planResources(resolveMicroservice(service)));
  const largest = Math.max(quantity(unstatedLimit.memory), ...resources.map(({ limits }) => quantity(limits.memory)));
  const storage = Math.max(...resources.map(({ limits }) => quantity(limits["ephemeral-storage"])));
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "containers", namespace, labels: managed },
    spec: {
      limits: [
        {
          type: "Container",
          defaultRequest: { ...unstated, "ephemeral-storage": "64Mi" },
          default: { ...unstatedLimit, "ephemeral-storage": "128Mi" },
          max: { memory: formatBytes(largest), "ephemeral-storage": formatBytes(storage) },
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
