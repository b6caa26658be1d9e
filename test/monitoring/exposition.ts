import { readFile } from "node:fs/promises";
import { join } from "node:path";

const metrics = join(import.meta.dirname, "..", "fixtures", "metrics");

/** A series as a page has it, without its value: `jvm_threads_live_threads{service="receipts"}`. */
type Series = string;

/** Kinds of requests that a service answers well, each a path and a method. */
const kindsOfRequests = 30;

/** Cores of a node. Its page is that of this machine, and each core has the same series. */
const cores = 32;

/** What a pod of a service says of itself: the recorded page of Micrometer, with 30 kinds of good requests in place of one. */
export async function podSeries(): Promise<Series[]> {
  const series = seriesOf(await readFile(join(metrics, "micrometer", "G1.txt"), "utf8"));
  return series.flatMap((each) =>
    /^http_server_requests_seconds.*outcome="SUCCESS"/.test(each)
      ? Array.from({ length: kindsOfRequests }, (_, kind) => each.replace(/uri="[^"]*"/, `uri="/declarations/${kind}"`))
      : [each],
  );
}

/** What the cluster says of a pod: kube-state-metrics, one series a metric and five of a state; and what cAdvisor's job keeps. */
export async function clusterSeriesOfPod(pod: string): Promise<Series[]> {
  const [, ...lines] = (await readFile(join(metrics, "kube-state-metrics.tsv"), "utf8")).trimEnd().split("\n");
  const identity = `namespace="declarations",pod="${pod}"`;
  const states = lines.flatMap((line) => {
    const [name = "", labels = ""] = line.split("\t");
    if (!name.startsWith("kube_pod_") || /_(annotations|created|labels)$/.test(name)) return [];
    const state = /\b(phase|condition|reason|resource)\b/.exec(labels)?.[1];
    return state === undefined
      ? [`${name}{${identity}}`]
      : Array.from({ length: 5 }, (_, value) => `${name}{${identity},${state}="${value}"}`);
  });
  const kept = [
    ...["cpu_usage_seconds_total", "cpu_cfs_periods_total", "cpu_cfs_throttled_periods_total"],
    ...["memory_working_set_bytes", "memory_rss", "oom_events_total", "start_time_seconds"],
    ...["fs_reads_bytes_total", "fs_writes_bytes_total", "network_receive_bytes_total", "network_transmit_bytes_total"],
    ...["network_receive_errors_total", "network_transmit_errors_total"],
    ...["network_receive_packets_dropped_total", "network_transmit_packets_dropped_total"],
  ].map((name) => `container_${name}{${identity},container="receipts"}`);
  return [...states, ...kept];
}

/** What a node of 32 cores says of itself, from the page of this machine's node-exporter. */
export function nodeSeries(page: string): Series[] {
  const series = seriesOf(page);
  const ofFirst = /\bcpu="0"/;
  const others = series.filter((each) => ofFirst.test(each));
  return [
    ...series.filter((each) => !/\bcpu="\d+"/.test(each)),
    ...others.flatMap((each) => Array.from({ length: cores }, (_, cpu) => each.replace(ofFirst, `cpu="${cpu}"`))),
  ];
}

/** Series of a page, without values. */
function seriesOf(page: string): Series[] {
  return page.split("\n").flatMap((line) => /^([a-zA-Z_:][^ {]*(?:\{.*\})?) /.exec(line)?.[1] ?? []);
}

/** A page with a value for each series: what counts goes up by whole numbers, each at its own pace; half of the rest stays. */
export function page(series: readonly Series[], scrape: number): string {
  return `${series.map((each, index) => `${each} ${sampleOf(each, index, scrape)}`).join("\n")}\n`;
}

/** The value of a series at a scrape, the same each time that it is asked for. */
export function sampleOf(series: Series, index: number, scrape: number): number {
  if (/_(total|count|bucket)(\{|$)/.test(series)) return scrape * (index % 17) + ((index * scrape) % 5);
  if (/_(sum|seconds)(\{|$)/.test(series)) return scrape * (index % 7) * 0.125;
  return index % 2 === 0 ? index : index * 1000 + ((scrape * 7919 * (index + 1)) % 512);
}
