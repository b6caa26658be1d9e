import type { Series } from "./cases/alertCase.ts";

/** Minutes for which there are samples: the error budget is read hour by hour, so it begins with the first full one. */
export const minutes = 70;

const node = 'job="node-exporter",node="worker1"';
const objects = 'job="kube-state-metrics",namespace="declarations"';
const pod = 'pod="receipts-6d5f7c9b8-x2x4p"';
const service = `job="services",namespace="declarations",service="receipts",${pod}`;
const container = `${pod},container="receipts"`;

/** A value that stays. */
const gauge = (value: number): string => `${value}x${minutes}`;
/** A counter that grows by so much a minute. */
const counter = (step: number): string => `0+${step}x${minutes}`;

/** What a small site is seen as: a machine with disks and cards, a service with a pool, and the objects of both. */
export const siteSeries: Series = {
  ...machine(),
  ...hardware(),
  ...kubernetesObjects(),
  ...javaService(),
  [`container_cpu_usage_seconds_total{job="cadvisor",namespace="declarations",${container}}`]: counter(30),
  [`container_memory_working_set_bytes{job="cadvisor",namespace="declarations",${container}}`]: gauge(8e8),
  ...each(["used", "capacity"], (of) => [
    `kubelet_volume_stats_${of}_bytes{job="kubelet",namespace="declarations",persistentvolumeclaim="receipts.data"}`,
    gauge(of === "used" ? 8e9 : 1e10),
  ]),
  'up{job="services",namespace="declarations",service="receipts"}': gauge(1),
};

function each(names: readonly string[], series: (name: string) => readonly [string, string]): Series {
  return Object.fromEntries(names.map(series));
}

function machine(): Series {
  const mounted = `${node},mountpoint="/var",fstype="ext4"`;
  return {
    ...each(["user", "system", "idle", "iowait"], (mode) => [
      `node_cpu_seconds_total{${node},cpu="0",mode="${mode}"}`,
      counter(15),
    ]),
    ...each(["cpu", "memory", "io"], (what) => [`node_pressure_${what}_waiting_seconds_total{${node}}`, counter(1)]),
    ...each(["MemTotal", "MemAvailable", "MemFree"], (what) => [`node_memory_${what}_bytes{${node}}`, gauge(1e9)]),
    ...each(["size_bytes", "avail_bytes", "files", "files_free"], (what) => [
      `node_filesystem_${what}{${mounted}}`,
      gauge(1e6),
    ]),
    ...each(
      [
        ...["io_time_seconds", "read_bytes", "written_bytes", "read_time_seconds", "write_time_seconds"],
        ...["reads_completed", "writes_completed"],
      ],
      (what) => [`node_disk_${what}_total{${node},device="sda"}`, counter(20)],
    ),
    ...each(
      ["receive_bytes", "transmit_bytes", "receive_errs", "transmit_errs", "receive_drop", "transmit_drop"],
      (what) => [`node_network_${what}_total{${node},device="eno1"}`, counter(600)],
    ),
    ...each(["Tcp_RetransSegs", "Tcp_OutSegs"], (what) => [`node_netstat_${what}{${node}}`, counter(60)]),
    ...each(["pgmajfault", "oom_kill"], (what) => [`node_vmstat_${what}{${node}}`, counter(1)]),
    ...each(
      [
        ...["node_uname_info", "node_boot_time_seconds", "node_load1", "node_nf_conntrack_entries"],
        ...["node_nf_conntrack_entries_limit", "node_timex_offset_seconds", "node_filefd_allocated"],
        ...["node_filefd_maximum", "node_procs_blocked"],
      ],
      (name) => [`${name}{${node}}`, gauge(1)],
    ),
  };
}

function hardware(): Series {
  return {
    [`node_hwmon_temp_celsius{${node},chip="platform_coretemp_0",sensor="temp1"}`]: gauge(50),
    [`node_md_disks_required{${node},device="md0"}`]: gauge(2),
    ...each(["active", "failed"], (state) => [`node_md_disks{${node},device="md0",state="${state}"}`, gauge(1)]),
    [`smartmon_device_smart_healthy{${node},disk="/dev/sda"}`]: gauge(1),
    [`node_edac_uncorrectable_errors_total{${node},controller="0"}`]: gauge(0),
  };
}

function kubernetesObjects(): Series {
  const resource = (name: string) => `resource="${name}",node="worker1"`;
  return {
    'kube_node_status_condition{job="kube-state-metrics",node="worker1",condition="Ready",status="true"}': gauge(1),
    ...each(["worker1", "worker2"], (name) => [
      `kube_node_status_allocatable{job="kube-state-metrics",node="${name}",resource="cpu"}`,
      gauge(32),
    ]),
    ...each(["worker1", "worker2"], (name) => [
      `kube_node_status_allocatable{job="kube-state-metrics",node="${name}",resource="memory"}`,
      gauge(1e11),
    ]),
    ...each(["cpu", "memory"], (name) => [
      `kube_pod_container_resource_requests{${objects},${container},${resource(name)}}`,
      gauge(1),
    ]),
    [`kube_pod_container_resource_limits{${objects},${container},${resource("memory")}}`]: gauge(1e9),
    [`kube_pod_container_status_restarts_total{${objects},${container}}`]: gauge(1),
    [`kube_pod_status_ready{${objects},${pod},condition="false"}`]: gauge(0),
    [`kube_pod_status_phase{${objects},${pod},phase="Running"}`]: gauge(1),
    ...each(["status_replicas_ready", "spec_replicas"], (what) => [
      `kube_deployment_${what}{${objects},deployment="receipts"}`,
      gauge(2),
    ]),
    [`kube_replicaset_spec_replicas{${objects},replicaset="receipts-6d5f7c9b8"}`]: `0x${minutes - 2} 2x2`,
    [`kube_horizontalpodautoscaler_spec_min_replicas{${objects},horizontalpodautoscaler="receipts"}`]: gauge(2),
    [`kube_horizontalpodautoscaler_spec_max_replicas{${objects},horizontalpodautoscaler="receipts"}`]: gauge(4),
    [`kube_horizontalpodautoscaler_status_current_replicas{${objects},horizontalpodautoscaler="receipts"}`]: gauge(4),
    ...each(["used", "hard"], (type) => [
      `kube_resourcequota{${objects},resourcequota="services",resource="pods",type="${type}"}`,
      gauge(8),
    ]),
  };
}

/** Of a thousand requests a minute four fail, and a hundred are slow: both budgets are overdrawn. */
function javaService(): Series {
  const answered = `${service},uri="/receipts",status="200",outcome="SUCCESS"`;
  const failed = `${service},uri="/receipts",status="500",outcome="SERVER_ERROR"`;
  return {
    [`http_server_requests_seconds_count{${answered}}`]: counter(996),
    [`http_server_requests_seconds_count{${failed}}`]: counter(4),
    [`http_server_requests_seconds_bucket{${answered},le="0.5"}`]: counter(900),
    [`http_server_requests_seconds_sum{${answered}}`]: counter(100),
    [`http_server_requests_seconds_max{${answered}}`]: gauge(1),
    ...each(["error", "warn"], (level) => [`logback_events_total{${service},level="${level}"}`, counter(1)]),
    [`jvm_memory_usage_after_gc{${service},area="heap",pool="long-lived"}`]: gauge(0.5),
    [`jvm_memory_used_bytes{${service},area="heap",id="ZHeap"}`]: gauge(5e8),
    [`jvm_memory_max_bytes{${service},area="heap",id="ZHeap"}`]: gauge(1e9),
    [`jvm_gc_pause_seconds_sum{${service},gc="G1 Young Generation"}`]: counter(1),
    [`jvm_threads_states_threads{${service},state="runnable"}`]: gauge(20),
    ...each(["active", "max"], (what) => [`hikaricp_connections_${what}{${service},pool="main"}`, gauge(10)]),
  };
}
