import { quantity } from "../../components/kubernetes/index.ts";
import type { Site } from "../../components/siteData.ts";
import { machineOf } from "../../components/workload/index.ts";
import type { ServiceRow } from "./serviceRow.ts";

/** CPU in cores and memory in bytes. */
interface Capacity {
  readonly cpu: number;
  readonly memory: number;
}

/** The capacity of the workers that are left when a host, with all of its VMs, or a zone is lost. */
export interface Loss extends Capacity {
  readonly kind: "host" | "zone";
  /** The host's name, which is the node's own unless it is a VM; or the zone's. */
  readonly name: string;
  /** How many workers are lost. */
  readonly workers: number;
}

/** Resource requests of a site's services, and the capacity of its workers. */
export interface SiteCapacity {
  /** Total replicas and requests with every service at its minimum, and at its maximum, of replicas. */
  readonly least: Capacity & { readonly replicas: number };
  readonly most: Capacity & { readonly replicas: number };
  /** Capacity of all workers. */
  readonly workers: Capacity & { readonly count: number };
  /** What the loss of each host with a worker leaves, then of each zone that has not all workers, as the inventory has them. */
  readonly losses: readonly Loss[];
}

type Node = Site["nodes"][number];

/** Computes the totals of a site: its services, and what watches them. */
export function siteCapacity(
  services: readonly ServiceRow[],
  nodes: Site["nodes"],
  monitoring: Capacity & { readonly replicas: number } = { cpu: 0, memory: 0, replicas: 0 },
): SiteCapacity {
  const workers = nodes.filter(({ role }) => role === "worker");
  const all = sum(workers);
  const losses = (kind: Loss["kind"], nameOf: (node: Node) => string | undefined): Loss[] =>
    [...Map.groupBy(workers, nameOf)].flatMap(([name, lost]) => {
      const { cpu, memory } = sum(lost);
      return name === undefined
        ? []
        : [{ kind, name, workers: lost.length, cpu: all.cpu - cpu, memory: all.memory - memory }];
    });
  return {
    least: requested(services, "min", monitoring),
    most: requested(services, "max", monitoring),
    workers: { ...all, count: workers.length },
    losses: [
      ...losses("host", machineOf),
      ...losses("zone", ({ zone }) => zone).filter(({ workers: lost }) => lost < workers.length),
    ],
  };
}

/** The host and the zone whose loss leaves least; no zone where fewer than two have workers. */
export function worstLosses({ losses, most }: SiteCapacity): Loss[] {
  // How much of what is left is requested at most.
  const load = (left: Capacity) => Math.max(most.cpu / left.cpu, most.memory / left.memory);
  return (["host", "zone"] as const).flatMap((kind) => {
    const [first, ...others] = losses.filter((loss) => loss.kind === kind);
    if (first === undefined) return [];
    return [others.reduce((worst, loss) => (load(loss) > load(worst) ? loss : worst), first)];
  });
}

/** Warnings about a site's capacity, one sentence each. */
export function capacityWarnings(capacity: SiteCapacity): string[] {
  return worstLosses(capacity).flatMap((loss) => {
    const short = (["cpu", "memory"] as const).filter((resource) => capacity.most[resource] > loss[resource]);
    if (short.length === 0) return [];
    return [
      `with all services at maximum replicas, ${short.join(" and ")} requests exceed what the workers have without ${loss.kind} ${loss.name}`,
    ];
  });
}

function requested(
  services: readonly ServiceRow[],
  bound: "min" | "max",
  monitoring: Capacity & { readonly replicas: number },
): Capacity & { replicas: number } {
  return services.reduce(
    (total, { replicas, pod }) => ({
      replicas: total.replicas + replicas[bound],
      cpu: total.cpu + replicas[bound] * pod.cpu,
      memory: total.memory + replicas[bound] * pod.memory,
    }),
    { ...monitoring },
  );
}

function sum(nodes: readonly Node[]): Capacity {
  return nodes.reduce(
    (total, node) => ({ cpu: total.cpu + quantity(node.cpu), memory: total.memory + quantity(node.memory) }),
    { cpu: 0, memory: 0 },
  );
}
