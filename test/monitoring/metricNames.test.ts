import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dashboards } from "../../components/monitoring/dashboards/index.ts";
import { ruleGroups } from "../../components/monitoring/rules/index.ts";
import { rulesContext } from "../components/monitoring/rules/rulesContext.ts";
import { type Metrics, merged, needsMore, parseExposition, recordedMetrics } from "../support/metrics.ts";
import { readPromql } from "../support/promql.ts";
import { monitoringTool } from "./promtool.ts";

/** Labels that scraping and the facts of rules give to every series that they belong to. */
const ofTargets = ["job", "instance", "node", "namespace", "service", "pod", "host", "peer", "datacenter"];

const rules = ruleGroups(rulesContext()).flatMap((group) => group.rules);

/** The queries of rules and of panels, each with the name of whose it is. */
const queries = [
  ...rules.map((rule) => ["alert" in rule ? rule.alert : rule.record, rule.expr] as const),
  ...dashboards(rulesContext()).flatMap(({ title, json }) =>
    [...json.matchAll(/"expr":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""'], index): readonly [string, string] => [
      `query ${index + 1} of ${title}`,
      JSON.parse(text),
    ]),
  ),
];

let folder: string;
let children: ChildProcess[] = [];
let nodeExporter: Metrics;
let known: Metrics;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metrics-"));
  nodeExporter = await metricsOf("nodeExporter", 19_100, (address) => [`--web.listen-address=${address}`]);
  const alertmanager = await metricsOf("alertmanager", 19_093, async (address) => {
    const receivers = [{ name: "nobody", webhook_configs: [{ url: "http://127.0.0.1:9" }] }];
    const config = await file("alertmanager.yml", { route: { receiver: "nobody" }, receivers });
    const own = [`--storage.path=${join(folder, "alertmanager")}`, "--cluster.listen-address=127.0.0.1:19094"];
    return [`--config.file=${config}`, `--web.listen-address=${address}`, ...own];
  });
  const etcd = await metricsOf("etcd", 19_379, (address) => [
    ...["--data-dir", join(folder, "etcd"), "--listen-peer-urls", "http://127.0.0.1:19380"],
    ...["--listen-client-urls", `http://${address}`, "--advertise-client-urls", `http://${address}`],
  ]);
  const prometheus = await metricsOf(
    "prometheus",
    19_090,
    async (address) => {
      const groups = [{ name: "g", rules: [{ record: "a:b", expr: "vector(1)" }] }];
      const config = await file("prometheus.yml", {
        rule_files: [await file("rules.yml", { groups })],
        alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:19093"] }] }] },
      });
      const own = [`--storage.tsdb.path=${join(folder, "prometheus")}`];
      return [`--config.file=${config}`, `--web.listen-address=${address}`, ...own];
      // It finds its Alertmanager a while after it has begun to answer.
    },
    "prometheus_notifications_errors_total",
  );
  const recordings = rules.flatMap((rule) => ("record" in rule ? [rule] : []));
  const recorded = new Map(recordings.map(({ record, labels = {} }) => [record, new Set(Object.keys(labels))]));
  known = merged([await recordedMetrics(), nodeExporter, alertmanager, etcd, prometheus, recorded]);
});

afterAll(async () => {
  for (const child of children) child.kill();
  children = [];
  await rm(folder, { recursive: true, force: true });
});

test.each(queries)("%s names metrics and labels that there are", (_, expr) => {
  const { mistakes, selectors, groupingLabels } = readPromql(expr);
  expect(mistakes).toEqual([]);
  expect(selectors.map(({ metric }) => metric).filter((metric) => !known.has(metric))).toEqual([]);
  // What label_replace and group_left add is of the rule's own making, or of the facts'.
  const made = [...expr.matchAll(/"(\w+)", "\$1"|, "(direction|peer)", "/g)].flatMap(
    ([, one, other]) => one ?? other ?? [],
  );
  const facts = ["owner", "role", "zone", "kind", "metrics", "release"];
  const labels = new Set([...ofTargets, ...made, ...facts]);
  for (const { metric } of selectors) for (const label of known.get(metric) ?? []) labels.add(label);
  const unknown = selectors.flatMap(({ metric, matchers }) =>
    Object.keys(matchers).filter(
      (label) => !ofTargets.includes(label) && !facts.includes(label) && !known.get(metric)?.has(label),
    ),
  );
  expect(unknown).toEqual([]);
  expect(groupingLabels.filter((label) => !labels.has(label))).toEqual([]);
});

test("a name that nobody exports is found", () => {
  expect(known.has("node_memory_MemAvailable_byte")).toBe(false);
  expect(known.has("jvm_memory_usage_after_gc_percent")).toBe(false);
});

test("what node_exporter shows on any machine is not excused as hardware", () => {
  const named = new Set(queries.flatMap(([, expr]) => readPromql(expr).selectors.map(({ metric }) => metric)));
  const excused = needsMore("node_");
  const missing = [...named].filter((metric) => /^node_/.test(metric) && !nodeExporter.has(metric));
  expect(missing.filter((metric) => !excused.has(metric))).toEqual([]);
  // Nothing is excused that no query names.
  expect([...excused.keys()].filter((metric) => !named.has(metric))).toEqual([]);
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

/**
 * Starts a program, and returns what it says of itself once it does.
 * @param last a metric that comes after the others. Default: none does
 */
async function metricsOf(
  tool: "nodeExporter" | "alertmanager" | "etcd" | "prometheus",
  port: number,
  args: (address: string) => readonly string[] | Promise<readonly string[]>,
  last?: string,
): Promise<Metrics> {
  const address = `127.0.0.1:${port}`;
  children.push(spawn(await monitoringTool(tool), [...(await args(address))], { stdio: "ignore", cwd: folder }));
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await fetch(`http://${address}/metrics`).catch(() => undefined);
    const metrics = answer?.ok ? parseExposition(await answer.text()) : undefined;
    if (metrics !== undefined && (last === undefined || metrics.has(last))) return metrics;
    await sleep(100);
  }
  throw new Error(`${tool} does not answer at ${address}`);
}
