import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { pageWindows, recordedWindows, ticketWindows } from "../../components/monitoring/rules/burnRate.ts";
import { type RuleGroup, ruleGroups } from "../../components/monitoring/rules/index.ts";
import { rulesContext } from "../components/monitoring/rules/rulesContext.ts";
import { monitoringTool, promtool } from "./promtool.ts";

/** The objective of `receipts` in the context of these tests, as Sloth is told of it. */
const requests = 'http_server_requests_seconds_count{namespace="declarations",service="receipts"';
const objective = {
  version: "prometheus/v1",
  service: "receipts",
  slos: [
    {
      name: "availability",
      objective: 99.9,
      sli: {
        events: {
          error_query: `sum(rate(${requests},status=~"5.."}[{{.window}}]))`,
          total_query: `sum(rate(${requests}}[{{.window}}]))`,
        },
      },
      alerting: {
        name: "Sloth",
        page_alert: { labels: { severity: "page" } },
        ticket_alert: { labels: { severity: "ticket" } },
      },
    },
  ],
};

let sloths: readonly RuleGroup[];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "sloth-"));
  const [input, output] = [join(folder, "in.yaml"), join(folder, "out.yaml")];
  await writeFile(input, stringify(objective));
  await promisify(execFile)(await monitoringTool("sloth"), ["generate", "-i", input, "-o", output]);
  const generated: { readonly groups: readonly RuleGroup[] } = parse(await readFile(output, "utf8"));
  sloths = generated.groups;
  await rm(folder, { recursive: true, force: true });
});

test("windows and factors are those of Sloth", () => {
  const expressions = sloths.flatMap(({ rules }) =>
    rules.flatMap((rule) => ("alert" in rule ? [[String(rule.labels["severity"]), rule.expr] as const] : [])),
  );
  for (const [severity, windows] of [
    ["page", pageWindows],
    ["ticket", ticketWindows],
  ] as const) {
    const expr = expressions.find(([of]) => of === severity)?.[1] ?? "";
    const found = [...expr.matchAll(/ratio_rate(\w+)\{[^}]*\} > \((\d+(?:\.\d+)?) \*/g)].map(
      ([, window, factor]) => `${window} ${Number(factor)}`,
    );
    expect(found.sort()).toEqual(
      windows.flatMap(({ long, short, factor }) => [`${short} ${factor}`, `${long} ${factor}`]).sort(),
    );
  }
  const recorded = sloths.flatMap(({ rules }) =>
    rules.flatMap((rule) => ("record" in rule ? [/ratio_rate(\w+)$/.exec(rule.record)?.[1]] : [])),
  );
  expect(recorded).toEqual(expect.arrayContaining([...recordedWindows]));
});

/** Requests a minute: good ones all the time, and failing ones from a minute on. */
describe.each([
  ["all fail", 1000, 0],
  ["one in fifty fails", 20, 980],
  ["one in a hundred fails", 10, 990],
  ["half as many fail as may", 1, 1999],
])("after six hours in which all was well, %s", (_, failing, good) => {
  const well = 360;
  const samples = {
    [`${requests},status="500"}`]: `0x${well} ${failing}+${failing}x${well}`,
    [`${requests},status="200"}`]: `0+1000x${well} ${well * 1000 + good}+${good}x${well}`,
  };

  test("both fire, or neither does, at nine moments of the six hours after", async () => {
    const ours = ruleGroups(rulesContext()).filter(({ name }) => /facts|requests|services/.test(name));
    // Ours are means of what is recorded every minute, and Sloth's rates of raw series: they part for minutes at the edges.
    const minutes = [5, 30, 55, 75, 110, 150, 200, 250, 350].map((minute) => well + minute);
    const firing = (selector: string) => `(count(ALERTS{${selector},alertstate="firing"}) or vector(0))`;
    const differences = (
      [
        ["page", "Fast"],
        ["ticket", "Slowly"],
      ] as const
    ).map(
      ([severity, name]) =>
        `${firing(`alertname="AvailabilityBudgetBurning${name}"`)} - ${firing(`alertname="Sloth",sloth_severity="${severity}"`)}`,
    );
    const { output } = await promtool(["test", "rules", "tests.yaml"], {
      "ours.yaml": { groups: ours },
      "sloths.yaml": { groups: sloths },
      "tests.yaml": {
        rule_files: ["ours.yaml", "sloths.yaml"],
        evaluation_interval: "1m",
        group_eval_order: [...ours, ...sloths].map((group) => group.name),
        tests: [
          {
            interval: "1m",
            input_series: Object.entries(samples).map(([series, values]) => ({ series, values })),
            promql_expr_test: differences.flatMap((expr) =>
              minutes.map((minute) => ({
                ...{ eval_time: `${minute}m`, expr },
                exp_samples: [{ labels: "{}", value: 0 }],
              })),
            ),
          },
        ],
      },
    });
    expect(output).toContain("SUCCESS");
  });
});
