import { formatValue } from "../diagnostic.ts";
import type { Container, PodSpec } from "./manifests.ts";
import { parseQuantity, quantity } from "./quantity.ts";

/** Defaults for a container without resources, such as one that an admission webhook adds. */
export const unstatedRequests = { cpu: "50m", memory: "128Mi", "ephemeral-storage": "64Mi" } as const;
export const unstatedLimits = { memory: "256Mi", "ephemeral-storage": "128Mi" } as const;

/** Sums of the resources that a ResourceQuota counts: CPU in cores, the others in bytes. */
export interface ResourceTotals {
  readonly cpuRequests: number;
  readonly memoryRequests: number;
  readonly memoryLimits: number;
  readonly storageRequests: number;
  readonly storageLimits: number;
}

/** Resource totals of nothing. */
export const noResources: ResourceTotals = {
  cpuRequests: 0,
  memoryRequests: 0,
  memoryLimits: 0,
  storageRequests: 0,
  storageLimits: 0,
};

/**
 * What a quota counts for one pod: the containers and sidecars that run side by side or the most demanding init container,
 * whichever is more (Kubernetes' rule for a pod's effective requests and limits).
 */
export function podResources({ containers, initContainers = [], overhead = {} }: PodSpec): ResourceTotals {
  let sidecars = noResources;
  let atStart = noResources;
  for (const container of initContainers) {
    const totals = containerResources(container);
    if (container.restartPolicy === "Always") sidecars = addResources(sidecars, totals);
    atStart = maxResources(atStart, container.restartPolicy === "Always" ? sidecars : addResources(sidecars, totals));
  }
  const running = containers.map(containerResources).reduce(addResources, sidecars);
  const { cpu = 0, memory = 0 } = amounts(overhead);
  return addResources(maxResources(running, atStart), {
    ...noResources,
    cpuRequests: cpu,
    memoryRequests: memory,
    memoryLimits: memory,
  });
}

/** A multiple of resource totals. */
export function multiplyResources(factor: number, totals: ResourceTotals): ResourceTotals {
  return map((key) => factor * totals[key]);
}

/** The sum of two resource totals. */
export function addResources(a: ResourceTotals, b: ResourceTotals): ResourceTotals {
  return map((key) => a[key] + b[key]);
}

/** The larger of two resource totals, resource by resource. */
export function maxResources(a: ResourceTotals, b: ResourceTotals): ResourceTotals {
  return map((key) => Math.max(a[key], b[key]));
}

/** The resources of one container, with the defaults of the namespace's LimitRange for what it does not state. */
export function containerResources({ resources = {} }: Pick<Container, "resources">): ResourceTotals {
  const limits = { ...amounts(unstatedLimits), ...amounts(resources.limits) };
  // A container with a limit and no request gets the limit as its request, before any LimitRange applies.
  const requests = { ...amounts(unstatedRequests), ...amounts(resources.limits), ...amounts(resources.requests) };
  return {
    cpuRequests: requests["cpu"] ?? 0,
    memoryRequests: requests["memory"] ?? 0,
    memoryLimits: limits["memory"] ?? 0,
    storageRequests: requests["ephemeral-storage"] ?? 0,
    storageLimits: limits["ephemeral-storage"] ?? 0,
  };
}

/**
 * Why the API server would refuse a pod for the resources of its containers: not a quantity, or a request above the limit.
 */
export function podResourceErrors({ containers, initContainers = [] }: PodSpec): string[] {
  return [...initContainers, ...containers].flatMap(({ name, resources = {} }) => {
    const wrong = Object.entries({ requests: resources.requests, limits: resources.limits }).flatMap(
      ([field, quantities = {}]) =>
        Object.entries(quantities)
          .filter(([, text]) => parseQuantity(String(text)) === undefined)
          .map(
            ([resource, text]) =>
              `container ${name}: resources.${field}.${resource} ${formatValue(text)} is no quantity`,
          ),
    );
    if (wrong.length > 0) return wrong;
    const { memoryRequests, memoryLimits, storageRequests, storageLimits } = containerResources({ resources });
    const above = (resource: keyof typeof unstatedLimits) => {
      const limit = resources.limits?.[resource];
      const shown = limit ?? `${unstatedLimits[resource]}, the namespace's default`;
      return [
        `container ${name}: the request of ${resource} ${formatValue(resources.requests?.[resource])} is above its limit ${shown}; state a limit of at least the request`,
      ];
    };
    return [
      ...(memoryRequests > memoryLimits ? above("memory") : []),
      ...(storageRequests > storageLimits ? above("ephemeral-storage") : []),
    ];
  });
}

function amounts(quantities: Readonly<Record<string, string>> = {}): Record<string, number> {
  return Object.fromEntries(
    Object.entries(quantities).map(([resource, text]) => [
      resource,
      parseQuantity(String(text)) === undefined ? 0 : quantity(String(text)),
    ]),
  );
}

function map(of: (key: keyof ResourceTotals) => number): ResourceTotals {
  return {
    cpuRequests: of("cpuRequests"),
    memoryRequests: of("memoryRequests"),
    memoryLimits: of("memoryLimits"),
    storageRequests: of("storageRequests"),
    storageLimits: of("storageLimits"),
  };
}
