import type { DashboardPlan, Panel, Unit } from "./panel.ts";

/** Nodes of the role that one looks at, with the rack or the room in which each is. */
const ofRole = 'on (node) group_left (zone) gemelos:node:info{role="$role"}';

interface Resource {
  readonly name: "cpu" | "memory";
  readonly title: string;
  readonly unit: Unit;
}

const resources: readonly Resource[] = [
  { name: "cpu", title: "CPU", unit: "short" },
  { name: "memory", title: "Memory", unit: "bytes" },
];

/** What pods of each node reserve, and what it has. */
function requested({ name }: Resource): string {
  return `sum by (node) (kube_pod_container_resource_requests{job="kube-state-metrics", resource="${name}", node!=""}) * ${ofRole}`;
}

function allocatable({ name }: Resource): string {
  return `max by (node) (kube_node_status_allocatable{job="kube-state-metrics", resource="${name}"}) * ${ofRole}`;
}

function withoutNode(resource: Resource): string {
  return `sum(${allocatable(resource)}) - max(${allocatable(resource)})`;
}

function withoutZone(resource: Resource): string {
  return `sum(${allocatable(resource)}) - max(sum by (zone) (${allocatable(resource)}))`;
}

/**
 * What is reserved of what there is, and what would be left if the largest node or, where the site says which node is in
 * which, a rack or a room were lost.
 */
export function capacityDashboard(hasZones: boolean): DashboardPlan {
  return {
    file: "capacity",
    title: "Capacity",
    description:
      "What pods reserve (requests) of what the nodes of a role have, today and with a part of the site lost.",
    variables: [{ name: "role", label: "Role of nodes", series: "gemelos:node:info", values: "role" }],
    annotations: [],
    rows: [
      { height: 4, panels: resources.flatMap((resource) => numbers(resource, hasZones)) },
      { height: 7, panels: resources.map((resource) => room(resource, hasZones)) },
      { height: 6, panels: resources.flatMap(nodes) },
      { height: 5, panels: limits },
    ],
  };
}

function numbers(resource: Resource, hasZones: boolean): Panel[] {
  const share = (title: string, description: string, of: string): Panel => ({
    kind: "stat",
    title: `${resource.title}: ${title}`,
    description,
    unit: "percentunit",
    width: hasZones ? 4 : 6,
    queries: [{ expr: `sum(${requested(resource)}) / (${of} > 0)`, legend: "reserved" }],
    limits: { warning: 0.85, critical: 1 },
  });
  return [
    share("reserved", "Share of all nodes of the role that pods reserve.", `sum(${allocatable(resource)})`),
    share(
      "node lost",
      "The same without the largest node. Above 100 % some of its pods would find no place.",
      withoutNode(resource),
    ),
    ...(hasZones
      ? [
          share(
            "zone lost",
            "The same without the largest rack or room. Above 100 % some of its pods would find no place.",
            withoutZone(resource),
          ),
        ]
      : []),
  ];
}

function room(resource: Resource, hasZones: boolean): Panel {
  return {
    kind: "timeseries",
    title: `${resource.title} reserved, and what there is`,
    description:
      "Reserved must stay below the line without the largest node, or a lost node means missing replicas. Steps are nodes that come or go.",
    unit: resource.unit,
    width: 12,
    queries: [
      { expr: `sum(${requested(resource)})`, legend: "reserved" },
      { expr: `sum(${allocatable(resource)})`, legend: "all nodes" },
      { expr: withoutNode(resource), legend: "without the largest node" },
      ...(hasZones ? [{ expr: withoutZone(resource), legend: "without the largest zone" }] : []),
    ],
  };
}

function nodes(resource: Resource): Panel[] {
  return [
    {
      kind: "timeseries",
      title: `${resource.title} reserved, each node`,
      description: "Share of the node that its pods reserve. At 100 % the scheduler puts nothing more there.",
      unit: "percentunit",
      width: 6,
      max: 1,
      queries: [{ expr: `(${requested(resource)}) / on (node) (${allocatable(resource)})`, legend: "{{node}}" }],
    },
    {
      kind: "timeseries",
      title: `${resource.title} used of reserved`,
      description:
        "Far below 100 %: services reserve what they do not use, and their owners may lower it. Above: they live on luck.",
      unit: "percentunit",
      width: 6,
      queries: [
        {
          expr: `sum by (namespace) (${used[resource.name]}) / sum by (namespace) (kube_pod_container_resource_requests{job="kube-state-metrics", resource="${resource.name}", node!=""})`,
          legend: "{{namespace}}",
        },
      ],
    },
  ];
}

const used = {
  cpu: 'rate(container_cpu_usage_seconds_total{job="cadvisor", container!=""}[$__rate_interval])',
  memory: 'container_memory_working_set_bytes{job="cadvisor", container!=""}',
} as const;

function replicas(which: "status_current" | "spec_max" | "spec_min"): string {
  return `kube_horizontalpodautoscaler_${which}_replicas{job="kube-state-metrics"}`;
}

const limits: Panel[] = [
  {
    kind: "timeseries",
    title: "Quotas used",
    description:
      "The resource of each namespace's quota of which most is used. At 100 % new pods are refused, also those of a rollout.",
    unit: "percentunit",
    width: 8,
    max: 1,
    queries: [
      {
        expr: 'max by (namespace) (kube_resourcequota{job="kube-state-metrics", type="used"} / ignoring (type) (kube_resourcequota{job="kube-state-metrics", type="hard"} > 0))',
        legend: "{{namespace}}",
      },
    ],
    limits: { warning: 0.9, critical: 1 },
  },
  {
    kind: "timeseries",
    title: "Autoscalers near their maximum",
    description:
      "Replicas as a share of maxReplicas, where it is 80 % or more. At 100 % for long: more load makes the service slow.",
    unit: "percentunit",
    width: 8,
    max: 1,
    noValue: "None",
    queries: [
      {
        expr: `${replicas("status_current")} / (${replicas("spec_max")} > ${replicas("spec_min")}) >= 0.8`,
        legend: "{{horizontalpodautoscaler}}",
      },
    ],
  },
  {
    kind: "timeseries",
    title: "Fullest volumes",
    description: "Claims of whose space 70 % or more is used. Nothing cleans a volume up by itself.",
    unit: "percentunit",
    width: 8,
    max: 1,
    noValue: "All below 70 %",
    queries: [
      {
        expr: 'max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{job="kubelet"} / kubelet_volume_stats_capacity_bytes{job="kubelet"}) >= 0.7',
        legend: "{{persistentvolumeclaim}}",
      },
    ],
    limits: { warning: 0.85, critical: 0.97 },
  },
];
