import type { MonitoringContext } from "../context.ts";
import { capacityDashboard } from "./capacity.ts";
import { dashboardJson } from "./dashboardJson.ts";
import { nodeDashboard } from "./node.ts";
import type { DashboardPlan } from "./panel.ts";
import { serviceDashboard } from "./service.ts";
import { sitesDashboard } from "./sites.ts";

/** What dashboards know of a site. */
type DashboardContext = Pick<MonitoringContext, "site" | "peer"> & {
  readonly nodes: readonly Pick<MonitoringContext["nodes"][number], "kind" | "zone">[];
};

/** A dashboard as Grafana is provisioned with it. */
export interface DashboardFile {
  /** Name of the file, with its ending. */
  readonly file: string;
  readonly title: string;
  /** Grafana's own JSON. */
  readonly json: string;
}

/**
 * The dashboards of a site's Grafana. It has a data source for each site's Prometheus, of type `prometheus`, whose name and
 * `uid` are the site's name: each dashboard shows the site that one chooses, and its own at first.
 */
export function dashboards(context: DashboardContext): DashboardFile[] {
  return dashboardPlans(context).map((plan) => ({
    file: `${plan.file}.json`,
    title: plan.title,
    json: JSON.stringify(dashboardJson(plan, context)),
  }));
}

function dashboardPlans({ nodes }: DashboardContext): DashboardPlan[] {
  return [
    sitesDashboard,
    nodeDashboard(nodes.some(({ kind }) => kind === "metal")),
    serviceDashboard,
    capacityDashboard(nodes.some(({ zone }) => zone !== undefined)),
  ];
}
