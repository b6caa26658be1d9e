import type { Panel } from "./panel.ts";
import { autoscaler, deployment, pods, service } from "./serviceSeries.ts";

/** How many there are, what each uses, and what it waits for. */
export function replicas(): Panel[] {
  return [
    {
      kind: "timeseries",
      title: "Replicas and the autoscaler's bounds",
      description:
        "At the highest bound for long: the service wants more than it may have. Ready below wanted: pods do not start.",
      unit: "short",
      width: 6,
      queries: [
        { expr: `kube_deployment_status_replicas_ready{${deployment}}`, legend: "ready" },
        { expr: `kube_deployment_spec_replicas{${deployment}}`, legend: "wanted" },
        { expr: `kube_horizontalpodautoscaler_spec_min_replicas{${autoscaler}}`, legend: "at least" },
        { expr: `kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`, legend: "at most" },
      ],
    },
    {
      kind: "timeseries",
      title: "CPU of each pod, of its request",
      description:
        "1 is what the pod asked for. The autoscaler holds the mean near its target; above 1 the pod lives on what others leave.",
      unit: "percentunit",
      width: 6,
      queries: [
        {
          expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{job="cadvisor", ${pods}, container="$service"}[$__rate_interval])) / sum by (pod) (kube_pod_container_resource_requests{job="kube-state-metrics", ${pods}, container="$service", resource="cpu"})`,
          legend: "{{pod}}",
        },
      ],
    },
    {
      kind: "timeseries",
      title: "Memory of each pod, of its limit",
      description:
        "At 1 the kernel ends the container: OOMKilled. A Java service that is near 1 with a small heap uses memory outside the heap.",
      unit: "percentunit",
      width: 6,
      max: 1,
      queries: [
        {
          expr: `sum by (pod) (container_memory_working_set_bytes{job="cadvisor", ${pods}, container="$service"}) / sum by (pod) (kube_pod_container_resource_limits{job="kube-state-metrics", ${pods}, container="$service", resource="memory"})`,
          legend: "{{pod}}",
        },
      ],
      limits: { warning: 0.9, critical: 0.97 },
    },
    {
      kind: "timeseries",
      title: "Connection pools",
      description:
        "Connections to databases in use, of those that the pool may open. At 1 threads wait for a connection, and requests with them.",
      unit: "percentunit",
      width: 6,
      max: 1,
      noValue: "No pool",
      queries: [
        {
          expr: `max by (pod, pool) (hikaricp_connections_active{${service}} / hikaricp_connections_max{${service}})`,
          legend: "{{pod}} {{pool}}",
        },
      ],
      limits: { warning: 0.8, critical: 0.95 },
    },
  ];
}

/** What each JVM does with memory and threads, and what it complains of. */
export function jvm(): Panel[] {
  return [
    {
      kind: "timeseries",
      title: "Heap after garbage collection",
      description:
        "Share of the long-lived pool that is still in use after a collection: what the service really holds. Rising for days is a leak. ZGC does not tell it: then the least that was in use in 15 minutes.",
      unit: "percentunit",
      width: 6,
      max: 1,
      queries: [
        {
          expr:
            `max by (pod) (jvm_memory_usage_after_gc{${service}, area="heap"} >= 0) or ` +
            `min_over_time((sum by (pod) (jvm_memory_used_bytes{${service}, area="heap"}) / sum by (pod) (jvm_memory_max_bytes{${service}, area="heap"} > 0))[15m:1m])`,
          legend: "{{pod}}",
        },
      ],
      limits: { warning: 0.8, critical: 0.9 },
    },
    {
      kind: "timeseries",
      title: "Time in garbage collection pauses",
      description:
        "Share of time in which the whole service stood still. Above 10 % callers feel it: the heap is too small, or leaks.",
      unit: "percentunit",
      width: 6,
      queries: [
        { expr: `sum by (pod) (rate(jvm_gc_pause_seconds_sum{${service}}[$__rate_interval]))`, legend: "{{pod}}" },
      ],
      limits: { warning: 0.05, critical: 0.1 },
    },
    {
      kind: "timeseries",
      title: "Threads by state",
      description:
        "Blocked: threads that wait for a lock; many for long is a deadlock or one hot lock. jcmd Thread.print shows which.",
      unit: "short",
      width: 6,
      queries: [{ expr: `sum by (state) (jvm_threads_states_threads{${service}})`, legend: "{{state}}" }],
    },
    {
      kind: "timeseries",
      title: "Errors and warnings logged",
      description: "Lines a second of level error and warn, counted by Logback.",
      unit: "short",
      width: 6,
      queries: [
        {
          expr: `sum by (level) (rate(logback_events_total{${service}, level=~"error|warn"}[$__rate_interval]))`,
          legend: "{{level}}",
        },
      ],
    },
  ];
}
