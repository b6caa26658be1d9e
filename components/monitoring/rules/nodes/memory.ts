import type { Alerts } from "../alert.ts";

/** Memory: used, waited for, swapped, and what the kernel kills for it. */
export const memoryAlerts = {
  NodeMemoryUsed: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.9, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > ${threshold}`,
    summary: "{{ $value | humanizePercentage }} of the memory of {{ $labels.node }} is in use",
    description: "More than {threshold} is used for {for}. The kubelet evicts pods before the memory is gone.",
  },
  NodeMemoryPressure: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 0.1, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `rate(node_pressure_memory_waiting_seconds_total[5m]) > ${threshold}`,
    summary: "On {{ $labels.node }} tasks wait for memory {{ $value | humanizePercentage }} of the time",
    description:
      "Some task waits for memory that has to be freed first more than {threshold} of the time, for {for}. Pods are killed next.",
  },
  NodeMajorPageFaults: {
    severity: "info",
    kind: "cause",
    for: "15m",
    threshold: { value: 500, unit: "number" },
    identity: ["node"],
    expression: ({ threshold }) => `rate(node_vmstat_pgmajfault[5m]) > ${threshold}`,
    summary: "{{ $labels.node }} reads {{ $value | humanize }} pages a second from disk",
    description:
      "More than {threshold} pages a second are read from disk instead of memory, for {for}: too little is left for the page cache.",
  },
  NodeOutOfMemoryKill: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    identity: ["node"],
    expression: () => "increase(node_vmstat_oom_kill[15m]) > 0",
    summary: 'The kernel of {{ $labels.node }} has killed {{ $value | printf "%.0f" }} processes for want of memory',
    description:
      "In the last 15 minutes. If it was a container over its own limit, ContainerOutOfMemory names it; if not, the node itself had no memory left.",
  },
  NodeSwapping: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 100, unit: "number" },
    identity: ["node"],
    expression: ({ threshold }) => `rate(node_vmstat_pswpin[5m]) + rate(node_vmstat_pswpout[5m]) > ${threshold}`,
    summary: "{{ $labels.node }} swaps {{ $value | humanize }} pages a second",
    description:
      "More than {threshold} pages a second for {for}. A JVM whose heap is swapped stops for seconds at each collection; nodes of Kubernetes have no swap as a rule.",
  },
} satisfies Alerts;
