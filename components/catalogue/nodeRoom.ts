import type { ResolvedMicroservice } from "../description/index.ts";
import { type Diagnostic, formatValue } from "../diagnostic.ts";
import { formatBytes, formatCpu, quantity, type ResourceTotals } from "../kubernetes/index.ts";
import type { Site, SiteNode } from "../siteData.ts";
import { nodeLabels, type WorkloadResources } from "../workload/index.ts";

/** What of a site says which pods have room in it. */
export type RoomySite = Pick<Site, "file"> & Partial<Pick<Site, "nodes" | "daemonSets">>;

/** A service with what each of its pods asks for, sidecars and init containers included. */
export interface AskingService {
  readonly microservice: ResolvedMicroservice;
  readonly resources: Pick<WorkloadResources, "pod" | "migration">;
  /** What diagnostics name: `services/receipts`. */
  readonly file: string;
}

/**
 * What DaemonSets request on a node where the site does not say: Kubespray's own, calico-node (150m, 64M), nodelocaldns
 * (100m, 70Mi) and nginx-proxy (25m, 32M), rounded up. What the system and the kubelet reserve is not part of what a node
 * can allocate.
 */
const unstatedDaemonSets = { cpu: "300m", memory: "256Mi" };

/** A node with what pods may request of it: cores and bytes. */
interface Room {
  readonly node: SiteNode;
  readonly cpu: number;
  readonly memory: number;
  readonly storage: number;
}

type Resource = Exclude<keyof Room, "node">;

const resources = [
  {
    name: "cpu",
    requested: "cpuRequests",
    field: "resources.requests.cpu",
    ofMigration: "migration.resources.cpu",
    unit: "CPU",
    format: formatCpu,
  },
  {
    name: "memory",
    requested: "memoryRequests",
    field: "resources.requests.memory",
    ofMigration: "migration.resources.memory",
    unit: "of memory",
    format: formatBytes,
  },
  {
    name: "storage",
    requested: "storageRequests",
    field: "temporaryStorage",
    ofMigration: "temporaryStorage",
    unit: "of disk",
    format: formatBytes,
  },
] as const satisfies readonly {
  readonly name: Resource;
  readonly requested: keyof ResourceTotals;
  readonly field: string;
  readonly ofMigration: string;
  readonly unit: string;
  readonly format: (value: number) => string;
}[];

/**
 * Whether each service's pods fit a node of the site, its fewest replicas the nodes, and those of all services the workers.
 * Nothing is said of a site without an inventory.
 */
export function checkNodeRoom(services: readonly AskingService[], site: RoomySite): Diagnostic[] {
  const { nodes = [], daemonSets, file } = site;
  if (nodes.length === 0) return [];
  const taken = { ...unstatedDaemonSets, ...daemonSets?.requests };
  const rooms = nodes.map((node) => ({
    node,
    cpu: quantity(node.cpu) - quantity(taken.cpu),
    memory: quantity(node.memory) - quantity(taken.memory),
    storage: quantity(node.disk),
  }));
  const found = services.flatMap((service) =>
    checkService(service, roomsFor(service.microservice, rooms), file, taken),
  );
  return [...found, ...(found.length > 0 ? [] : checkTogether(services, rooms, file))];
}

/** The nodes on which a service's pods may run, as far as the inventory knows their labels. */
function roomsFor({ nodeSelector, tolerations }: ResolvedMicroservice, rooms: readonly Room[]): Room[] {
  const everywhere = toleratesControlPlane(tolerations);
  return rooms.filter(({ node }) => {
    const isChosen = Object.entries(nodeLabels(node)).every(
      ([label, value]) => (nodeSelector[label] ?? value) === value,
    );
    return isChosen && (everywhere || node.role === "worker");
  });
}

function toleratesControlPlane(tolerations: ResolvedMicroservice["tolerations"]): boolean {
  return tolerations.some(({ key }) => key === "node-role.kubernetes.io/control-plane");
}

function checkService(
  { microservice, resources: { pod, migration }, file }: AskingService,
  rooms: readonly Room[],
  siteFile: string,
  taken: typeof unstatedDaemonSets,
): Diagnostic[] {
  const problem = (path: string, message: string): Diagnostic => ({ file, path, message });
  if (rooms.length === 0) {
    return [problem("nodeSelector", `leads to no worker of ${siteFile}; correct the label's value, or remove it`)];
  }
  const asking = [
    { asks: pod, whose: "a pod", isMigration: false },
    ...(migration === undefined ? [] : [{ asks: migration, whose: "the migration's pod", isMigration: true }]),
  ];
  const tooLarge = resources.flatMap(({ name, requested, field, ofMigration, unit, format }) => {
    const largest = rooms.reduce((most, room) => (room[name] > most[name] ? room : most));
    // A migration asks for as much as a replica, unless it says more.
    const found = asking.find(({ asks }) => asks[requested] > largest[name]);
    if (found === undefined) return [];
    const less = name === "storage" ? "" : `, less ${taken[name]} for DaemonSets,`;
    return [
      problem(
        found.isMigration ? ofMigration : field,
        `${found.whose} requests ${format(found.asks[requested])} ${unit} with its sidecars and init containers, and no node of ${siteFile} has as much: the largest, ${largest.node.name}, has ${largest.node[name === "storage" ? "disk" : name]}${less} so that the pod would wait forever; lower it`,
      ),
    ];
  });
  if (tooLarge.length > 0) return tooLarge;
  const { minReplicas } = microservice.autoscaling;
  const most = rooms.reduce((sum, room) => sum + podsIn(room, pod), 0);
  if (most === 0) {
    return [
      problem(
        "resources.requests",
        `no node of ${siteFile} has as much of all: one has the CPU, another the memory; lower one of them`,
      ),
    ];
  }
  const limits = checkLimits(microservice, rooms, siteFile, problem);
  if (microservice.paused || most >= minReplicas) return limits;
  return [
    ...limits,
    problem(
      "autoscaling.minReplicas",
      `${minReplicas} replicas do not fit: the nodes of ${siteFile} have room for ${most} such pods, even without any other; lower it, or the pods' requests`,
    ),
  ];
}

/** A limit above what any node has limits nothing, and the JVM would take its heap from it. */
function checkLimits(
  { resources: { limits, requests } }: ResolvedMicroservice,
  rooms: readonly Room[],
  siteFile: string,
  problem: (path: string, message: string) => Diagnostic,
): Diagnostic[] {
  return (["cpu", "memory"] as const).flatMap((name) => {
    const limit = limits[name];
    const largest = rooms.reduce((most, room) => (quantity(room.node[name]) > quantity(most.node[name]) ? room : most));
    if (limit === undefined || limit === requests[name] || quantity(limit) <= quantity(largest.node[name])) return [];
    return [
      problem(
        `resources.limits.${name}`,
        `${formatValue(limit)} is above what any node of ${siteFile} has (${largest.node.name}: ${largest.node[name]}), so that it limits nothing; lower it`,
      ),
    ];
  });
}

/** How many pods a node has room for. */
function podsIn(room: Room, pod: ResourceTotals): number {
  const counts = resources.flatMap(({ name, requested }) =>
    pod[requested] === 0 ? [] : [Math.max(0, Math.floor(room[name] / pod[requested]))],
  );
  return counts.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...counts);
}

/** The fewest replicas of the services that run on workers only, against all of these, which is the least that a site must hold. */
function checkTogether(services: readonly AskingService[], rooms: readonly Room[], file: string): Diagnostic[] {
  const workers = rooms.filter(({ node }) => node.role === "worker");
  const bound = services.filter(
    ({ microservice: { paused, tolerations } }) => !paused && !toleratesControlPlane(tolerations),
  );
  return resources.flatMap(({ name, requested, unit, format }) => {
    const asked = bound.reduce(
      (sum, { microservice: { autoscaling }, resources: { pod } }) => sum + autoscaling.minReplicas * pod[requested],
      0,
    );
    const there = workers.reduce((sum, room) => sum + room[name], 0);
    if (asked <= there) return [];
    const message = `the services' fewest replicas request ${format(asked)} ${unit}, and all workers have ${format(there)} for them; add nodes, or lower requests or minReplicas of services`;
    return [{ file, path: "gemelos:site.nodes", message }];
  });
}
