import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alerts } from "../../components/monitoring/rules/index.ts";
import type { Site } from "../../components/siteData.ts";
import { loadCatalogue } from "../../services/index.ts";
import { monitoringTool } from "./promtool.ts";
import { exampleSite, renderSite } from "./renderedSite.ts";

const run = promisify(execFile);

const secrets = {
  "prometheus/secrets/PASSWORD": "planted",
  "prometheus/secrets/PEER_PASSWORD": "planted",
  "alertmanager/secrets/WEBHOOK_URL": "https://on-call.example/planted",
};

/** Of the example services none states objectives, and none collects garbage with ZGC. */
const withoutExample: readonly string[] = [
  ...["AvailabilityBudgetBurningFast", "AvailabilityBudgetBurningSlowly"],
  ...["LatencyBudgetBurningFast", "LatencyBudgetBurningSlowly"],
  ...["CpuThrottledWhileSlow", "JvmGcCollectingWithoutBreak"],
];

describe.each(["dc1", "dc2"] as const)("%s", (name) => {
  let site: Site;
  let folder: string;
  const file = (path: string) => join(folder, path);

  beforeAll(async () => {
    site = await exampleSite(name);
    ({ folder } = await renderSite(site, secrets));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("promtool accepts prometheus.yml with all its rules and files", async () => {
    const { stdout } = await run(await monitoringTool("promtool"), [
      ...["check", "config", file("prometheus/config/prometheus.yml")],
    ]);
    expect(stdout).toMatch(/is valid prometheus config file syntax/);
    expect(stdout.match(/SUCCESS: \d+ rules found/g)?.length).toBeGreaterThan(5);
  });

  test("each alert is in a rule file that is rendered, but for what this site has not, and no other is", async () => {
    const rules = await Promise.all(
      (await readdir(file("prometheus/rules"))).map(async (name) => readFile(file(`prometheus/rules/${name}`), "utf8")),
    );
    const rendered = rules.flatMap((text) => [...text.matchAll(/"alert":"(\w+)"/g)].map(([, alert]) => alert));
    const expected = alerts.map((alert) => alert.name).filter((alert) => !withoutExample.includes(alert));
    expect(rendered.toSorted()).toEqual(expected.toSorted());
  });

  test("amtool accepts alertmanager.yml", async () => {
    const { stdout } = await run(await monitoringTool("amtool"), [
      ...["check-config", file("alertmanager/config/alertmanager.yml")],
    ]);
    expect(stdout).toContain("SUCCESS");
  });

  test("each alert comes to whom it concerns: a page to who is on call, too; what only informs to nobody", async () => {
    const amtool = await monitoringTool("amtool");
    const { contact } = site;
    const owners = new Set((await loadCatalogue()).map(({ service }) => service.owner));
    const [owner = ""] = [...owners].filter((each) => each !== contact);
    const receivers = async (labels: Readonly<Record<string, string>>) => {
      const stated = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
      const { stdout } = await run(amtool, [
        ...["config", "routes", "test", `--config.file=${file("alertmanager/config/alertmanager.yml")}`, ...stated],
      ]);
      return stdout.trim().split(",");
    };
    const wrong: string[] = [];
    const cases = alerts.flatMap(({ name: alertname, severity, area }, index) => {
      // Each alert once; who is concerned alternates, so that each severity meets each kind of owner.
      const concerned = [owner, "the people of the archive", ""][index % 3] ?? "";
      const labels = { alertname, severity, area, ...(concerned === "" ? {} : { owner: concerned }) };
      const told = concerned === owner ? owner : "contact";
      return [{ labels, expected: { page: ["on-call", told], ticket: [told], info: ["nobody"] }[severity] }];
    });
    for (const { labels, expected } of cases) {
      const seen = await receivers(labels);
      if (seen.join() !== expected.join()) wrong.push(`${JSON.stringify(labels)}: ${seen}, and not ${expected}`);
    }
    expect(wrong).toEqual([]);
  });
});
