/** What watches a site: what is known of it, and the objects and configurations that follow. */
export {
  type MonitoredNode,
  type MonitoredObjectives,
  type MonitoredService,
  type MonitoredSite,
  type MonitoringContext,
  monitoringContext,
} from "./context.ts";
