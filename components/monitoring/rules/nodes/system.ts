import type { Alerts } from "../alert.ts";

/** What the whole machine has one of: its clock, its file descriptors. */
export const systemAlerts = {
  NodeClockSkewed: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 0.05, unit: "seconds" },
    identity: ["node"],
    // One that is getting better is left alone.
    expression: ({ threshold }) =>
      `(node_timex_offset_seconds > ${threshold} and deriv(node_timex_offset_seconds[5m]) >= 0) or ` +
      `(node_timex_offset_seconds < -${threshold} and deriv(node_timex_offset_seconds[5m]) <= 0)`,
    summary: "The clock of {{ $labels.node }} is off by {{ $value | humanizeDuration }}",
    description:
      "More than {threshold} for {for}, and not getting better. Certificates, tokens and the order of logs depend on it.",
  },
  NodeClockNotSynchronised: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    identity: ["node"],
    // The kernel gives up after an error of 16 s; before, a time server may only be slow.
    expression: () => "min_over_time(node_timex_sync_status[5m]) == 0 and node_timex_maxerror_seconds >= 16",
    summary: "The clock of {{ $labels.node }} follows no time server",
    description:
      "For {for}. It drifts from now on; see whether chronyd or systemd-timesyncd runs and reaches its servers.",
  },
  NodeFileDescriptorsAlmostGone: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.7, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `node_filefd_allocated / node_filefd_maximum > ${threshold}`,
    summary: "{{ $value | humanizePercentage }} of the file descriptors of {{ $labels.node }} are in use",
    description:
      "More than {threshold} for {for}. When they are gone, no process of the node can open a file or a connection.",
  },
  NodeFileDescriptorsGone: {
    severity: "page",
    kind: "symptom",
    for: "5m",
    threshold: { value: 0.9, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `node_filefd_allocated / node_filefd_maximum > ${threshold}`,
    summary: "Nearly all file descriptors of {{ $labels.node }} are in use: {{ $value | humanizePercentage }}",
    description: "More than {threshold} for {for}: soon no process of the node can open a file or a connection.",
  },
} satisfies Alerts;
