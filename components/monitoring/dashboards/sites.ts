import type { DashboardPlan, Panel } from "./panel.ts";

/** Requests of callers: what the kubelet and Prometheus ask of Actuator is none. */
const asked = 'job="services", uri!~"/actuator.*"';

/** Share of each node's cores and memory that is in use. */
const busy =
  '1 - avg by (node) (sum by (node, cpu) (rate(node_cpu_seconds_total{job="node-exporter", mode=~"idle|iowait"}[$__rate_interval])))';
const taken =
  '1 - node_memory_MemAvailable_bytes{job="node-exporter"} / node_memory_MemTotal_bytes{job="node-exporter"}';

/** Both sites side by side: the same panels, the site's own on the left, the other's on the right. */
export const sitesDashboard: DashboardPlan = {
  file: "sites",
  title: "Both sites",
  description: "The two sites side by side: what is different on one side explains itself on the other.",
  variables: [],
  annotations: [],
  rows: [
    { height: 3, panels: bothSides(numbers) },
    { height: 7, panels: bothSides(traffic) },
    { height: 6, panels: bothSides(budgets) },
    { height: 6, panels: bothSides(machines) },
  ],
};

function bothSides(panels: (site: string) => readonly Panel[]): Panel[] {
  return [
    ...panels("$datasource"),
    ...panels("$peer_datasource").map((panel): Panel => ({ ...panel, datasource: "peer_datasource" })),
  ];
}

/** What is known of the other site has its label `datacenter`, and is no alert of this one. */
function numbers(site: string): readonly Panel[] {
  return [
    {
      kind: "stat",
      title: `Pages, ${site}`,
      description: "Alerts that page somebody and fire now. Each has a page that says what to do: docs/runbooks.",
      unit: "short",
      width: 3,
      queries: [
        { expr: 'count(ALERTS{datacenter="", alertstate="firing", severity="page"}) or vector(0)', legend: "firing" },
      ],
      limits: { warning: 1, critical: 1 },
    },
    {
      kind: "stat",
      title: `Targets down, ${site}`,
      description: "Processes that Prometheus should read and cannot: what they would say is not known.",
      unit: "short",
      width: 3,
      queries: [{ expr: "count(up == 0) or vector(0)", legend: "down" }],
      limits: { warning: 1, critical: 3 },
    },
    {
      kind: "stat",
      title: `Nodes ready, ${site}`,
      description: "Nodes that take pods. Compare with the site's inventory.",
      unit: "short",
      width: 3,
      queries: [
        {
          expr: 'sum(kube_node_status_condition{job="kube-state-metrics", condition="Ready", status="true"})',
          legend: "ready",
        },
      ],
    },
    {
      kind: "stat",
      title: `Pods not ready, ${site}`,
      description: "Pods that should take requests and do not.",
      unit: "short",
      width: 3,
      queries: [
        {
          expr: 'sum(kube_pod_status_ready{job="kube-state-metrics", condition="false"} * on (namespace, pod) group_left () (kube_pod_status_phase{job="kube-state-metrics", phase=~"Pending|Running|Unknown"} == 1)) or vector(0)',
          legend: "not ready",
        },
      ],
      limits: { warning: 1, critical: 5 },
    },
  ];
}

function traffic(site: string): readonly Panel[] {
  return [
    {
      kind: "timeseries",
      title: `Requests a second, ${site}`,
      description:
        "What the services of each namespace are asked. A side without traffic is not reached, or is in reserve.",
      unit: "reqps",
      width: 6,
      stacked: true,
      queries: [{ expr: "sum by (namespace) (gemelos:service:requests:rate5m)", legend: "{{namespace}}" }],
    },
    {
      kind: "timeseries",
      title: `Services with errors, ${site}`,
      description:
        "Services that answer more than 1 in 1000 requests with 5xx. On both sides alike: the release, or what both call.",
      unit: "percentunit",
      width: 6,
      noValue: "None above 0.1 %",
      queries: [{ expr: "gemelos:service:errors:ratio_rate5m > 0.001", legend: "{{service}}" }],
    },
  ];
}

function budgets(site: string): readonly Panel[] {
  return [
    {
      kind: "timeseries",
      title: `Latency, ${site}`,
      description: "Mean time of an answer of the services of each namespace.",
      unit: "s",
      width: 6,
      queries: [
        {
          expr: `sum by (namespace) (rate(http_server_requests_seconds_sum{${asked}}[$__rate_interval])) / sum by (namespace) (rate(http_server_requests_seconds_count{${asked}}[$__rate_interval]))`,
          legend: "{{namespace}}",
        },
      ],
    },
    {
      kind: "timeseries",
      title: `Error budgets half used, ${site}`,
      description: "What is left of the 30 days' budget where more than half is used. Below 0 the objective is missed.",
      unit: "percentunit",
      width: 6,
      min: -0.5,
      max: 0.5,
      noValue: "All above half",
      queries: [
        { expr: "gemelos:service:availability_budget:remaining < 0.5", legend: "{{service}} availability" },
        { expr: "gemelos:service:latency_budget:remaining < 0.5", legend: "{{service}} latency" },
      ],
      limits: { warning: 0.25, critical: 0 },
    },
  ];
}

function machines(site: string): readonly Panel[] {
  return [
    {
      kind: "timeseries",
      title: `CPU of the nodes, ${site}`,
      description: "Share of all cores' time that is spent working. Far apart: the load is not spread.",
      unit: "percentunit",
      width: 6,
      max: 1,
      queries: [
        { expr: `avg(${busy})`, legend: "mean" },
        { expr: `max(${busy})`, legend: "busiest node" },
      ],
    },
    {
      kind: "timeseries",
      title: `Memory of the nodes, ${site}`,
      description: "Share that programs hold; what the kernel caches counts as free.",
      unit: "percentunit",
      width: 6,
      max: 1,
      queries: [
        { expr: `avg(${taken})`, legend: "mean" },
        { expr: `max(${taken})`, legend: "fullest node" },
      ],
      limits: { warning: 0.9, critical: 0.95 },
    },
  ];
}
