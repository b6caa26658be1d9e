import type { MonitoredService } from "../../context.ts";
import type { AlertDefinition, Alerts } from "../alert.ts";
import { burnRate, pageWindows, ticketWindows } from "../burnRate.ts";

/** Whether a service states the objective. */
function some(states: (service: MonitoredService) => boolean): NonNullable<AlertDefinition["applies"]> {
  return ({ services }) => services.some(states);
}

const identity = ["namespace", "service"];
const failing = some(({ objectives }) => objectives.availability !== undefined);
const slow = some(({ objectives }) => objectives.latency !== undefined);

const rest = "At the rate at which nothing would be left after 30 days it is 1.";

/** Error budgets of services that state objectives: a page when days of it go in an hour, a ticket when it goes too fast. */
export const objectiveAlerts = {
  AvailabilityBudgetBurningFast: {
    severity: "page",
    kind: "symptom",
    for: "0m",
    identity,
    expression: () => burnRate("errors", "availability", pageWindows),
    summary:
      "{{ $labels.service }} in {{ $labels.namespace }} fails so often that its error budget burns {{ $value | humanize }} times too fast",
    description: `Requests end in a server's error. ${rest} Above 14.4 over an hour, or 6 over six hours, days of it are gone before tomorrow.`,
    applies: failing,
  },
  AvailabilityBudgetBurningSlowly: {
    severity: "ticket",
    kind: "symptom",
    for: "0m",
    identity,
    expression: () => burnRate("errors", "availability", ticketWindows),
    summary:
      "{{ $labels.service }} in {{ $labels.namespace }} fails too often: its error budget burns at {{ $value | humanize }}",
    description: `Requests end in a server's error. ${rest} Above 3 over a day, or 1 over three days, the objective of the month will be missed.`,
    applies: failing,
  },
  LatencyBudgetBurningFast: {
    severity: "page",
    kind: "symptom",
    for: "0m",
    identity,
    expression: () => burnRate("slow", "latency", pageWindows),
    summary:
      "{{ $labels.service }} in {{ $labels.namespace }} is so slow that its error budget burns {{ $value | humanize }} times too fast",
    description: `Too many requests take longer than its objective allows. ${rest} Above 14.4 over an hour, or 6 over six hours, days of it are gone before tomorrow.`,
    applies: slow,
  },
  LatencyBudgetBurningSlowly: {
    severity: "ticket",
    kind: "symptom",
    for: "0m",
    identity,
    expression: () => burnRate("slow", "latency", ticketWindows),
    summary:
      "{{ $labels.service }} in {{ $labels.namespace }} is slow too often: its error budget burns at {{ $value | humanize }}",
    description: `Too many requests take longer than its objective allows. ${rest} Above 3 over a day, or 1 over three days, the objective of the month will be missed.`,
    applies: slow,
  },
  // By itself throttling is no fault: it matters where somebody waits for it.
  CpuThrottledWhileSlow: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.25, unit: "ratio" },
    identity: ["namespace", "pod"],
    expression: ({ threshold }) =>
      'label_replace(sum by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{container!=""}[5m])) / sum by (namespace, pod) (rate(container_cpu_cfs_periods_total{container!=""}[5m])) ' +
      `> ${threshold}, "service", "$1", "pod", "(.+)-[^-]+-[^-]+") * on (namespace, service) group_left (owner) gemelos:service:info ` +
      "and on (namespace, service) gemelos:service:slow:ratio_rate1h / on (namespace, service) gemelos:service:latency_budget > 1",
    summary:
      "{{ $labels.namespace }}/{{ $labels.pod }} waits for its CPU limit in {{ $value | humanizePercentage }} of the periods",
    description:
      "More than {threshold} for {for} while its latency budget burns. Raise limits.cpu of the service, or leave it out.",
    applies: slow,
  },
} satisfies Alerts;
