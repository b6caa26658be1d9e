import type { Alerts } from "../alert.ts";

const pod = ["namespace", "pod"];
const owned = "* on (namespace, service) group_left (owner) gemelos:service:info";

/** Requests of services without an objective, and what requests wait for inside a service. */
export const requestAlerts = {
  ServiceFailing: {
    severity: "ticket",
    kind: "symptom",
    for: "10m",
    threshold: { value: 0.05, unit: "ratio" },
    identity: ["namespace", "service"],
    expression: ({ threshold }) =>
      `(gemelos:service:errors:ratio_rate5m > ${threshold}) ${owned} unless on (namespace, service) gemelos:service:availability_budget`,
    summary:
      "{{ $value | humanizePercentage }} of the requests of {{ $labels.service }} in {{ $labels.namespace }} fail",
    description:
      "More than {threshold} end in a server's error for {for}. The service states no objective for its availability; with one, its budget says when that matters.",
  },
  ConnectionPoolExhausted: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: [...pod, "pool"],
    expression: () => `(min_over_time(hikaricp_connections_pending[2m]) > 0) ${owned}`,
    summary:
      "{{ $value }} threads of {{ $labels.namespace }}/{{ $labels.pod }} wait for a connection of {{ $labels.pool }}",
    description:
      "For {for} the pool has had none to give. The database is slow, connections are held too long, or the pool is too small.",
  },
  ConnectionsTimedOut: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    identity: [...pod, "pool"],
    expression: () => `(increase(hikaricp_connections_timeout_total[5m]) > 0) ${owned}`,
    summary:
      '{{ $value | printf "%.0f" }} requests of {{ $labels.namespace }}/{{ $labels.pod }} got no connection of {{ $labels.pool }} in 5 minutes',
    description: "They have failed. The database is away, connections are held too long, or the pool is too small.",
  },
  LogErrors: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 1, unit: "number" },
    identity: ["namespace", "service"],
    expression: ({ threshold }) =>
      `(sum by (namespace, service) (rate(logback_events_total{level="error"}[5m])) > ${threshold}) ${owned}`,
    summary: "{{ $labels.service }} in {{ $labels.namespace }} logs {{ $value | humanize }} errors a second",
    description: "More than {threshold} a second for {for}, over all replicas.",
  },
} satisfies Alerts;
