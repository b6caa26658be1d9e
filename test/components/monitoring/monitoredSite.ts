import type { ResolvedMicroservice } from "../../../components/description/index.ts";
import { monitoringManifests } from "../../../components/monitoring/monitoringManifests.ts";
import { type MonitoringPlan, monitoringPlan } from "../../../components/monitoring/plan.ts";
import { ruleGroups } from "../../../components/monitoring/rules/index.ts";
import type { Site } from "../../../components/siteData.ts";
import type { PrometheusMonitoring } from "../../../components/siteMonitoring.ts";
import { resolved } from "../../support/fixtures.ts";
import { readSiteFile, siteText } from "../../support/wrongInput.ts";

/** The example site dc1, which makes its own monitoring. */
export const site: Site = await readSiteFile(siteText);

/** Two services of two namespaces; one is exposed, and the other speaks TLS on a port of its own for metrics. */
export const services: readonly ResolvedMicroservice[] = [
  resolved({ exposure: { host: "api" } }),
  resolved({
    ...{ name: "archive", namespace: "documents", owner: "the archive's people" },
    metrics: { path: "/metrics", port: 9404 },
    autoscaling: { minReplicas: 3, maxReplicas: 5 },
  }),
];

/** The example site with other monitoring of its own. */
export function siteWith(stated: Partial<PrometheusMonitoring>): Site {
  const { monitoring } = site;
  if (monitoring?.kind !== "prometheus") throw new Error("the example site does not make its own monitoring");
  return { ...site, monitoring: { ...monitoring, ...stated } };
}

/** A site's monitoring without dashboards, whose library takes long to load. */
export function manifestsOf(where: Site = site) {
  return monitoringManifests(where, services, { ruleGroups, dashboards: () => [] });
}

/** The plan of a site that makes its own monitoring. */
export function planOf(where: Site = site): MonitoringPlan {
  const plan = monitoringPlan(where, services);
  if (plan === undefined) throw new Error(`${where.name} does not make its own monitoring`);
  return plan;
}
