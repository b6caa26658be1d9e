import type { DashboardPlan, Panel } from "./panel.ts";
import { jvm, replicas } from "./serviceCauses.ts";
import { asked, deployment, pods, recorded, replicaSets, requests, service } from "./serviceSeries.ts";

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
      // A ReplicaSet comes with each change of a pod: image, configuration, or a step back.
      expr: `max by (replicaset) (${replicaSets} > 0) unless max by (replicaset) (${replicaSets} offset 5m > 0)`,
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
        "Share of the 30 days' errors that the objective still allows. Below 0 the objective is missed: put stability before features. A service without an objective has none.",
      unit: "percentunit",
      width: 4,
      min: -1,
      queries: [
        { expr: `gemelos:service:availability_budget:remaining${recorded}`, legend: "availability" },
        { expr: `gemelos:service:latency_budget:remaining${recorded}`, legend: "latency" },
      ],
      limits: { warning: 0.25, critical: 0 },
      noValue: "no budget",
    },
    {
      kind: "stat",
      title: "Requests a second",
      description: "All that callers send, answered or not.",
      unit: "reqps",
      width: 4,
      queries: [{ expr: `gemelos:service:requests:rate5m${recorded}`, legend: "requests" }],
    },
    {
      kind: "stat",
      title: "Errors",
      description: "Share of requests that the service answered with 5xx.",
      unit: "percentunit",
      width: 4,
      queries: [{ expr: `gemelos:service:errors:ratio_rate5m${recorded}`, legend: "errors" }],
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
        { expr: `sum by (status) (rate(${requests}_count{${asked}}[$__rate_interval]))`, legend: "{{status}}" },
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
          expr: `sum by (uri) (rate(${requests}_count{${asked}, outcome="SERVER_ERROR"}[$__rate_interval])) / sum by (uri) (rate(${requests}_count{${asked}}[$__rate_interval]))`,
          legend: "{{uri}}",
        },
      ],
    },
    {
      kind: "timeseries",
      title: "Latency",
      description:
        "Mean time of an answer, and the slowest answer of the last minutes. Does it follow traffic, the heap, or a deployment (blue)?",
      unit: "s",
      width: 8,
      queries: [
        {
          expr: `sum(rate(${requests}_sum{${asked}}[$__rate_interval])) / sum(rate(${requests}_count{${asked}}[$__rate_interval]))`,
          legend: "mean",
        },
        { expr: `max(${requests}_max{${asked}})`, legend: "slowest" },
      ],
    },
  ];
}
