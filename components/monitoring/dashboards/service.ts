import type { DashboardPlan, Panel } from "./panel.ts";

const service = 'job="services", service="$service"';
const requests = "http_server_requests_seconds";
const deployment = 'job="kube-state-metrics", namespace="$namespace", deployment="$service"';
const autoscaler = 'job="kube-state-metrics", namespace="$namespace", horizontalpodautoscaler="$service"';
/** The service's pods: a Deployment's pods have its name, a hash of the template and five letters. */
const pods = 'namespace="$namespace", pod=~"$service-[a-z0-9]+-[a-z0-9]{5}"';

/** One service: what its callers see, then what explains it: replicas, the JVM, its pools. */
export const serviceDashboard: DashboardPlan = {
  file: "service",
  title: "Service",
  description:
    "One service: traffic, errors, latency and its error budget; replicas, JVM and pools, which explain them.",
  variables: [
    { name: "namespace", label: "Namespace", series: 'up{job="services"}', values: "namespace" },
    { name: "service", label: "Service", series: 'up{job="services", namespace="$namespace"}', values: "service" },
  ],
  annotations: [
    {
      name: "Deployments",
      expr: 'max by (replicaset) (kube_replicaset_created{job="kube-state-metrics", namespace="$namespace", replicaset=~"$service-[a-z0-9]+"}) * 1000',
      title: "Deployed",
    },
  ],
  rows: [
    { height: 3, panels: numbers() },
    { height: 7, panels: callers() },
    { height: 6, panels: replicas() },
    { height: 6, panels: jvm() },
  ],
};

function numbers(): Panel[] {
  return [
    {
      kind: "stat",
      title: "Error budget left",
      description:
        "Share of the 30 days' errors that the objective still allows. Below 0 the objective is missed: put stability before features.",
      unit: "percentunit",
      width: 4,
      min: -1,
      queries: [{ expr: 'gemelos:error_budget_remaining{service="$service"}', legend: "{{objective}}" }],
      limits: { warning: 0.25, critical: 0 },
      noValue: "no objective",
    },
    {
      kind: "stat",
      title: "Requests a second",
      description: "All that callers send, answered or not.",
      unit: "reqps",
      width: 4,
      queries: [{ expr: `sum(rate(${requests}_count{${service}}[$__rate_interval]))`, legend: "requests" }],
    },
    {
      kind: "stat",
      title: "Errors",
      description: "Share of requests that the service answered with 5xx.",
      unit: "percentunit",
      width: 4,
      queries: [
        {
          expr: `sum(rate(${requests}_count{${service}, outcome="SERVER_ERROR"}[$__rate_interval])) / sum(rate(${requests}_count{${service}}[$__rate_interval]))`,
          legend: "errors",
        },
      ],
      limits: { warning: 0.001, critical: 0.01 },
      noValue: "none",
    },
    {
      kind: "stat",
      title: "Ready replicas",
      description: "Pods that take requests now.",
      unit: "short",
      width: 4,
      queries: [{ expr: `kube_deployment_status_replicas_ready{${deployment}}`, legend: "ready" }],
      limits: { warning: 2, critical: 1 },
    },
    {
      kind: "stat",
      title: "Restarts in a day",
      description:
        "Containers that ended and were started again. The reason is in kubectl describe pod: OOMKilled, Error, liveness.",
      unit: "short",
      width: 4,
      queries: [
        {
          expr: `sum(increase(kube_pod_container_status_restarts_total{job="kube-state-metrics", ${pods}}[1d]))`,
          legend: "restarts",
        },
      ],
      limits: { warning: 1, critical: 3 },
    },
    {
      kind: "stat",
      title: "Errors logged a minute",
      description: "Lines of level error in the service's log, which Logback counts.",
      unit: "short",
      width: 4,
      queries: [
        { expr: `60 * sum(rate(logback_events_total{${service}, level="error"}[$__rate_interval]))`, legend: "errors" },
      ],
      limits: { warning: 1, critical: 10 },
    },
  ];
}

function callers(): Panel[] {
  return [
    {
      kind: "timeseries",
      title: "Traffic",
      description: "Requests a second by the status of the answer. 4xx is the callers' doing, 5xx the service's.",
      unit: "reqps",
      width: 8,
      stacked: true,
      queries: [
        { expr: `sum by (status) (rate(${requests}_count{${service}}[$__rate_interval]))`, legend: "{{status}}" },
      ],
    },
    {
      kind: "timeseries",
      title: "Errors by address",
      description:
        "Share of requests answered with 5xx, by the address that was called. One address alone: look at what it calls.",
      unit: "percentunit",
      width: 8,
      noValue: "No errors",
      queries: [
        {
          expr: `sum by (uri) (rate(${requests}_count{${service}, outcome="SERVER_ERROR"}[$__rate_interval])) / sum by (uri) (rate(${requests}_count{${service}}[$__rate_interval]))`,
          legend: "{{uri}}",
        },
      ],
    },
    {
      kind: "timeseries",
      title: "Latency",
      description:
        "Mean time of an answer, the slowest answer of the last minutes, and for a service with an objective the share that is slower than it allows.",
      unit: "s",
      width: 8,
      queries: [
        {
          expr: `sum(rate(${requests}_sum{${service}}[$__rate_interval])) / sum(rate(${requests}_count{${service}}[$__rate_interval]))`,
          legend: "mean",
        },
        { expr: `max(${requests}_max{${service}})`, legend: "slowest" },
      ],
    },
  ];
}

function replicas(): Panel[] {
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

function jvm(): Panel[] {
  return [
    {
      kind: "timeseries",
      title: "Heap after garbage collection",
      description:
        "Share of the long-lived pool that is still in use after a collection: what the service really holds. Rising for days is a leak. ZGC does not tell it: then the heap in use.",
      unit: "percentunit",
      width: 6,
      max: 1,
      queries: [
        {
          expr: `max by (pod) (jvm_memory_usage_after_gc{${service}, area="heap"} >= 0)`,
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
