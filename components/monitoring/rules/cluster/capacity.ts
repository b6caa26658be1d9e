import type { Alerts } from "../alert.ts";

/** What pods request, and what nodes have, for nodes of each role. */
function ofRole(expression: string): string {
  return `${expression} * on (node) group_left (role) gemelos:node:info`;
}

const requested = `sum by (role, resource) (${ofRole('sum by (node, resource) (kube_pod_container_resource_requests{resource=~"cpu|memory",node!=""})')})`;
const allocatable = ofRole('max by (node, resource) (kube_node_status_allocatable{resource=~"cpu|memory"})');

/** Room for what runs when the largest node is lost. */
export const capacityAlerts = {
  // Of each role by itself: what a worker ran finds no place on a control plane. A role with one node has nothing to spare.
  CapacityWithoutLargestNode: {
    severity: "ticket",
    kind: "cause",
    for: "30m",
    threshold: { value: 1, unit: "ratio" },
    identity: ["role", "resource"],
    expression: ({ threshold }) =>
      `${requested} / (sum by (role, resource) (${allocatable}) - max by (role, resource) (${allocatable}) > 0) > ${threshold}`,
    summary:
      "Without its largest node, {{ $value | humanizePercentage }} of the {{ $labels.resource }} of all {{ $labels.role }} nodes would be requested",
    description: "More than {threshold} for {for}: if the largest node is lost, not all of its pods find a place.",
    applies: ({ nodes }) => nodes.filter(({ role }) => role === "worker").length > 1,
  },
} satisfies Alerts;
