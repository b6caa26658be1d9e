import type { Site } from "../../components/siteData.ts";
import { nodeLabels } from "../../components/workload/index.ts";
import { applyToApiServer } from "./apiServer.ts";
import type { SiteRecord } from "./siteFolder.ts";

/** A kubelet's default limit of pods per node. */
const podsOfNode = "110";

/** Creates a node for each entry of the site's inventory, with its CPU, memory, disk, role and labels. */
export async function createNodes(record: SiteRecord, nodes: Site["nodes"]): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      await applyToApiServer(record, `api/v1/nodes/${node.name}`, nodeManifest(node));
      await applyToApiServer(record, `api/v1/nodes/${node.name}/status`, nodeStatus(node, record.ports.kubelet));
    }),
  );
}

type Node = Site["nodes"][number];

function nodeManifest(node: Node): object {
  const { name, role } = node;
  const controlPlane = role === "control-plane";
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      // One program answers for all nodes, each at a path of its own.
      annotations: { "metrics.k8s.io/resource-metrics-path": `/metrics/nodes/${name}/metrics/resource` },
      labels: {
        ...nodeLabels(node),
        "kubernetes.io/os": "linux",
        ...(controlPlane ? { "node-role.kubernetes.io/control-plane": "" } : {}),
      },
    },
    spec: controlPlane ? { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] } : {},
  };
}

function nodeStatus({ name, cpu, memory, disk }: Node, port: number): object {
  const resources = { cpu, memory, "ephemeral-storage": disk, pods: podsOfNode };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    status: {
      ...{ capacity: resources, allocatable: resources },
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  };
}
