import { type ReplicaPeak, raiseReplicas } from "../../components/catalogue/index.ts";
import type { Site } from "../../components/siteData.ts";
import type { SitePeaks } from "../../site.ts";
import { capacityWarnings, siteCapacity } from "./capacity.ts";
import type { MonitoringNeeds } from "./monitoringNeeds.ts";
import type { ServiceRow } from "./serviceRow.ts";

/**
 * What is to be known of a site's peaks, one sentence each: that one lasts, and what the loss of a host or a zone would do in
 * each, before it comes.
 */
export function peakWarnings(
  { all, lasting }: SitePeaks,
  rows: readonly ServiceRow[],
  nodes: Site["nodes"],
  monitoring: MonitoringNeeds,
): string[] {
  const usual = capacityWarnings(siteCapacity(rows, nodes, monitoring));
  return [
    ...lasting.map(({ name }) => `the peak ${name} lasts, so that services have more replicas (gemelos:peak)`),
    ...all.flatMap((peak) =>
      capacityWarnings(siteCapacity(raised(rows, peak), nodes, monitoring))
        .filter((warning) => !usual.includes(warning))
        .map((warning) => `in the peak ${peak.name}, ${warning}`),
    ),
  ];
}

/** The rows as they are in a peak; a service that is paused stays so. */
function raised(rows: readonly ServiceRow[], peak: ReplicaPeak): ServiceRow[] {
  return rows.map((row) => {
    const { min, max } = row.replicas;
    if (max === 0) return row;
    const scaled = { name: row.service, autoscaling: { minReplicas: min, maxReplicas: max } };
    const { minReplicas, maxReplicas } = raiseReplicas(scaled, [peak]).autoscaling;
    return { ...row, replicas: { min: minReplicas, max: maxReplicas } };
  });
}
