import type { Alerts } from "../alert.ts";

/** File systems on disks of the node itself: pods' volumes are watched by what the kubelet says of them. */
const local = 'fstype!~"tmpfs|ramfs|overlay",mountpoint!~"/var/lib/kubelet/pods/.+"';

const identity = ["node", "mountpoint"];
const writable = `node_filesystem_readonly{${local}} == 0`;
const free = `node_filesystem_avail_bytes{${local}} / node_filesystem_size_bytes{${local}}`;
const freeInodes = `node_filesystem_files_free{${local}} / node_filesystem_files{${local}}`;

/** File systems: space, inodes, and whether they can be written. */
export const fileSystemAlerts = {
  NodeFilesystemFillingIn24Hours: {
    severity: "ticket",
    kind: "cause",
    for: "1h",
    threshold: { value: 0.4, unit: "ratio" },
    identity,
    expression: ({ threshold }) =>
      `${free} < ${threshold} and predict_linear(node_filesystem_avail_bytes{${local}}[6h], 24 * 3600) < 0 and ${writable}`,
    summary:
      "{{ $labels.mountpoint }} of {{ $labels.node }} will be full within 24 hours; {{ $value | humanizePercentage }} is free",
    description:
      "Less than {threshold} is free, and it shrank over the last 6 hours so fast that nothing will be left.",
  },
  // Below 15 %: the kubelet's own clean-up of images starts when 85 % are used, and mostly ends it.
  NodeFilesystemFillingIn4Hours: {
    severity: "page",
    kind: "symptom",
    for: "30m",
    threshold: { value: 0.12, unit: "ratio" },
    identity,
    expression: ({ threshold }) =>
      `${free} < ${threshold} and predict_linear(node_filesystem_avail_bytes{${local}}[6h], 4 * 3600) < 0 and ${writable}`,
    summary:
      "{{ $labels.mountpoint }} of {{ $labels.node }} will be full within 4 hours; {{ $value | humanizePercentage }} is free",
    description:
      "Less than {threshold} is free although the kubelet removes images, and it shrank over the last 6 hours so fast that nothing will be left.",
  },
  NodeFilesystemAlmostFull: {
    severity: "ticket",
    kind: "cause",
    for: "30m",
    threshold: { value: 0.05, unit: "ratio" },
    identity,
    expression: ({ threshold }) => `${free} < ${threshold} and ${writable}`,
    summary: "{{ $value | humanizePercentage }} is free in {{ $labels.mountpoint }} of {{ $labels.node }}",
    description: "Less than {threshold} is free for {for}. The kubelet evicts pods from a node without disk.",
  },
  NodeFilesystemFull: {
    severity: "page",
    kind: "symptom",
    for: "15m",
    threshold: { value: 0.03, unit: "ratio" },
    identity,
    expression: ({ threshold }) => `${free} < ${threshold} and ${writable}`,
    summary: "Only {{ $value | humanizePercentage }} is free in {{ $labels.mountpoint }} of {{ $labels.node }}",
    description: "Less than {threshold} is free for {for}: what writes there fails, or will within minutes.",
  },
  NodeInodesAlmostGone: {
    severity: "ticket",
    kind: "cause",
    for: "1h",
    threshold: { value: 0.05, unit: "ratio" },
    identity,
    expression: ({ threshold }) => `${freeInodes} < ${threshold} and ${writable}`,
    summary:
      "{{ $value | humanizePercentage }} of the inodes are free in {{ $labels.mountpoint }} of {{ $labels.node }}",
    description:
      "Less than {threshold} for {for}. Without an inode no file can be made, however much space is free; mostly many small files are the reason.",
  },
  NodeFilesystemReadOnly: {
    severity: "page",
    kind: "symptom",
    for: "5m",
    identity,
    // One that never was writable is meant to be so.
    expression: () =>
      `node_filesystem_readonly{${local}} == 1 and min_over_time(node_filesystem_readonly{${local}}[7d]) == 0`,
    summary: "{{ $labels.mountpoint }} of {{ $labels.node }} has become read-only",
    description: "It was writable within the last 7 days. The kernel does that after errors of the disk beneath.",
  },
  NodeFilesystemUnreadable: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity,
    expression: () => `node_filesystem_device_error{${local}} == 1`,
    summary: "{{ $labels.mountpoint }} of {{ $labels.node }} cannot be read",
    description: "The kernel gives no figures of this file system for {for}: its disk or its server is gone.",
  },
} satisfies Alerts;
