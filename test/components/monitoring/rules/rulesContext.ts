import type { MonitoredNode, MonitoredService, MonitoringContext } from "../../../../components/monitoring/index.ts";

/** A site that has everything that alerts watch: metal and VMs, hosts, a peer, and services with and without objectives. */
export function rulesContext(changes: Partial<MonitoringContext> = {}): MonitoringContext {
  return {
    site: "dc1",
    peer: "dc2",
    contact: "platform-dc1@tax.example",
    watchesPeer: true,
    hosts: ["api.tax.example"],
    runbooks: "https://docs.tax.example/runbooks",
    alerts: {},
    controlPlane: ["etcd", "kube-scheduler", "kube-controller-manager"],
    nodes: [
      node("control1", { role: "control-plane", kind: "vm", machine: "hypervisor1", zone: "rack-a" }),
      node("worker1", { zone: "rack-a" }),
      node("worker2", { zone: "rack-b" }),
    ],
    services: [
      service("archive", { collector: "Z" }),
      service("receipts", { objectives: { availability: 0.999, latency: { seconds: 0.5, ratio: 0.99 } } }),
    ],
    ...changes,
  };
}

function node(name: string, changes: Partial<MonitoredNode>): MonitoredNode {
  return {
    name,
    address: "10.1.10.21",
    role: "worker",
    kind: "metal",
    machine: name,
    zone: undefined,
    cpu: 32,
    memory: 128 * 2 ** 30,
    disk: 1800 * 2 ** 30,
    ...changes,
  };
}

/** A service as the catalogue has it, with what a test changes. */
function service(name: string, changes: Partial<MonitoredService> = {}): MonitoredService {
  return {
    name,
    namespace: "declarations",
    description: name,
    owner: `team-${name}@tax.example`,
    objectives: { availability: undefined, latency: undefined },
    paused: false,
    minReplicas: 2,
    maxReplicas: 4,
    metrics: { path: "/actuator/prometheus", port: 17137 },
    collector: "G1",
    heap: 2 ** 30,
    host: undefined,
    release: undefined,
    ...changes,
  };
}
