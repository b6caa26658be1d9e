import type { ResolvedMicroservice } from "../description/index.ts";
import { compareText } from "../diagnostic.ts";
import { quantity } from "../kubernetes/index.ts";
import type { Site, SiteNode } from "../siteData.ts";
import type { AlertSetting, ControlPlanePart } from "../siteMonitoring.ts";
import { exposedHost, exposedHosts, machineOf } from "../workload/index.ts";

/** A node of the site, in numbers. */
export interface MonitoredNode {
  /** The Node's name in Kubernetes; the label `node`, and `instance` of what runs on it. */
  readonly name: string;
  readonly address: string;
  readonly role: SiteNode["role"];
  readonly kind: "metal" | "vm";
  /** The physical machine: a VM's host, or the node itself. */
  readonly machine: string;
  /** The rack or the room; undefined where the site names none. */
  readonly zone: string | undefined;
  /** Allocatable cores. */
  readonly cpu: number;
  /** Allocatable bytes of memory. */
  readonly memory: number;
  /** Allocatable bytes of disk. */
  readonly disk: number;
}

/** A service's objectives, in numbers. */
export interface MonitoredObjectives {
  /** Share of requests without a server's error: 0.999. Undefined where none is stated. */
  readonly availability: number | undefined;
  /** Share of requests (`ratio`: 0.99) that are answered within `seconds`. Undefined where none is stated. */
  readonly latency: { readonly seconds: number; readonly ratio: number } | undefined;
}

/** A service of the catalogue as it is watched. */
export interface MonitoredService {
  /** The label `service` of all that is scraped from it. */
  readonly name: string;
  /** The label `namespace`. */
  readonly namespace: string;
  readonly description: string;
  /** Whom its alerts go to: the label `owner`. */
  readonly owner: string;
  readonly objectives: MonitoredObjectives;
  /** Whether it is stopped in both sites; then no pod of it is expected. */
  readonly paused: boolean;
  /** The autoscaler's bounds; they are the same where it does not scale. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Where it is scraped; undefined where it has no metrics. */
  readonly metrics: { readonly path: string; readonly port: number } | undefined;
  /** The JVM's garbage collector, as in `-XX:+Use<collector>GC`. */
  readonly collector: ResolvedMicroservice["jvm"]["collector"];
  /** Bytes of its heap at most. */
  readonly heap: number;
  /** The host under which it is exposed; undefined where it is not. */
  readonly host: string | undefined;
  /** The release of its image in this site: tag and digest. Undefined while nothing is released. */
  readonly release: string | undefined;
}

/** Everything that rules, dashboards and the configuration of Prometheus know of a site: plain data. */
export interface MonitoringContext {
  /** The site: the label `datacenter` of all that leaves its Prometheus. */
  readonly site: string;
  /** The other site. */
  readonly peer: string;
  /** Whom to ask about the site: alerts that are no service's go there. */
  readonly contact: string;
  /** Whether the other site's Prometheus is asked (job `peer`). */
  readonly watchesPeer: boolean;
  readonly nodes: readonly MonitoredNode[];
  /** The parts of the control plane that are scraped. */
  readonly controlPlane: readonly ControlPlanePart[];
  /** In the order of their names. */
  readonly services: readonly MonitoredService[];
  /** The hosts under which services are exposed here, each once: `api.tax.example`. */
  readonly hosts: readonly string[];
  /** What the site changes of alerts, by their names. */
  readonly alerts: Readonly<Record<string, AlertSetting>>;
  /** URL of the folder with a page for each alert, without a slash at its end. */
  readonly runbooks: string;
}

/** What a site's monitoring is made from. */
export type MonitoredSite = Pick<
  Site,
  "name" | "peer" | "contact" | "nodes" | "monitoring" | "domains" | "exposure" | "releases"
>;

const allParts: readonly ControlPlanePart[] = ["etcd", "kube-scheduler", "kube-controller-manager"];

/** Gathers what a site's rules and dashboards need from its data and the catalogue. */
export function monitoringContext(site: MonitoredSite, services: readonly ResolvedMicroservice[]): MonitoringContext {
  const { monitoring } = site;
  const own = monitoring?.kind === "prometheus" ? monitoring : undefined;
  const stated = own ?? (monitoring?.kind === "operator" ? monitoring : undefined);
  return {
    site: site.name,
    // Where there is no other site, there is nothing else to look at.
    peer: site.peer ?? site.name,
    contact: site.contact,
    watchesPeer: own?.peer !== undefined,
    nodes: site.nodes.map(monitoredNode),
    controlPlane: own?.controlPlane ?? allParts,
    services: services.map((service) => monitoredService(service, site)).sort((a, b) => compareText(a.name, b.name)),
    hosts: exposedHosts(services, site).map(({ host }) => host),
    alerts: stated?.alerts ?? {},
    runbooks: stated?.runbooks ?? "",
  };
}

function monitoredNode(node: SiteNode): MonitoredNode {
  return {
    name: node.name,
    address: node.address,
    role: node.role,
    kind: node.kind ?? "metal",
    machine: machineOf(node),
    zone: node.zone,
    cpu: quantity(node.cpu),
    memory: quantity(node.memory),
    disk: quantity(node.disk),
  };
}

function monitoredService(service: ResolvedMicroservice, site: MonitoredSite): MonitoredService {
  const { autoscaling, jvm, metrics } = service;
  return {
    name: service.name,
    namespace: service.namespace,
    description: service.description,
    owner: service.owner,
    objectives: service.objectives,
    paused: service.paused,
    minReplicas: autoscaling.minReplicas,
    maxReplicas: autoscaling.maxReplicas,
    metrics,
    collector: jvm.collector,
    heap: jvm.heapMebibytes * 2 ** 20,
    host: exposedHost(service, site),
    release: site.releases[service.name],
  };
}
