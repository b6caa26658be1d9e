import type { MonitoringContent } from "./monitoringManifests.ts";

/** The rules and dashboards of the project. Loaded where a site has them made, since Grafana's library is large. */
export async function monitoringContent(): Promise<MonitoringContent> {
  const [{ dashboards }, { ruleGroups }] = await Promise.all([
    import("./dashboards/index.ts"),
    import("./rules/index.ts"),
  ]);
  return { ruleGroups, dashboards };
}
