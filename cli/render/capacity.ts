import { quantity } from "../../components/kubernetes/index.ts";
import type { Site } from "../../components/siteData.ts";
import type { ServiceRow } from "./serviceRow.ts";

/** CPU in cores and memory in bytes. */
interface Capacity {
  readonly cpu: number;
  readonly memory: number;
}

/** Resource requests of a site's services, and the capacity of its workers. */
export interface SiteCapacity {
  /** Total replicas and requests with every service at its minimum, and at its maximum, of replicas. */
  readonly least: Capacity & { readonly replicas: number };
  readonly most: Capacity & { readonly replicas: number };
  /** Capacity of all workers, and the capacity left after losing the largest one. */
  readonly workers: Capacity & { readonly count: number };
  readonly withoutLargest: Capacity;
}

/** Computes the totals of a site. */
export function siteCapacity(services: readonly ServiceRow[], nodes: Site["nodes"]): SiteCapacity {
  const workers = nodes
    .filter(({ role }) => role === "worker")
    .map((node) => ({ cpu: quantity(node.cpu), memory: quantity(node.memory) }));
  const all = workers.reduce(add, { cpu: 0, memory: 0 });
  return {
    least: requested(services, "min"),
    most: requested(services, "max"),
    workers: { ...all, count: workers.length },
    withoutLargest: {
      cpu: all.cpu - Math.max(...workers.map(({ cpu }) => cpu)),
      memory: all.memory - Math.max(...workers.map(({ memory }) => memory)),
    },
  };
}

/** Warnings about a site's capacity, one sentence each. */
export function capacityWarnings({ most, withoutLargest }: SiteCapacity): string[] {
  const short = (["cpu", "memory"] as const).filter((resource) => most[resource] > withoutLargest[resource]);
  if (short.length === 0) return [];
  return [
    `with all services at maximum replicas, ${short.join(" and ")} requests exceed the workers' capacity without the largest worker`,
  ];
}

function requested(services: readonly ServiceRow[], bound: "min" | "max"): Capacity & { replicas: number } {
  return services.reduce(
    (sum, { replicas, pod }) => ({
      replicas: sum.replicas + replicas[bound],
      cpu: sum.cpu + replicas[bound] * pod.cpu,
      memory: sum.memory + replicas[bound] * pod.memory,
    }),
    { replicas: 0, cpu: 0, memory: 0 },
  );
}

function add(a: Capacity, b: Capacity): Capacity {
  return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory };
}
