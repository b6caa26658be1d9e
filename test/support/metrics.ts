import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Name of a metric -> the labels that it has. */
export type Metrics = ReadonlyMap<string, ReadonlySet<string>>;

const folder = join(import.meta.dirname, "..", "fixtures", "metrics");

/** What an exporter's page says: text format of Prometheus. */
export function parseExposition(text: string): Metrics {
  const metrics = new Map<string, Set<string>>();
  for (const line of text.split("\n")) {
    const [, name, , labels = ""] = /^([a-zA-Z_:][\w:]*)(\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const known = metrics.get(name) ?? new Set();
    for (const [, label = ""] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label);
    metrics.set(name, known);
  }
  return metrics;
}

/** A table of a fixture: a metric and its labels in each line. */
async function table(file: string): Promise<Metrics> {
  const [, ...lines] = (await readFile(join(folder, file), "utf8")).trimEnd().split("\n");
  return new Map(
    lines.map((line) => {
      const [name = "", labels = ""] = line.split("\t");
      return [name, new Set(labels.split(",").filter((label) => label !== ""))];
    }),
  );
}

/** Metrics that no program at hand shows, because they need hardware or a server: where their names come from. */
const documented: Readonly<Record<string, { readonly labels: readonly string[]; readonly source: string }>> = {
  // node_exporter 1.12.1, by its source: each needs a machine that has the part.
  ...named("node_exporter: collector/edac_linux.go", {
    node_edac_correctable_errors_total: ["controller"],
    node_edac_uncorrectable_errors_total: ["controller"],
  }),
  ...named("node_exporter: collector/mdadm_linux.go", {
    node_md_disks_required: ["device"],
    node_md_disks: ["device", "state"],
  }),
  ...named("node_exporter: collector/bonding_linux.go", {
    node_bonding_slaves: ["master"],
    node_bonding_active: ["master"],
  }),
  ...named("node_exporter: collector/hwmon_linux.go", {
    node_hwmon_temp_celsius: ["chip", "sensor"],
    node_hwmon_temp_crit_celsius: ["chip", "sensor"],
  }),
  ...named("node_exporter: collector/nvme_linux.go", {
    node_nvme_info: ["device", "firmware_revision", "model", "serial", "state", "cntlid"],
  }),
  ...named("node_exporter: collector/cpu_linux.go", { node_cpu_package_throttles_total: ["package"] }),
  ...named("node_exporter: collector/kernel_hung_linux.go", { node_kernel_hung_tasks_total: [] }),
  ...named("node_exporter: collector/pressure_linux.go", {
    node_pressure_cpu_waiting_seconds_total: [],
    node_pressure_io_waiting_seconds_total: [],
    node_pressure_memory_waiting_seconds_total: [],
  }),
  ...named("node_exporter: collector/conntrack_linux.go", {
    node_nf_conntrack_entries: [],
    node_nf_conntrack_entries_limit: [],
  }),
  ...named("node_exporter: collector/netclass_linux.go", { node_network_speed_bytes: ["device"] }),
  ...named("node_exporter: collector/textfile.go", { node_textfile_mtime_seconds: ["file"] }),
  ...named("node_exporter: collector/diskstats_common.go", {
    node_disk_read_time_seconds_total: ["device"],
    node_disk_write_time_seconds_total: ["device"],
    node_disk_reads_completed_total: ["device"],
    node_disk_writes_completed_total: ["device"],
    node_disk_io_time_weighted_seconds_total: ["device"],
  }),
  ...named("Debian prometheus-node-exporter-collectors: smartmon.sh, nvme_metrics.sh", {
    smartmon_device_smart_healthy: ["disk", "type"],
    nvme_percentage_used_ratio: ["device"],
  }),
  ...named("ipmi_exporter: docs/metrics.md", {
    ipmi_sensor_state: ["id", "name", "type"],
    ipmi_temperature_state: ["id", "name"],
    ipmi_fan_speed_state: ["id", "name"],
    ipmi_power_state: ["id", "name"],
    ipmi_voltage_state: ["id", "name"],
    ipmi_current_state: ["id", "name"],
  }),
  ...named("cAdvisor: docs/storage/prometheus.md", {
    container_cpu_cfs_periods_total: ["container", "namespace", "pod"],
    container_cpu_cfs_throttled_periods_total: ["container", "namespace", "pod"],
  }),
  ...named("Vault: telemetry, core metrics", { vault_core_unsealed: ["cluster"] }),
  ...named("External Secrets Operator: pkg/controllers/externalsecret/esmetrics", {
    externalsecret_status_condition: ["name", "namespace", "condition", "status"],
  }),
  ...named("blackbox_exporter: prober/http.go", { probe_ssl_earliest_cert_expiry: [], probe_success: [] }),
  ...named("Prometheus itself", {
    up: [],
    ALERTS: ["alertname", "alertstate", "severity", "area"],
    "gemelos:expected_targets": [],
  }),
};

function named(source: string, metrics: Readonly<Record<string, readonly string[]>>) {
  return Object.fromEntries(Object.entries(metrics).map(([name, labels]) => [name, { labels, source }]));
}

/** Documented metrics of an exporter, by the beginning of their names: where each comes from, on a machine that has the part. */
export function needsMore(prefix: string): ReadonlyMap<string, string> {
  const ofExporter = Object.entries(documented).filter(([name]) => name.startsWith(prefix));
  return new Map(ofExporter.map(([name, { source }]) => [name, source]));
}

/** All metrics that are known without running anything: recorded, listed by their makers, or documented. */
export async function recordedMetrics(): Promise<Metrics> {
  const tables = await Promise.all([table("kubernetes.tsv"), table("kube-state-metrics.tsv")]);
  const services = await Promise.all(
    ["Serial", "G1", "Z"].map(async (collector) =>
      parseExposition(await readFile(join(folder, "micrometer", `${collector}.txt`), "utf8")),
    ),
  );
  const named = new Map(Object.entries(documented).map(([name, { labels }]) => [name, new Set(labels)]));
  return merged([...tables, ...services, named]);
}

/** The metrics of several sources together. */
export function merged(sources: readonly Metrics[]): Metrics {
  const all = new Map<string, Set<string>>();
  for (const [name, labels] of sources.flatMap((source) => [...source])) {
    all.set(name, new Set([...(all.get(name) ?? []), ...labels]));
  }
  return all;
}
