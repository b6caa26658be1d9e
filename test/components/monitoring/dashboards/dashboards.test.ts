import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { describe, expect, it } from "vitest";
import { dashboards } from "../../../../components/monitoring/dashboards/index.ts";
import { gridColumns, rowsOfOneScreen } from "../../../../components/monitoring/dashboards/panel.ts";
import { readPromql } from "../../../support/promql.ts";
import { lintRules, panelsOf, targetsOf } from "./lintRules.ts";

const metal = {
  site: "dc1",
  peer: "dc2",
  nodes: [
    { kind: "vm", zone: "rack-a" },
    { kind: "metal", zone: "rack-b" },
  ],
} as const;
const virtual = { site: "dc2", peer: "dc1", nodes: [{ kind: "vm", zone: undefined }] } as const;

const all = [metal, virtual].flatMap((context) =>
  dashboards(context).map(({ file, json }) => ({ name: `${file} of ${context.site}`, json })),
);

/** A copy that a test may spoil. */
const parsed = (json: string): Dashboard => JSON.parse(json);

describe("dashboards", () => {
  it.each(all)("$name fits one screen: no panel over another, and no gap", ({ json }) => {
    const taken = new Set<string>();
    const panels = panelsOf(parsed(json));
    const cells = panels.flatMap(({ title, gridPos: { x, y, w, h } = { x: 0, y: 0, w: 0, h: 0 } }) => {
      expect(x + w, title).toBeLessThanOrEqual(gridColumns);
      return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
    });
    for (const cell of cells) taken.add(cell);
    expect(taken.size).toBe(cells.length);
    const height = Math.max(...panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));
    expect(height).toBeLessThanOrEqual(rowsOfOneScreen);
    expect(taken.size).toBe(height * gridColumns);
  });

  it.each(all)("$name has titles that fit their panels", ({ json }) => {
    // A column is 78 pixels wide, a letter of a title about 8; the marks of the description and the menu take 40.
    const cut = panelsOf(parsed(json)).filter(
      ({ title = "", gridPos }) =>
        title.replace("$datasource", "dc1").replace("$peer_datasource", "dc2").length * 8 + 40 > (gridPos?.w ?? 0) * 78,
    );
    expect(cut.map(({ title }) => title)).toEqual([]);
  });

  it("are the same in both sites but for the site that they show first, and for hardware and zones", () => {
    const [here, there] = ["dc1", "dc2"].map((site) =>
      dashboards({ ...metal, site, peer: site === "dc1" ? "dc2" : "dc1" }).map(({ json }) => json),
    );
    const exchanged = (json: string) => json.replaceAll(/dc[12]/g, (site) => (site === "dc1" ? "dc2" : "dc1"));
    expect(there).toEqual(here?.map(exchanged));
    const titles = (context: typeof metal | typeof virtual) =>
      dashboards(context).flatMap(({ json }) => panelsOf(parsed(json)).map(({ title }) => title));
    expect(titles(metal).filter((title) => !titles(virtual).includes(title))).toEqual([
      "Temperature",
      "Arrays and disks at fault",
      "CPU: zone lost",
      "Memory: zone lost",
    ]);
  });

  it("show both sites side by side: each panel of the left asks the same of the other site on the right", () => {
    const sites = all.find(({ name }) => name === "sites.json of dc1")?.json ?? "{}";
    const side = (variable: string) =>
      panelsOf(parsed(sites))
        .filter(({ datasource }) => datasource?.uid === `\${${variable}}`)
        .map((panel) => targetsOf(panel).map(({ expr }) => expr));
    expect(side("datasource")).not.toEqual([]);
    expect(side("peer_datasource")).toEqual(side("datasource"));
  });

  it("count of alerts those of the site itself, whose Prometheus knows the other's, too", () => {
    const counted = all.flatMap(({ json }) => panelsOf(parsed(json)).flatMap((panel) => targetsOf(panel)));
    const alerting = counted.flatMap(({ expr }) =>
      readPromql(expr).selectors.filter(({ metric }) => metric === "ALERTS"),
    );
    expect(alerting.length).toBeGreaterThan(0);
    expect(alerting.map(({ matchers }) => matchers["datacenter"])).toEqual(alerting.map(() => "="));
  });

  it("cover the five areas of a bare machine on one page", () => {
    const node = all.find(({ name }) => name === "node.json of dc1")?.json ?? "{}";
    const titles = panelsOf(parsed(node)).map(({ title }) => title);
    for (const area of ["CPU by what it does", "Memory", "File systems used", "Disk latency", "Network traffic"]) {
      expect(titles).toContain(area);
    }
    for (const series of [
      ...["node_pressure_cpu", "node_pressure_memory", "node_pressure_io", "node_md_disks", "smartmon_device"],
      ...["node_hwmon_temp", "node_edac"],
    ]) {
      expect(node).toContain(series);
    }
  });
});

describe("Grafana's dashboard-linter", () => {
  it.each(all.flatMap(({ name, json }) => Object.keys(lintRules).map((rule) => ({ name, rule, json }))))(
    "finds nothing by $rule in $name",
    ({ rule, json }) => {
      expect(lintRules[rule]?.(parsed(json))).toEqual([]);
    },
  );

  /** For each rule what it must find: text of a sound dashboard, and what it becomes. */
  const spoilt: Readonly<Record<string, readonly [RegExp, string]>> = {
    "template-datasource-rule": [/"name":"datasource"/g, '"name":"prometheus"'],
    "template-job-rule": [/label_values\(up\{job=\\"services\\"\}/g, "label_values(up"],
    "template-instance-rule": [/"multi":false/g, '"multi":true'],
    "template-label-promql-rule": [/label_values\(up\{/g, "label_values(up{{"],
    "template-on-time-change-reload-rule": [/"refresh":2/g, '"refresh":1'],
    "panel-datasource-rule": [/"uid":"\$\{datasource\}"/g, '"uid":"dc1"'],
    "panel-title-description-rule": [/"title":"Traffic"/g, '"title":""'],
    "panel-units-rule": [/"unit":"reqps"/g, '"unit":""'],
    "panel-no-targets-rule": [/"targets":\[/g, '"targets":[],"queries":['],
    "target-promql-rule": [/sum\(rate\(/g, "sum(rate(("],
    "target-rate-interval-rule": [/\$__rate_interval/g, "5m"],
    "target-job-rule": [/job=\\"services\\", /g, ""],
    "target-instance-rule": [/jvm_threads_states_threads\{[^}]*\}/g, 'jvm_threads_states_threads{job=\\"services\\"}'],
    "target-counter-agg-rule": [
      /sum\(rate\((http_server_requests_seconds_count\{[^}]*\})\[\$__rate_interval\]\)\)/g,
      "sum($1)",
    ],
    "uneditable-dashboard-rule": [/"editable":false/g, '"editable":true'],
  };

  it.each(Object.keys(lintRules))("finds by %s what is wrong", (rule) => {
    const sound = all.find(({ name }) => name === "service.json of dc1")?.json ?? "";
    const [text, other] = spoilt[rule] ?? [/$^/g, ""];
    const broken = sound.replaceAll(text, other);
    expect(broken).not.toBe(sound);
    expect(lintRules[rule]?.(parsed(broken))).not.toEqual([]);
  });
});
