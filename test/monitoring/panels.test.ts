import { expect, test } from "vitest";
import { dashboards } from "../../components/monitoring/dashboards/index.ts";
import { ruleGroups } from "../../components/monitoring/rules/index.ts";
import { rulesContext } from "../components/monitoring/rules/rulesContext.ts";
import { promtool } from "./promtool.ts";
import { minutes, siteSeries } from "./siteSeries.ts";

/** What a person has chosen, and what Grafana fills in. */
const variables: Readonly<Record<string, string>> = {
  node: "worker1",
  namespace: "declarations",
  service: "receipts",
  role: "worker",
  __rate_interval: "5m",
};

const context = rulesContext();

/** The queries of all panels and annotations, and the series of which variables take their values. */
const queries = [...new Set(dashboards(context).flatMap(({ json }) => queriesOf(JSON.parse(json))))].map((expr) =>
  expr.replaceAll(/\$(\w+)/g, (whole, name: string) => variables[name] ?? whole),
);

function queriesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(queriesOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "expr" && typeof inner === "string") return [inner];
    const series = key === "definition" ? /^label_values\((.*), \w+\)$/.exec(String(inner))?.[1] : undefined;
    return series === undefined ? queriesOf(inner) : [series];
  });
}

test("each panel shows something of a site that has it", async () => {
  expect(queries.length).toBeGreaterThan(80);
  const groups = ruleGroups(context);
  const { output } = await promtool(["test", "rules", "tests.yaml"], {
    "rules.yaml": { groups },
    "tests.yaml": {
      rule_files: ["rules.yaml"],
      evaluation_interval: "2m",
      tests: [
        {
          interval: "1m",
          input_series: Object.entries(siteSeries).map(([series, values]) => ({ series, values })),
          promql_expr_test: queries.map((expr) => ({
            expr: `count(${expr}) > bool 0`,
            eval_time: `${minutes}m`,
            exp_samples: [{ labels: "{}", value: 1 }],
          })),
        },
      ],
    },
  });
  expect(output).toContain("SUCCESS");
});
