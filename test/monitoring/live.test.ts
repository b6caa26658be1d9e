import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dashboards } from "../../components/monitoring/dashboards/index.ts";
import { ruleGroups } from "../../components/monitoring/rules/index.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";
import { createServerIdentity } from "../../sandbox/sites/certificates.ts";
import { freePorts } from "../../sandbox/sites/ports.ts";
import { rulesContext } from "../components/monitoring/rules/rulesContext.ts";
import { needsMore } from "../support/metrics.ts";
import { readPromql } from "../support/promql.ts";
import { LiveSite, nodeExporterArgs, replicas } from "./liveSite.ts";
import { leftOut } from "./localConfiguration.ts";
import { monitoringTool } from "./promtool.ts";
import { SmallDisk } from "./smallDisk.ts";

/** The node that has a small disk. */
const node = "worker1.dc1.tax.example";

/** The monitoring of dc1, as rendered, on this machine. Of dc2 only the entrance is there. */
let dc1: LiveSite;
let dc2: LiveSite;
let disk: SmallDisk;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  const identity = await createServerIdentity("the sites' authority");
  // What the site's own file says in one line each.
  const options = { identity, alerts: { NodeFilesystemFull: { for: "30s" } }, ownNode: { name: node, port } };
  dc1 = await LiveSite.open("dc1", options);
  dc2 = await LiveSite.open("dc2", options);
  const args = nodeExporterArgs(dc1.rendered.part("node-exporter").args, port);
  disk = await SmallDisk.start(await monitoringTool("nodeExporter"), args, port);
  await dc1.start(dc2, options);
});

afterAll(async () => {
  await dc1?.close();
  await dc2?.close();
  await disk?.close();
});

const patience = { timeout: 90_000, interval: 500 };

test("each job that is rendered runs here, or is left out for a reason; no reason is left over", () => {
  const jobs = dc1.renderedJobs.toSorted();
  const here = ["node-exporter", "prometheus", "alertmanager", "blackbox-exporter", "hosts", "peer-entrance", "peer"];
  expect(jobs).toEqual([...here, ...Object.keys(leftOut)].toSorted());
});

describe("three Alertmanagers", () => {
  const trial = (alertname: string) => ({
    labels: { alertname, severity: "page", area: "nodes", datacenter: "dc1" },
    annotations: { summary: `${alertname} is a trial` },
  });

  test("have a silence that was made on one, and send an alert that all got once", async () => {
    const [first = "", ...others] = replicas.alertmanager;
    await vi.waitFor(async () => {
      const status = await Promise.all(replicas.alertmanager.map((each) => dc1.alertmanager("status", each)));
      expect(
        status.map((each) => at(each, "cluster", "peers")).map((peers) => Array.isArray(peers) && peers.length),
      ).toEqual([3, 3, 3]);
    }, patience);
    const silence = await dc1.alertmanager("silences", first, {
      matchers: [{ name: "alertname", value: "TrialSilenced", isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: "somebody",
      comment: "a trial",
    });
    const id = at(silence, "silenceID");
    await vi.waitFor(async () => {
      for (const each of others)
        expect(await dc1.alertmanager(`silence/${id}`, each)).toMatchObject({ id, status: { state: "active" } });
    }, patience);

    // As each Prometheus does: to all.
    for (const each of replicas.alertmanager)
      await dc1.alertmanager("alerts", each, [trial("TrialSilenced"), trial("TrialHeard")]);
    await vi.waitFor(async () => {
      for (const each of replicas.alertmanager) {
        const states = await dc1.alertStates(each);
        expect([states["TrialSilenced"], states["TrialHeard"]]).toEqual(["suppressed", "active"]);
      }
    }, patience);
    await vi.waitFor(() => expect(dc1.webhook.pages("TrialHeard")).toHaveLength(1), patience);
  });
});

describe.each(replicas.prometheus)("%s", (replica) => {
  test("scrapes every target", async () => {
    await vi.waitFor(async () => {
      const targets = listOf(at(await dc1.prometheus("targets?state=active", replica), "data", "activeTargets"));
      // Of dc2 no Prometheus runs here.
      const silent = targets.filter(({ health, scrapePool }) => health !== "up" && scrapePool !== "peer");
      expect(silent.map(({ scrapePool, lastError }) => `${scrapePool}: ${lastError}`)).toEqual([]);
      expect(targets.filter(({ scrapePool }) => scrapePool === "node-exporter")).toHaveLength(7);
    }, patience);
  });

  test("evaluates every rule", async () => {
    await vi.waitFor(async () => {
      const groups = listOf(at(await dc1.prometheus("rules", replica), "data", "groups"));
      expect(groups.flatMap(({ rules }) => listOf(rules)).length).toBeGreaterThan(120);
      const ill = groups.flatMap(({ interval, rules }) =>
        // A budget of 30 days is summed up every five minutes: the first time may be later than this.
        listOf(rules).filter(({ health }) => health === "err" || (health !== "ok" && Number(interval) <= 60)),
      );
      expect(ill.map(({ name, health, lastError }) => `${name}: ${health} ${lastError ?? ""}`)).toEqual([]);
    }, patience);
  });
});

test("each metric that a rule or panel of nodes names is there, but for what needs a machine that has it", async () => {
  const exprs = [
    ...ruleGroups(rulesContext()).flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ...dashboards(rulesContext()).flatMap(({ json }) =>
      [...json.matchAll(/"expr":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']): string => JSON.parse(text)),
    ),
  ];
  const named = new Set(exprs.flatMap((expr) => readPromql(expr).selectors.map(({ metric }) => metric)));
  const ofNodes = [...named].filter((metric) => /^node_/.test(metric));
  expect(ofNodes.length).toBeGreaterThan(40);
  const samples = await dc1.query('count by (__name__) ({job="node-exporter"})');
  const there = new Set(samples.map(({ labels }) => labels["__name__"]));
  const excused = needsMore("node_");
  const missing = ofNodes.filter((metric) => !there.has(metric));
  const reasons = missing.map((metric) => `${metric} (${excused.get(metric)})`);
  console.log(`${ofNodes.length - missing.length} of ${ofNodes.length} are there; not here: ${reasons.join(", ")}`);
  expect(missing.filter((metric) => !excused.has(metric))).toEqual([]);
});

test("the probes say that hosts and the other site's entrance answer, and when certificates end", async () => {
  await vi.waitFor(async () => {
    const probes = await dc1.query("probe_success");
    expect(probes.length).toBeGreaterThan(1);
    expect(probes.filter(({ value }) => value !== 1).map(({ labels }) => labels)).toEqual([]);
    const ends = await dc1.query("min(probe_ssl_earliest_cert_expiry) > time()");
    expect(ends).toHaveLength(1);
  }, patience);
});

test("a disk that is full reaches who is on call: once, with its text, and of this node alone", async () => {
  const filled = performance.now();
  await disk.fill();
  const firing = 'ALERTS{alertname="NodeFilesystemFull",alertstate="firing"}';
  const scraped = `node_filesystem_avail_bytes{mountpoint="${disk.mountpoint}"} < 65536`;
  const seen: [string, number][] = [];
  for (const [what, expr] of [
    ["scraped", scraped],
    ["fires", firing],
  ] as const) {
    await vi.waitFor(async () => expect(await dc1.query(expr)).toHaveLength(1), { timeout: 120_000, interval: 250 });
    seen.push([what, performance.now()]);
  }
  const [page] = await vi.waitUntil(
    () => (dc1.webhook.pages("NodeFilesystemFull").length > 0 ? dc1.webhook.pages("NodeFilesystemFull") : undefined),
    patience,
  );
  seen.push(["at the webhook", page?.at ?? 0]);
  console.log(
    `a full disk: ${seen.map(([what, at]) => `${what} after ${((at - filled) / 1000).toFixed(1)} s`).join(", ")}`,
  );
  expect(page?.receiver).toBe("on-call");
  expect(page?.alerts).toHaveLength(1);
  const [alert] = page?.alerts ?? [];
  expect(alert?.labels).toMatchObject({
    node,
    mountpoint: disk.mountpoint,
    severity: "page",
    datacenter: "dc1",
  });
  // Else the two replicas' alerts would be two.
  expect(Object.keys(alert?.labels ?? {})).not.toContain("replica");
  expect(alert?.annotations["summary"]).toMatch(/^Only 0(\.\d+)?% is free in /);
  expect(alert?.annotations["summary"]).toContain(`free in ${disk.mountpoint} of ${node}`);
  expect(alert?.annotations["runbook_url"]).toMatch(/^https:.*\/runbooks\/NodeFilesystemFull\.md$/);
  expect(alert?.annotations["description"]).toContain("30s");
});

test("nothing was sent twice, and what is silenced not at all", async () => {
  // An Alertmanager waits 15 s for each before it in the list; after that the last has had its turn, too.
  const [page] = dc1.webhook.pages("NodeFilesystemFull");
  await vi.waitUntil(() => performance.now() > (page?.at ?? 0) + 45_000, { timeout: 60_000, interval: 500 });
  expect(dc1.webhook.pages("NodeFilesystemFull")).toHaveLength(1);
  expect(dc1.webhook.pages("TrialHeard")).toHaveLength(1);
  expect(dc1.webhook.pages("TrialSilenced")).toEqual([]);
});

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
