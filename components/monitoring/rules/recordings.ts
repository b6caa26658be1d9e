import type { MonitoredService, MonitoringContext } from "../context.ts";
import { recordedWindows } from "./burnRate.ts";
import type { RecordingRule, RuleGroup } from "./ruleGroup.ts";

/**
 * Series that rules and dashboards share: what is known of services and nodes, as constants with the labels by which alerts
 * find owner and role, and what happens to requests. Series of the past are kept once a service, however many replicas,
 * paths and statuses it has: over days, Prometheus could not read the raw ones.
 */
export function recordingGroups(context: MonitoringContext): RuleGroup[] {
  const services = context.services.filter(({ paused }) => !paused);
  const groups: RuleGroup[] = [
    { name: "gemelos-facts", rules: [...context.nodes.map(nodeFact), ...services.flatMap(serviceFacts)] },
    { name: "gemelos-releases", rules: [release] },
    { name: "gemelos-requests", rules: [...requests, ...ratios("errors"), ...ratios("slow")] },
    // A month is read hour by hour.
    {
      name: "gemelos-budgets",
      interval: "5m",
      rules: [...month("errors", "availability"), ...month("slow", "latency")],
    },
  ];
  return groups.filter(({ rules }) => rules.length > 0);
}

function constant(record: string, value: number, labels: Readonly<Record<string, string>>): RecordingRule {
  // A budget of 1 - 0.999 is 0.001 and not 0.0010000000000000009.
  return { record, expr: `vector(${Number(value.toPrecision(10))})`, labels };
}

function nodeFact({ name, role, kind, zone }: MonitoringContext["nodes"][number]): RecordingRule {
  return constant("gemelos:node:info", 1, { node: name, role, kind, ...(zone === undefined ? {} : { zone }) });
}

function serviceFacts({ name, namespace, owner, objectives, metrics }: MonitoredService): RecordingRule[] {
  const { availability, latency } = objectives;
  const labels = { namespace, service: name };
  return [
    constant("gemelos:service:info", 1, { ...labels, owner, metrics: String(metrics !== undefined) }),
    ...(availability === undefined
      ? []
      : [constant("gemelos:service:availability_budget", 1 - availability, { ...labels, owner })]),
    ...(latency === undefined
      ? []
      : [
          constant("gemelos:service:latency_budget", 1 - latency.ratio, { ...labels, owner }),
          constant("gemelos:service:latency_threshold", latency.seconds, { ...labels, le: bucket(latency.seconds) }),
        ]),
  ];
}

/** The label `le` of a histogram's bucket, as Prometheus writes it: `0.5`, `1.0`. */
function bucket(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
}

/** What runs, by the digest of its image; a site's registry is not part of it. */
const release: RecordingRule = {
  record: "gemelos:service:release",
  expr:
    'count by (namespace, service, owner, release) (label_replace(label_replace(kube_pod_container_info, "release", "$1", "image_spec", ".+@(sha256:.+)"), "service", "$1", "container", "(.+)") ' +
    "* on (namespace, service) group_left (owner) gemelos:service:info)",
};

/** Requests of callers: what the kubelet and Prometheus ask of Actuator is none. */
const ofCallers = 'uri!~"/actuator.*"';

const requests: readonly RecordingRule[] = [
  {
    record: "gemelos:service:requests:rate5m",
    expr: `sum by (namespace, service) (rate(http_server_requests_seconds_count{${ofCallers}}[5m]))`,
  },
  {
    record: "gemelos:service:errors:rate5m",
    expr:
      `sum by (namespace, service) (rate(http_server_requests_seconds_count{${ofCallers},status=~"5.."}[5m])) ` +
      "or 0 * gemelos:service:requests:rate5m",
  },
  {
    record: "gemelos:service:slow:rate5m",
    expr:
      "gemelos:service:requests:rate5m - sum by (namespace, service) " +
      `(rate(http_server_requests_seconds_bucket{${ofCallers}}[5m]) and on (namespace, service, le) gemelos:service:latency_threshold)`,
  },
];

function ratios(fault: "errors" | "slow"): RecordingRule[] {
  return recordedWindows.map((window) => ({
    record: `gemelos:service:${fault}:ratio_rate${window}`,
    expr:
      window === "5m"
        ? ratio(fault, (series) => series)
        : ratio(fault, (series) => `avg_over_time(${series}[${window}])`),
  }));
}

function ratio(fault: "errors" | "slow", over: (series: string) => string): string {
  return `${over(`gemelos:service:${fault}:rate5m`)} / ${over("gemelos:service:requests:rate5m")}`;
}

function month(fault: "errors" | "slow", objective: "availability" | "latency"): RecordingRule[] {
  const hours = (series: string) => `avg_over_time(avg_over_time(${series}[1h])[30d:1h])`;
  return [
    { record: `gemelos:service:${fault}:ratio_rate30d`, expr: ratio(fault, hours) },
    {
      record: `gemelos:service:${objective}_budget:remaining`,
      expr: `1 - gemelos:service:${fault}:ratio_rate30d / on (namespace, service) group_left (owner) gemelos:service:${objective}_budget`,
    },
  ];
}
