import type { Alerts } from "../alert.ts";

/** Interfaces of the machine, and none that a network plugin makes for pods and tunnels. */
const interfaces =
  'device!~"lo|veth.*|cali.*|cilium.*|lxc.*|vxlan.*|flannel.*|tunl.*|cni.*|docker.*|br-.*|nodelocaldns|kube-ipvs.*|dummy.*"';

/** A ratio of both directions, told apart by the label `direction`. */
function bothDirections(ratio: (direction: "receive" | "transmit") => string): string {
  return (["receive", "transmit"] as const)
    .map((direction) => `label_replace(${ratio(direction)}, "direction", "${direction}", "", "")`)
    .join(" or ");
}

const identity = ["node", "device", "direction"];

/** The network: errors, drops, saturation, links and the table of connections. */
export const networkAlerts = {
  NodeNetworkErrors: {
    severity: "ticket",
    kind: "cause",
    for: "1h",
    threshold: { value: 0.01, unit: "ratio" },
    identity,
    expression: ({ threshold }) =>
      `(${bothDirections(
        (direction) =>
          `rate(node_network_${direction}_errs_total{${interfaces}}[5m]) / rate(node_network_${direction}_packets_total{${interfaces}}[5m])`,
      )}) > ${threshold}`,
    summary:
      "{{ $value | humanizePercentage }} of the packets of {{ $labels.device }} of {{ $labels.node }} have errors ({{ $labels.direction }})",
    description: "More than {threshold} for {for}: a cable, an optic or a port of the switch is bad.",
  },
  NodeNetworkDrops: {
    severity: "ticket",
    kind: "cause",
    for: "30m",
    threshold: { value: 0.01, unit: "ratio" },
    identity,
    expression: ({ threshold }) =>
      `(${bothDirections(
        (direction) =>
          `rate(node_network_${direction}_drop_total{${interfaces}}[5m]) / rate(node_network_${direction}_packets_total{${interfaces}}[5m])`,
      )}) > ${threshold}`,
    summary:
      "{{ $value | humanizePercentage }} of the packets of {{ $labels.device }} of {{ $labels.node }} are dropped ({{ $labels.direction }})",
    description:
      "More than {threshold} for {for}: the node or its link takes no more, and whoever sent has to send again.",
  },
  NodeNetworkSaturated: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.9, unit: "ratio" },
    identity,
    expression: ({ threshold }) =>
      `(${bothDirections(
        (direction) =>
          `rate(node_network_${direction}_bytes_total{${interfaces}}[5m]) / (node_network_speed_bytes{${interfaces}} > 0)`,
      )}) > ${threshold}`,
    summary:
      "{{ $labels.device }} of {{ $labels.node }} carries {{ $value | humanizePercentage }} of what it can ({{ $labels.direction }})",
    description: "More than {threshold} of its speed for {for}: all that goes through it waits.",
  },
  NodeNetworkFlapping: {
    severity: "ticket",
    kind: "cause",
    for: "2m",
    threshold: { value: 2, unit: "number" },
    identity: ["node", "device"],
    expression: ({ threshold }) => `changes(node_network_up{${interfaces}}[5m]) > ${threshold}`,
    summary: "{{ $labels.device }} of {{ $labels.node }} went up or down {{ $value }} times in 5 minutes",
    description: "More than {threshold} times: a cable, an optic, a port of the switch or its negotiation.",
  },
  NodeBondDegraded: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: ["node", "master"],
    expression: () => "node_bonding_slaves - node_bonding_active > 0",
    summary: "{{ $value }} links of {{ $labels.master }} of {{ $labels.node }} are down",
    description: "The bond works with what is left for {for}. The next link or switch that fails cuts the node off.",
  },
  NodeConntrackAlmostFull: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    threshold: { value: 0.75, unit: "ratio" },
    identity: ["node"],
    expression: ({ threshold }) => `node_nf_conntrack_entries / node_nf_conntrack_entries_limit > ${threshold}`,
    summary: "The table of connections of {{ $labels.node }} is {{ $value | humanizePercentage }} full",
    description:
      "More than {threshold} for {for}. When it is full the kernel drops every new connection without a word.",
  },
  NodeSoftnetDropping: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 1, unit: "number" },
    identity: ["node"],
    expression: ({ threshold }) => `sum by (node) (rate(node_softnet_dropped_total[5m])) > ${threshold}`,
    summary: "The kernel of {{ $labels.node }} drops {{ $value | humanize }} packets a second",
    description:
      "More than {threshold} a second for {for}: packets arrive faster than the processors take them out of the queue (net.core.netdev_max_backlog).",
  },
} satisfies Alerts;
