/** Rules of Prometheus: what is recorded, and alerts as typed data, an area a file. */
export { alerts } from "./alerts.ts";
export type { RuleGroup } from "./ruleGroup.ts";
export { ruleGroups } from "./ruleGroups.ts";
