import type { Alerts } from "../alert.ts";

/** Disks: how long they take, how much waits for them, and arrays of them. */
export const diskAlerts = {
  NodeDiskSlow: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.1, unit: "seconds" },
    identity: ["node", "device"],
    expression: ({ threshold }) =>
      "(rate(node_disk_read_time_seconds_total[5m]) + rate(node_disk_write_time_seconds_total[5m])) / " +
      `(rate(node_disk_reads_completed_total[5m]) + rate(node_disk_writes_completed_total[5m])) > ${threshold}`,
    summary: "{{ $labels.device }} of {{ $labels.node }} takes {{ $value | humanizeDuration }} for a request",
    description:
      "More than {threshold} on average for {for}. A disk that grows slow without more requests than before is about to fail.",
  },
  NodeDiskSaturated: {
    severity: "ticket",
    kind: "cause",
    for: "30m",
    threshold: { value: 10, unit: "number" },
    identity: ["node", "device"],
    expression: ({ threshold }) => `rate(node_disk_io_time_weighted_seconds_total[5m]) > ${threshold}`,
    summary: "{{ $value | humanize }} requests wait for {{ $labels.device }} of {{ $labels.node }}",
    description: "More than {threshold} on average for {for}: the disk is asked for more than it can do.",
  },
  NodeIoPressure: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.5, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `rate(node_pressure_io_waiting_seconds_total[5m]) > ${threshold}`,
    summary: "On {{ $labels.node }} tasks wait for disks {{ $value | humanizePercentage }} of the time",
    description: "Some task waits for a disk or a file server more than {threshold} of the time, for {for}.",
  },
  NodeTasksHung: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    identity: ["node"],
    expression: () => "increase(node_kernel_hung_tasks_total[15m]) > 0",
    summary: '{{ $value | printf "%.0f" }} tasks of {{ $labels.node }} have been stuck for minutes',
    description:
      "In the last 15 minutes the kernel found tasks that waited without a break for longer than its limit, 2 minutes as a rule: a disk that dies, or a file server that is gone.",
  },
  NodeRaidDegraded: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["node", "device"],
    expression: () => 'node_md_disks_required - ignoring (state) node_md_disks{state="active"} > 0',
    summary: "The array {{ $labels.device }} of {{ $labels.node }} lacks {{ $value }} disks",
    description:
      "It runs without its redundancy for {for}, and there is no spare: the next disk that fails takes the data.",
    applies: ({ nodes }) => nodes.some(({ kind }) => kind === "metal"),
  },
  NodeRaidDiskFailed: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    identity: ["node", "device"],
    expression: () => 'node_md_disks{state="failed"} > 0',
    summary: "{{ $value }} disks of the array {{ $labels.device }} of {{ $labels.node }} have failed",
    description: "The array may still be whole if a spare took over. The disk has to be changed.",
    applies: ({ nodes }) => nodes.some(({ kind }) => kind === "metal"),
  },
} satisfies Alerts;
