import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { readPromql } from "../../../support/promql.ts";

/** A rule of Grafana's dashboard-linter: what is wrong with a dashboard. */
export type LintRule = (dashboard: Dashboard) => string[];

/** A query, as it is in a panel's JSON. */
interface Target {
  readonly expr: string;
  readonly datasource?: { readonly uid?: string };
}

/** The panels of a dashboard, all of them: there are no rows that could be folded. */
export function panelsOf({ panels = [] }: Dashboard): Panel[] {
  // A row alone has `panels` of its own.
  return panels.filter((panel): panel is Panel => !("panels" in panel));
}

/** The queries of a panel. */
export function targetsOf({ targets = [] }: Panel): Target[] {
  // The SDK types a query of any data source; of Prometheus' it is what `dashboardJson` wrote.
  return targets as unknown as Target[];
}

const variables = ({ templating }: Dashboard) => templating?.list ?? [];
const labelVariables = (dashboard: Dashboard) => variables(dashboard).filter(({ type }) => type === "query");
const datasources = (dashboard: Dashboard) =>
  variables(dashboard).flatMap(({ type, name }) => (type === "datasource" ? [name] : []));

/** Each query of the dashboard with the title of its panel. */
function eachQuery(dashboard: Dashboard, problems: (expr: string) => string[]): string[] {
  return panelsOf(dashboard).flatMap((panel) =>
    targetsOf(panel).flatMap(({ expr }) => problems(expr).map((problem) => `${panel.title}: ${problem}: ${expr}`)),
  );
}

function eachPanel(dashboard: Dashboard, problem: (panel: Panel) => string | undefined): string[] {
  return panelsOf(dashboard).flatMap((panel) => {
    const found = problem(panel);
    return found === undefined ? [] : [`${panel.title}: ${found}`];
  });
}

/** What rules have recorded, and what Prometheus itself says of alerts, are of no job. */
const ofNoJob = (metric: string) => metric.includes(":") || metric === "ALERTS" || metric === "up";
const isCounter = (metric: string) => /_(total|count|sum|bucket)$/.test(metric) && !metric.includes(":");
const rates = new Set(["rate", "increase", "irate", "resets", "changes"]);

/** The 15 rules of dashboard-linter for Prometheus, by their names. */
export const lintRules: Readonly<Record<string, LintRule>> = {
  "template-datasource-rule": (dashboard) =>
    datasources(dashboard)[0] === "datasource" ? [] : ["the first variable is no data source named datasource"],
  // Each query states its job; which of a job's things is shown, a variable says.
  "template-job-rule": (dashboard) =>
    labelVariables(dashboard).flatMap(({ name, definition = "" }) => {
      const [, series = ""] = /^label_values\((.*), \w+\)$/.exec(definition) ?? [];
      const ofJob = readPromql(series).selectors.every(
        ({ metric, matchers }) => metric.includes(":") || matchers.job !== undefined,
      );
      return ofJob ? [] : [`${name} is asked of every job`];
    }),
  "template-instance-rule": (dashboard) =>
    labelVariables(dashboard).flatMap(({ name, multi = false, includeAll = false }) =>
      multi || includeAll ? [`${name} may be several: graphs would mix them`] : [],
    ),
  "template-label-promql-rule": (dashboard) =>
    labelVariables(dashboard).flatMap(({ name, definition = "" }) => {
      const series = /^label_values\((.*), (\w+)\)$/.exec(definition)?.[1];
      return series !== undefined && readPromql(series).mistakes.length === 0 ? [] : [`${name}: ${definition}`];
    }),
  "template-on-time-change-reload-rule": (dashboard) =>
    labelVariables(dashboard).flatMap(({ name, refresh }) => (refresh === 2 ? [] : [name])),
  "panel-datasource-rule": (dashboard) =>
    eachPanel(dashboard, (panel) => {
      const known = new Set(datasources(dashboard).map((name) => `\${${name}}`));
      const used = [panel.datasource, ...targetsOf(panel).map(({ datasource }) => datasource)].map(
        (datasource) => datasource?.uid ?? "none",
      );
      return used.every((uid) => known.has(uid) && uid === used[0]) ? undefined : used.join();
    }),
  "panel-title-description-rule": (dashboard) =>
    eachPanel(dashboard, ({ title = "", description = "" }) =>
      title === "" || description.length < 20 ? "no title or no description" : undefined,
    ),
  "panel-units-rule": (dashboard) =>
    eachPanel(dashboard, ({ fieldConfig }) => (fieldConfig?.defaults?.unit ? undefined : "no unit")),
  "panel-no-targets-rule": (dashboard) =>
    eachPanel(dashboard, (panel) => (targetsOf(panel).length > 0 ? undefined : "no query")),
  "target-promql-rule": (dashboard) => eachQuery(dashboard, (expr) => [...readPromql(expr).mistakes]),
  // A longer range that is no rate, such as a day's restarts, is what the panel is about.
  "target-rate-interval-rule": (dashboard) =>
    eachQuery(dashboard, (expr) =>
      readPromql(expr).selectors.flatMap(({ range, within }) =>
        range === undefined || range === "$__rate_interval" || !["rate", "irate"].includes(within[0] ?? "")
          ? []
          : [`range ${range}`],
      ),
    ),
  "target-job-rule": (dashboard) =>
    eachQuery(dashboard, (expr) =>
      readPromql(expr).selectors.flatMap(({ metric, matchers }) =>
        ofNoJob(metric) || matchers.job !== undefined ? [] : [`${metric} of any job`],
      ),
    ),
  // What is shown of all there is, such as quotas beside the nodes of a role, says so by its title.
  "target-instance-rule": (dashboard) =>
    eachQuery(dashboard, (expr) => {
      const [name] = labelVariables(dashboard).slice(-1);
      const asked = readPromql(expr).selectors.every(
        ({ matchers }) =>
          name === undefined || Object.values(matchers).some((value) => value.includes(`$${name.name}`)),
      );
      return asked || dashboard.uid === "gemelos-capacity" ? [] : [`not of $${name?.name}`];
    }),
  "target-counter-agg-rule": (dashboard) =>
    eachQuery(dashboard, (expr) =>
      readPromql(expr).selectors.flatMap(({ metric, within }) =>
        isCounter(metric) && !rates.has(within[0] ?? "") && within[0] !== "count" ? [`${metric} without a rate`] : [],
      ),
    ),
  "uneditable-dashboard-rule": ({ editable }) => (editable === false ? [] : ["it can be edited"]),
};
