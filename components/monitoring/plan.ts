import type { ResolvedMicroservice } from "../description/index.ts";
import type { Site } from "../siteData.ts";
import type { PrometheusMonitoring } from "../siteMonitoring.ts";
import { type MonitoringContext, monitoringContext } from "./context.ts";
import { type PartName, partNames, partServices } from "./parts.ts";
import { defaultRetentionDays, type Sizing, sizing } from "./sizing.ts";

/** What the parts of a site's own monitoring are made from. */
export interface MonitoringPlan
  extends Pick<
    Site,
    | "registry"
    | "releases"
    | "vault"
    | "domains"
    | "backingServices"
    | "exposure"
    | "network"
    | "nodes"
    | "storageClass"
  > {
  readonly context: MonitoringContext;
  readonly monitoring: PrometheusMonitoring;
  readonly parts: readonly PartName[];
  /** The parts with pods of their own, as services are described. */
  readonly services: readonly ResolvedMicroservice[];
  readonly sizing: Sizing;
  readonly retentionDays: number;
  /** TCP port of the API servers on their nodes. */
  readonly apiServerPort: number;
  /** How many pods of each there are. */
  readonly replicas: { readonly prometheus: number; readonly alertmanager: number };
}

/** Port of an API server on its own node, as kubeadm and Kubespray have it; a load balancer in front may have another. */
const apiServerPort = 6443;

/** Gathers what a site's own monitoring is made from; undefined where the site does not make it. */
export function monitoringPlan(site: Site, services: readonly ResolvedMicroservice[]): MonitoringPlan | undefined {
  const { monitoring } = site;
  if (monitoring?.kind !== "prometheus") return undefined;
  const pods = podsOf(services);
  const { retentionDays = defaultRetentionDays } = monitoring;
  return {
    ...site,
    monitoring,
    ...{ retentionDays, apiServerPort },
    context: monitoringContext(site, services),
    parts: partNames(site),
    services: partServices(site, pods),
    sizing: sizing({ nodes: site.nodes.length, pods, retentionDays }),
    // Two, each with all series: one may be away. Three, since two that do not see each other would both send.
    replicas: { prometheus: 2, alertmanager: 3 },
  };
}

/** Pods of services at most. */
export function podsOf(services: readonly Pick<ResolvedMicroservice, "autoscaling" | "paused">[]): number {
  return services.reduce((sum, { autoscaling, paused }) => sum + (paused ? 0 : autoscaling.maxReplicas), 0);
}
