import type { serviceAlerts } from "../../../components/monitoring/rules/services.ts";
import type { Cases } from "./alertCase.ts";

const receipts = 'job="services",namespace="declarations",service="receipts",pod="receipts-1"';
const archive = 'job="services",namespace="declarations",service="archive",pod="archive-1"';
const owner = "team-receipts@tax.example";
const serviceLabels = { namespace: "declarations", service: "receipts", owner };
const podLabels = { ...serviceLabels, pod: "receipts-1" };
const scraped = { ...podLabels, job: "services" };

/** Requests a minute, of which so many fail; the objective is 99.9 %. */
function requests(failing: number, good: number, minutes: number) {
  return {
    [`http_server_requests_seconds_count{${receipts},uri="/receipts",status="500"}`]: `0+${failing}x${minutes}`,
    [`http_server_requests_seconds_count{${receipts},uri="/receipts",status="200"}`]: `0+${good}x${minutes}`,
    // Probes succeed whatever happens to citizens, and count for nothing.
    [`http_server_requests_seconds_count{${receipts},uri="/actuator/health",status="200"}`]: `0+60000x${minutes}`,
  };
}

/** Requests a minute, of which so many take longer than 500 ms; the objective is 99 %. */
function durations(slow: number, fast: number, minutes: number) {
  return {
    [`http_server_requests_seconds_count{${receipts},uri="/receipts",status="200"}`]: `0+${slow + fast}x${minutes}`,
    [`http_server_requests_seconds_bucket{${receipts},uri="/receipts",status="200",le="0.5"}`]: `0+${fast}x${minutes}`,
    [`http_server_requests_seconds_bucket{${receipts},uri="/receipts",status="200",le="+Inf"}`]: `0+${slow + fast}x${minutes}`,
  };
}

export const serviceCases: Cases<typeof serviceAlerts> = {
  AvailabilityBudgetBurningFast: {
    // Six hours without a failure, and then three in a hundred requests: at the 29th minute they are 1.44 % of the hour's.
    fires: {
      [`http_server_requests_seconds_count{${receipts},uri="/receipts",status="500"}`]: "0x360 30+30x60",
      [`http_server_requests_seconds_count{${receipts},uri="/receipts",status="200"}`]: "0+1000x360 360970+970x60",
    },
    at: "391m",
    labels: serviceLabels,
    summary: "receipts in declarations fails so often that its error budget burns 14.5 times too fast",
    silent: requests(1, 1000, 90),
  },
  AvailabilityBudgetBurningSlowly: {
    fires: requests(4, 996, 90),
    at: "1m",
    labels: serviceLabels,
    summary: "receipts in declarations fails too often: its error budget burns at 4",
    silent: requests(1, 2000, 90),
  },
  LatencyBudgetBurningFast: {
    fires: durations(200, 800, 90),
    at: "1m",
    labels: serviceLabels,
    summary: "receipts in declarations is so slow that its error budget burns 20 times too fast",
    silent: durations(10, 1000, 90),
  },
  LatencyBudgetBurningSlowly: {
    fires: durations(40, 960, 90),
    at: "1m",
    labels: serviceLabels,
    summary: "receipts in declarations is slow too often: its error budget burns at 4",
    silent: durations(5, 1000, 90),
  },
  CpuThrottledWhileSlow: {
    fires: {
      ...durations(40, 960, 60),
      'container_cpu_cfs_throttled_periods_total{namespace="declarations",pod="receipts-5d9f8b7c6d-x2k4z",container="receipts"}':
        "0+300x60",
      'container_cpu_cfs_periods_total{namespace="declarations",pod="receipts-5d9f8b7c6d-x2k4z",container="receipts"}':
        "0+600x60",
    },
    at: "16m",
    labels: { ...serviceLabels, pod: "receipts-5d9f8b7c6d-x2k4z" },
    summary: "declarations/receipts-5d9f8b7c6d-x2k4z waits for its CPU limit in 50% of the periods",
    // Nobody waits for it.
    silent: {
      ...durations(1, 999, 60),
      'container_cpu_cfs_throttled_periods_total{namespace="declarations",pod="receipts-5d9f8b7c6d-x2k4z",container="receipts"}':
        "0+300x60",
      'container_cpu_cfs_periods_total{namespace="declarations",pod="receipts-5d9f8b7c6d-x2k4z",container="receipts"}':
        "0+600x60",
    },
  },
  ServiceFailing: {
    fires: {
      [`http_server_requests_seconds_count{${archive},uri="/files",status="503"}`]: "0+10x60",
      [`http_server_requests_seconds_count{${archive},uri="/files",status="200"}`]: "0+90x60",
    },
    at: "11m",
    labels: { namespace: "declarations", service: "archive", owner: "team-archive@tax.example" },
    summary: "10% of the requests of archive in declarations fail",
    // Its budget watches it.
    silent: requests(100, 900, 60),
  },
  ConnectionPoolExhausted: {
    fires: { [`hikaricp_connections_pending{${receipts},pool="main"}`]: "4x60" },
    at: "5m",
    labels: { ...scraped, pool: "main" },
    summary: "4 threads of declarations/receipts-1 wait for a connection of main",
    silent: { [`hikaricp_connections_pending{${receipts},pool="main"}`]: "4 0 4 0 4 0 4 0 4 0 4 0" },
  },
  ConnectionsTimedOut: {
    fires: { [`hikaricp_connections_timeout_total{${receipts},pool="main"}`]: "0x5 3x20" },
    at: "6m",
    labels: { ...scraped, pool: "main" },
    summary: "3 requests of declarations/receipts-1 got no connection of main in 5 minutes",
    silent: { [`hikaricp_connections_timeout_total{${receipts},pool="main"}`]: "3x60" },
  },
  LogErrors: {
    fires: { [`logback_events_total{${receipts},level="error"}`]: "0+180x60" },
    at: "12m",
    labels: serviceLabels,
    summary: "receipts in declarations logs 3 errors a second",
    silent: { [`logback_events_total{${receipts},level="warn"}`]: "0+180x60" },
  },
  // With ZGC the share after a collection may be no number.
  JvmHeapAlmostFull: {
    fires: {
      [`jvm_memory_usage_after_gc{${receipts},area="heap",pool="long-lived"}`]: Array.from(
        { length: 20 },
        () => "NaN",
      ).join(" "),
      [`jvm_memory_used_bytes{${receipts},area="heap",id="ZHeap"}`]:
        "90 95 99 90 95 99 90 95 99 90 95 99 90 95 99 90 95 99 90 95 99",
      [`jvm_memory_max_bytes{${receipts},area="heap",id="ZHeap"}`]: "100x60",
    },
    at: "15m",
    labels: podLabels,
    summary: "90% of the heap of declarations/receipts-1 is alive after a collection",
    // All of the heap is used, and a collection leaves half of it; a part without a limit says -1.
    silent: {
      [`jvm_memory_usage_after_gc{${receipts},area="heap",pool="long-lived"}`]: "0.5x60",
      [`jvm_memory_used_bytes{${receipts},area="heap",id="G1 Old Gen"}`]: "99x60",
      [`jvm_memory_max_bytes{${receipts},area="heap",id="G1 Old Gen"}`]: "100x60",
      [`jvm_memory_max_bytes{${receipts},area="heap",id="G1 Eden Space"}`]: "-1x60",
    },
  },
  JvmGcPausing: {
    fires: {
      [`jvm_gc_pause_seconds_sum{${receipts},gc="G1 Old Generation",action="end of major GC",cause="x"}`]: "0+15x60",
    },
    at: "13m",
    labels: podLabels,
    summary: "declarations/receipts-1 stands still 25% of the time to collect garbage",
    silent: {
      [`jvm_gc_pause_seconds_sum{${receipts},gc="G1 Old Generation",action="end of major GC",cause="x"}`]: "0+3x60",
    },
  },
  JvmGcCollectingWithoutBreak: {
    fires: {
      [`jvm_gc_concurrent_phase_time_seconds_sum{${receipts},gc="ZGC Cycles",action="a",cause="x"}`]: "0+57x60",
    },
    at: "15m",
    labels: podLabels,
    summary: "ZGC collects 95% of the time in declarations/receipts-1",
    // What G1 does beside the program costs nobody a wait.
    silent: {
      [`jvm_gc_concurrent_phase_time_seconds_sum{${receipts},gc="G1 Concurrent GC",action="a",cause="x"}`]: "0+57x60",
    },
  },
  JvmThreadsBlocked: {
    fires: { [`jvm_threads_states_threads{${receipts},state="blocked"}`]: "40x60" },
    at: "10m",
    labels: podLabels,
    summary: "40 threads of declarations/receipts-1 wait for a lock",
    silent: { [`jvm_threads_states_threads{${receipts},state="waiting"}`]: "400x60" },
  },
  JvmThreadsMany: {
    fires: { [`jvm_threads_live_threads{${receipts}}`]: "2000x60" },
    at: "15m",
    labels: podLabels,
    summary: "declarations/receipts-1 has 2000 threads",
    silent: { [`jvm_threads_live_threads{${receipts}}`]: "200x60" },
  },
};
