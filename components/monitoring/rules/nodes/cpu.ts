import type { Alerts } from "../alert.ts";

/** Processors: in use, waited for, and taken by the hypervisor. */
export const cpuAlerts = {
  NodeCpuBusy: {
    severity: "info",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.9, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) =>
      `1 - avg by (node) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m]))) > ${threshold}`,
    summary: "The processors of {{ $labels.node }} are {{ $value | humanizePercentage }} in use",
    description:
      "More than {threshold} of processor time is used for {for}. That alone is no fault; it explains services that are slow.",
  },
  // The kernel's own account of waiting, where the load average counts tasks that wait for disks as well.
  NodeCpuPressure: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.6, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `rate(node_pressure_cpu_waiting_seconds_total[5m]) > ${threshold}`,
    summary: "On {{ $labels.node }} tasks wait for a processor {{ $value | humanizePercentage }} of the time",
    description:
      "Some task waits for a processor more than {threshold} of the time, for {for}: everything on this node is slower.",
  },
  NodeLoadHigh: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 2, unit: "number" },
    identity: ["node"],
    expression: ({ threshold }) =>
      `node_load1 / on (node) group_left () count by (node) (node_cpu_seconds_total{mode="idle"}) > ${threshold}`,
    summary: 'The load of {{ $labels.node }} is {{ $value | printf "%.1f" }} a core',
    description:
      "More than {threshold} tasks a core run, wait to run or wait for a disk, for {for}. NodeCpuPressure and NodeIoPressure say which of them.",
  },
  NodeCpuStolen: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.1, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `avg by (node) (rate(node_cpu_seconds_total{mode="steal"}[5m])) > ${threshold}`,
    summary: "{{ $labels.node }} lacks {{ $value | humanizePercentage }} of its processor time",
    description:
      "The hypervisor gives more than {threshold} of the time to other machines, for {for}: it has sold more processors than it has.",
    applies: ({ nodes }) => nodes.some(({ kind }) => kind === "vm"),
  },
} satisfies Alerts;
