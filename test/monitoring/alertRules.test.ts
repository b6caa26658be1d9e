import { describe, expect, test } from "vitest";
import { alerts, ruleGroups } from "../../components/monitoring/rules/index.ts";
import { rulesContext } from "../components/monitoring/rules/rulesContext.ts";
import type { AlertCase, Series } from "./cases/alertCase.ts";
import { clusterCases } from "./cases/cluster.ts";
import { nodeCases } from "./cases/nodes.ts";
import { serviceCases } from "./cases/services.ts";
import { siteCases } from "./cases/sites.ts";
import { workloadCases } from "./cases/workloads.ts";
import { promtool } from "./promtool.ts";

/** Cases by the names of their alerts. */
const cases: Readonly<Record<string, AlertCase>> = {
  ...nodeCases,
  ...workloadCases,
  ...clusterCases,
  ...serviceCases,
  ...siteCases,
};

const groups = ruleGroups(rulesContext());

test("promtool finds nothing to complain of, of any kind", async () => {
  const { code, output } = await promtool(["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"], {
    "rules.yaml": { groups },
  });
  expect(output).toContain("SUCCESS");
  expect(code).toBe(0);
});

test("each alert has a case, and each case an alert", () => {
  expect(Object.keys(cases).sort()).toEqual(alerts.map(({ name }) => name).sort());
});

describe.each(Object.entries(cases))("%s", (name, { fires, silent, at, labels, summary, description }) => {
  const rules = rulesWithAlert(name);
  const alert = alerts.find((each) => each.name === name);
  const annotations = rules.flatMap(({ rules: all }) =>
    all.flatMap((rule) => ("alert" in rule ? [rule.annotations] : [])),
  )[0];

  test(`fires at ${at} and not before, and says of what; without the cause it is silent`, async () => {
    const expected = {
      exp_labels: { ...labels, severity: alert?.severity, area: alert?.area },
      exp_annotations: { ...annotations, summary, ...(description === undefined ? {} : { description }) },
    };
    const tests = [
      {
        name: "fires",
        ...series(fires),
        alert_rule_test: [
          { eval_time: at, alertname: name, exp_alerts: [expected] },
          { eval_time: minuteBefore(at), alertname: name, exp_alerts: [] },
        ].filter(({ eval_time }) => eval_time !== "-1m"),
      },
      silent !== "never" && {
        name: "is silent",
        ...series(silent),
        alert_rule_test: [{ eval_time: at, alertname: name, exp_alerts: [] }],
      },
    ].filter((each) => each !== false);
    const { output } = await promtool(["test", "rules", "--diff", "tests.yaml"], {
      "rules.yaml": { groups: rules },
      "tests.yaml": {
        rule_files: ["rules.yaml"],
        evaluation_interval: "1m",
        group_eval_order: rules.map(({ name: group }) => group),
        tests,
      },
    });
    expect(output).toContain("SUCCESS");
  });
});

/** What is recorded, and one alert. */
function rulesWithAlert(name: string) {
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => !("alert" in rule) || rule.alert === name) }))
    .filter(({ rules }) => rules.length > 0);
}

function series(values: Series) {
  return {
    interval: "1m",
    input_series: Object.entries(values).map(([name, samples]) => ({ series: name, values: samples })),
  };
}

function minuteBefore(at: string): string {
  return `${Number.parseInt(at, 10) - 1}m`;
}
