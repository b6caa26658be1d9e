import type { ResolvedMicroservice } from "../description/index.ts";
import {
  hostCidr,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
  type NetworkPolicyManifest,
  type NetworkPolicyPeer,
  podPeer,
  selectorLabels,
} from "../kubernetes/index.ts";
import { addressPeers, backingServicePeers, sourcePeers } from "../workload/index.ts";
import { partMetadata } from "./objects.ts";
import { monitoringNamespace, type PartName, partPorts } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";

interface Rules {
  readonly ingress: readonly NetworkPolicyIngressRule[];
  readonly egress: readonly NetworkPolicyEgressRule[];
}

/**
 * The rules of each part, on its own end: whatever is not here is closed in the namespace. The other end of a scrape is in the
 * service's own rules; what is on the nodes' network, none sees.
 */
export function networkPolicyManifests(plan: MonitoringPlan): ReadonlyMap<string, NetworkPolicyManifest> {
  const rules: Partial<Record<PartName, Rules>> = {
    prometheus: prometheusRules(plan),
    alertmanager: alertmanagerRules(plan),
    grafana: {
      ingress: [...from([...entrance(plan), part("prometheus")], partPorts.grafana)],
      egress: [...to([part("prometheus")], partPorts.prometheus), ...peerRule(plan)],
    },
    "kube-state-metrics": {
      ingress: from([part("prometheus")], partPorts.kubeStateMetrics),
      egress: apiServerRule(plan),
    },
    "metrics-server": {
      // The API server asks on behalf of everybody, from its node's own network.
      ingress: from(
        [...sourcePeers({ nodeRoles: ["control-plane"] }, plan), part("prometheus")],
        partPorts.metricsServer,
      ),
      egress: [...apiServerRule(plan), ...to(nodePeers(plan), 10250)],
    },
    "blackbox-exporter": blackboxRules(plan),
  };
  return new Map(
    plan.services.map((service) => [
      service.name,
      // Described by the names of parts.
      policy(service, rules[service.name as PartName] ?? { ingress: [], egress: [] }),
    ]),
  );
}

function policy(service: ResolvedMicroservice, { ingress, egress }: Rules): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: partMetadata(service),
    spec: {
      podSelector: { matchLabels: selectorLabels(service.name) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [...ingress],
      egress: [...egress],
    },
  };
}

function prometheusRules(plan: MonitoringPlan): Rules {
  const { context, monitoring, vault } = plan;
  const control = nodePeers(plan, "control-plane");
  const metal = addressPeers(
    plan.nodes.filter(({ kind = "metal" }) => kind === "metal").map(({ address }) => hostCidr(address)),
  );
  const ports = { etcd: 2381, "kube-scheduler": 10259, "kube-controller-manager": 10257 } as const;
  return {
    ingress: from([...entrance(plan), part("prometheus"), part("grafana")], partPorts.prometheus),
    egress: [
      ...serviceRules(plan),
      ...to(nodePeers(plan), partPorts.nodeExporter, 10250),
      ...to(control, plan.apiServerPort, ...context.controlPlane.map((each) => ports[each])),
      ...(plan.parts.includes("ipmi-exporter") ? to(metal, partPorts.ipmiExporter) : []),
      ...to([part("prometheus")], partPorts.prometheus),
      ...to([part("alertmanager")], partPorts.alertmanager),
      ...to([part("grafana")], partPorts.grafana),
      ...to([part("blackbox-exporter")], partPorts.blackboxExporter),
      ...to([part("kube-state-metrics")], partPorts.kubeStateMetrics),
      ...(plan.parts.includes("metrics-server") ? to([part("metrics-server")], partPorts.metricsServer) : []),
      ...to(addressPeers(vault.cidrs), portOf(vault.address)),
      ...(monitoring.externalSecrets === undefined
        ? []
        : to([podPeer(monitoring.externalSecrets.namespace, monitoring.externalSecrets.podLabels)], 8080)),
      ...peerRule(plan),
    ],
  };
}

/** To the port of each service's metrics, and to no other pod of its namespace. */
function serviceRules({ context }: MonitoringPlan): NetworkPolicyEgressRule[] {
  const scraped = context.services.filter(({ metrics }) => metrics !== undefined);
  return [...Map.groupBy(scraped, ({ metrics }) => metrics?.port ?? 0)]
    .sort(([a], [b]) => a - b)
    .flatMap(([port, services]) =>
      to(
        services.map(({ namespace, name }) => podPeer(namespace, selectorLabels(name))),
        port,
      ),
    );
}

function alertmanagerRules({ monitoring, backingServices }: MonitoringPlan): Rules {
  const { email, webhook } = monitoring.receivers;
  const cluster = (["TCP", "UDP"] as const).map((protocol) => ({ protocol, port: partPorts.alertmanagerCluster }));
  const receivers = [...new Set([email?.backingService, webhook?.backingService])];
  return {
    ingress: [...from([part("prometheus")], partPorts.alertmanager), { from: [part("alertmanager")], ports: cluster }],
    egress: [
      { to: [part("alertmanager")], ports: cluster },
      ...receivers.flatMap((name) => {
        const receiver = name === undefined ? undefined : backingServices[name];
        return receiver === undefined ? [] : to(backingServicePeers(receiver), receiver.podPort ?? receiver.port);
      }),
    ],
  };
}

/** The names of hosts lead to a load balancer outside, or to the controller itself, whose own port nobody states. */
function blackboxRules(plan: MonitoringPlan): Rules {
  const { monitoring } = plan;
  return {
    ingress: from([part("prometheus")], partPorts.blackboxExporter),
    egress: [
      ...(monitoring.entranceCidrs === undefined ? [] : to(addressPeers(monitoring.entranceCidrs), 443)),
      { to: entrance(plan) },
      ...peerRule(plan),
    ],
  };
}

function peerRule({ monitoring: { peer } }: MonitoringPlan): NetworkPolicyEgressRule[] {
  return peer === undefined ? [] : to(addressPeers(peer.cidrs), portOf(peer.url));
}

/** The address of `kubernetes.default` is rewritten to an API server's on its node before rules are looked at. */
function apiServerRule(plan: MonitoringPlan): NetworkPolicyEgressRule[] {
  return to(nodePeers(plan, "control-plane"), plan.apiServerPort);
}

function entrance(plan: MonitoringPlan): NetworkPolicyPeer[] {
  return sourcePeers(plan.exposure.controller, plan);
}

function nodePeers({ nodes }: MonitoringPlan, role?: "control-plane"): NetworkPolicyPeer[] {
  return addressPeers(
    nodes.filter((node) => role === undefined || node.role === role).map(({ address }) => hostCidr(address)),
  );
}

function part(name: PartName): NetworkPolicyPeer {
  return podPeer(monitoringNamespace, selectorLabels(name));
}

function portOf(url: string): number {
  return Number(new URL(url).port || 443);
}

function from(peers: NetworkPolicyPeer[], port: number): NetworkPolicyIngressRule[] {
  return peers.length === 0 ? [] : [{ from: peers, ports: [{ protocol: "TCP", port }] }];
}

function to(peers: NetworkPolicyPeer[], ...ports: number[]): NetworkPolicyEgressRule[] {
  return peers.length === 0 ? [] : [{ to: peers, ports: ports.map((port) => ({ protocol: "TCP", port })) }];
}
