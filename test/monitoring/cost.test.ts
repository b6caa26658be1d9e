import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { PrometheusConfiguration } from "../../components/monitoring/prometheusConfiguration.ts";
import { defaultRetentionDays, scrapeSeconds, sizing } from "../../components/monitoring/sizing.ts";
import { at } from "../../recorder/registeredResource.ts";
import { freePorts } from "../../sandbox/sites/ports.ts";
import { clusterSeriesOfPod, nodeSeries, page, podSeries, sampleOf } from "./exposition.ts";
import { monitoringTool } from "./promtool.ts";
import { exampleSite, type RenderedSite, renderSite } from "./renderedSite.ts";
import { listen } from "./webhook.ts";

/** The middle site of docs/monitoring.md: 50 services with three pods each, on 12 nodes. */
const site = { nodes: 12, pods: 150 };
const needs = sizing(site);

let rendered: RenderedSite;
let children: ChildProcess[] = [];
/** What a pod and a node say of themselves. */
let pod: readonly string[];
let node: readonly string[];
/** Of Prometheus. */
let port: number;
const pages = createServer((request, response) => {
  const scrape = Math.floor(performance.now() / 1000 / scrapeSeconds);
  const [, kind = "", index = ""] = (request.url ?? "").split("/");
  const series = { pod, node }[kind] ?? rest[Number(index)] ?? [];
  response.setHeader("content-type", "text/plain; version=0.0.4");
  response.end(page(series, scrape));
});

/** What the cluster says of a pod. */
let clusterOfPod: readonly string[];

/** What is left of a site's series: the cluster's own, in pages of a thousand. */
const rest: (readonly string[])[] = [];

beforeAll(async () => {
  rendered = await renderSite(await exampleSite("dc1"), {});
  const [exporter = 0, own = 0] = await freePorts(2);
  port = own;
  node = nodeSeries(await nodePage(exporter));
  pod = await podSeries();
  clusterOfPod = await clusterSeriesOfPod("receipts-1");
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  pages.closeAllConnections();
  pages.close();
  await rm(rendered.folder, { recursive: true, force: true, maxRetries: 10 });
});

test("a node and a pod have as many series as the arithmetic has, or somewhat fewer", () => {
  const perNode = sizing({ nodes: 1, pods: 0 }).series - sizing({ nodes: 0, pods: 0 }).series;
  const perPod = sizing({ nodes: 0, pods: 1 }).series - sizing({ nodes: 0, pods: 0 }).series;
  console.log(
    `node-exporter: ${node.length} series of ${perNode} a node; a pod: ${pod.length} of its own and ${clusterOfPod.length} of the cluster, of ${perPod}`,
  );
  // The rest of a node's is of its kubelet, its drives and its sensors.
  expect(node.length).toBeLessThan(perNode);
  expect(node.length).toBeGreaterThan(perNode / 4);
  expect(pod.length + clusterOfPod.length).toBeLessThanOrEqual(perPod);
  expect(pod.length + clusterOfPod.length).toBeGreaterThan(perPod / 2);
});

test("Prometheus holds as many series as 50 services have, in the memory that it asks for", async () => {
  const remaining = needs.series - site.nodes * node.length - site.pods * pod.length;
  for (let first = 0; first < remaining; first += 1000)
    rest.push(
      Array.from(
        { length: 1000 },
        (_, each) => `apiserver_request_total{verb="LIST",code="200",resource="r${first + each}"}`,
      ),
    );
  const source = `127.0.0.1:${await listen(pages)}`;
  const targets = (kind: string, count: number, labels: (index: number) => Readonly<Record<string, string>>) =>
    Array.from({ length: count }, (_, index) => ({
      targets: [source],
      labels: { __metrics_path__: `/${kind}/${index}`, instance: `${kind}-${index}`, ...labels(index) },
    }));
  const file = join(rendered.folder, "prometheus", "config", "prometheus.yml");
  const { global, rule_files }: PrometheusConfiguration = JSON.parse(await readFile(file, "utf8"));
  const ofService = (index: number) => ({
    ...{ namespace: "declarations", service: `service-${index % 50}`, pod: `service-${index % 50}-${index}` },
  });
  const jobs = [
    { job_name: "node-exporter", static_configs: targets("node", site.nodes, (index) => ({ node: `node-${index}` })) },
    { job_name: "services", sample_limit: 10_000, static_configs: targets("pod", site.pods, ofService) },
    { job_name: "apiserver", static_configs: targets("rest", rest.length, () => ({})) },
    { job_name: "prometheus", static_configs: [{ targets: [`127.0.0.1:${port}`] }] },
  ];
  await writeFile(file, JSON.stringify({ global, rule_files, scrape_configs: jobs }));
  await start("prometheus", [
    ...[`--config.file=${file}`, `--storage.tsdb.path=${rendered.folder}/data`],
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  // The first scrape makes the series; the others are what each costs from then on.
  await vi.waitFor(async () => expect(await value("min(sum_over_time(up[10m]))")).toBeGreaterThanOrEqual(3), {
    timeout: 200_000,
    interval: 1000,
  });
  const series = await value("prometheus_tsdb_head_series");
  const samples = await value("rate(prometheus_tsdb_head_samples_appended_total[1m])");
  const memory = await value('process_resident_memory_bytes{job="prometheus"}');
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  console.log(
    `50 services: ${series} series of ${needs.series}, ${Math.round(samples)} samples/s of ${needs.samplesPerSecond}, ${mebibytes(memory)} of ${mebibytes(needs.memoryBytes)}: ${Math.round(memory / series)} bytes a series`,
  );
  // Beside what is scraped: what the rules record.
  expect(series / needs.series).toBeGreaterThan(1);
  expect(series / needs.series).toBeLessThan(1.1);
  expect(samples / needs.samplesPerSecond).toBeGreaterThan(0.8);
  expect(samples / needs.samplesPerSecond).toBeLessThan(1.2);
  expect(memory).toBeLessThan(needs.memoryBytes);
  // What is asked for is for three hours of rollouts and queries, too, and is not ten times what is there without them.
  expect(memory).toBeGreaterThan(needs.memoryBytes / 10);
});

test("a sample takes no more bytes on disk than the arithmetic has", async () => {
  const ofJob = (all: readonly string[], job: string) =>
    all.map((each) => (each.endsWith("}") ? each.replace("{", `{job="${job}",`) : `${each}{job="${job}"}`));
  const series = [...ofJob(node, "node-exporter"), ...ofJob(pod, "services")];
  const scrapes = (2 * 3600) / scrapeSeconds;
  // The two hours of one block.
  const begin = Math.floor(1_700_000_000 / 7200) * 7200;
  const lines = series.flatMap((each, index) =>
    Array.from(
      { length: scrapes },
      (_, scrape) => `${each} ${sampleOf(each, index, scrape)} ${begin + scrape * scrapeSeconds}`,
    ),
  );
  const file = join(rendered.folder, "samples.txt");
  await writeFile(file, `${lines.join("\n")}\n# EOF\n`);
  const blocks = join(rendered.folder, "blocks");
  await promisify(execFile)(await monitoringTool("promtool"), [
    "tsdb",
    "create-blocks-from",
    "openmetrics",
    file,
    blocks,
  ]);
  const [block = ""] = await readdir(blocks);
  const chunks = await size(join(blocks, block, "chunks"));
  const { size: index } = await stat(join(blocks, block, "index"));
  // Blocks are merged until one holds a tenth of all days that are kept: the index is there once for all its samples.
  const merged = (defaultRetentionDays * 24) / 10 / 2;
  const perSample = (chunks + index / merged) / lines.length;
  console.log(
    `${lines.length} samples of ${series.length} series: ${perSample.toFixed(2)} bytes each once merged, ${((chunks + index) / lines.length).toFixed(2)} in the first block`,
  );
  expect(perSample).toBeLessThan(1.7);
  expect(perSample).toBeGreaterThan(0.5);
});

/** What a query says, as one number. */
async function value(expr: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`);
  return Number(at(await answer.json(), "data", "result", 0, "value", 1));
}

async function start(tool: Parameters<typeof monitoringTool>[0], args: readonly string[]): Promise<void> {
  children.push(spawn(await monitoringTool(tool), [...args], { stdio: "ignore" }));
}

/** What node-exporter says of this machine. */
async function nodePage(exporter: number): Promise<string> {
  await start("nodeExporter", [`--web.listen-address=127.0.0.1:${exporter}`]);
  return vi.waitFor(async () => (await fetch(`http://127.0.0.1:${exporter}/metrics`)).text(), { timeout: 30_000 });
}

/** Bytes of all files of a folder. */
async function size(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map(async (file) => stat(join(folder, file))));
  return sizes.reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0);
}
