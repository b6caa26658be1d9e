/** What watches a site: what is known of it, and the objects and configurations that follow. */

export { answeringStatuses } from "./blackboxConfiguration.ts";
export {
  type MonitoredNode,
  type MonitoredObjectives,
  type MonitoredService,
  type MonitoredSite,
  type MonitoringContext,
  monitoringContext,
} from "./context.ts";
export { monitoringContent } from "./monitoringContent.ts";
export {
  type MonitoringContent,
  type MonitoringManifests,
  monitoringManifests,
} from "./monitoringManifests.ts";
export type { MonitoringManifest } from "./objects.ts";
export { partNames, partServices, secretKeys, withoutParts } from "./parts.ts";
export { podsOf } from "./plan.ts";
export { alertSettingProblems } from "./rules/settings.ts";
export { prometheusUser } from "./scrapeJobs.ts";
export { type Sizing, sizing } from "./sizing.ts";
