import { type PodSpec, podResources } from "../../components/kubernetes/index.ts";
import { partServices, podsOf, type Sizing, sizing } from "../../components/monitoring/index.ts";
import type { Site } from "../../components/siteData.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { SiteManifest } from "../../recorder/siteRun.ts";

/** What a site's own monitoring asks of its workers, and what follows from how much it watches. */
export interface MonitoringNeeds {
  readonly replicas: number;
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Undefined where the site makes no Prometheus. */
  readonly sizing: Sizing | undefined;
  /** What an operator puts into Vault for it. */
  readonly supplied: readonly { readonly service: string; readonly key: string }[];
}

/** The pods of a manifest of monitoring, and how many there are on a number of workers; undefined where it makes none. */
export interface MonitoringPods {
  readonly pod: { readonly cpu: number; readonly memory: number };
  readonly replicas: number | "each node";
}

/** Reads the pods of an object of the component `Monitoring`. */
export function monitoringPods({ name, manifest }: SiteManifest): MonitoringPods | undefined {
  const spec = at(manifest, "spec", "template", "spec");
  if (!name.startsWith("monitoring-") || !isPodSpec(spec)) return undefined;
  const { cpuRequests: cpu, memoryRequests: memory } = podResources(spec);
  const replicas = manifest["kind"] === "DaemonSet" ? "each node" : Number(at(manifest, "spec", "replicas") ?? 1);
  return { pod: { cpu, memory }, replicas };
}

/** Registered objects come from typed builders, so checking for containers is enough. */
function isPodSpec(value: unknown): value is PodSpec {
  return Array.isArray(at(value, "containers"));
}

/** Sums up what a site's monitoring needs. */
export function monitoringNeeds(
  site: Site,
  services: readonly Pick<PlainMicroservice, "autoscaling" | "paused">[],
  workloads: readonly MonitoringPods[],
): MonitoringNeeds {
  const workers = site.nodes.filter(({ role }) => role === "worker").length;
  const counted = workloads.map(({ pod, replicas }) => ({ pod, count: replicas === "each node" ? workers : replicas }));
  const sum = (of: (each: (typeof counted)[number]) => number) => counted.reduce((total, each) => total + of(each), 0);
  const own = site.monitoring?.kind === "prometheus" ? site.monitoring : undefined;
  const { retentionDays } = own ?? {};
  return {
    replicas: sum(({ count }) => count),
    cpu: sum(({ pod, count }) => pod.cpu * count),
    memory: sum(({ pod, count }) => pod.memory * count),
    sizing:
      own === undefined
        ? undefined
        : sizing({
            nodes: site.nodes.length,
            pods: podsOf(services),
            ...(retentionDays === undefined ? {} : { retentionDays }),
          }),
    supplied: partServices(site, 0).flatMap(({ name, secrets }) =>
      secrets.stored.map(({ key }) => ({ service: name, key })),
    ),
  };
}
