import type { SiteMonitoring } from "../siteMonitoring.ts";
import type { SourcePods, TrafficSource } from "../trafficSource.ts";

/** The pods of the site's own Prometheus, which also scrape where a site says nothing of monitoring. */
const prometheusPods: SourcePods = {
  namespace: "monitoring",
  podLabels: { "app.kubernetes.io/name": "prometheus" },
};

/** Who scrapes the services of a site; undefined where nobody does. */
export function scrapersOf(monitoring: SiteMonitoring | undefined): TrafficSource | undefined {
  if (monitoring === undefined || monitoring.kind === "prometheus") return prometheusPods;
  if (monitoring.kind === "none") return undefined;
  if (monitoring.kind === "operator") return { namespace: monitoring.namespace, podLabels: monitoring.podLabels };
  return monitoring;
}
