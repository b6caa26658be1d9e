import {
  type Container,
  commonLabels,
  type DaemonSetManifest,
  type NamespaceManifest,
  type PodSpec,
  selectorLabels,
  siteLabels,
} from "../kubernetes/index.ts";
import type { SiteNode } from "../siteData.ts";
import { pullSecretManifests, pullSecretName } from "../vault/index.ts";
import { accountManifest, type MonitoringObject, withoutWait } from "./objects.ts";
import { isMetal, nodesNamespace, partPorts } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { lockedDown, monitoringPriority, partImage } from "./pod.ts";

/** Interfaces of pods, which come and go by the hundred and say nothing of the machine. */
const podInterfaces =
  "^(veth.*|cali.*|lxc.*|cilium_.*|cni.*|flannel.*|vxlan.*|tunl.*|kube-ipvs.*|nodelocaldns|docker.*)$";

/** Mounts of pods and of the kernel. */
const innerMounts =
  "^/(dev|proc|sys|run/(user|credentials|containerd|k3s|netns)|var/lib/(kubelet|docker|containerd|containers/storage))($|/)";

/** Where Debian's prometheus-node-exporter-collectors writes what smartctl says of disks. */
const textFiles = "/var/lib/prometheus/node-exporter";

/**
 * What runs on the nodes' own network: node-exporter on every node, and the IPMI exporter on machines. Network rules do not see
 * them, and Pod Security `restricted` refuses them, so nothing else is in their namespace.
 */
export function nodeAgentObjects(plan: MonitoringPlan): MonitoringObject[] {
  const pull = pullSecretManifests(nodesNamespace, plan.vault, plan.registry);
  const account = (name: "node-exporter" | "ipmi-exporter") => ({
    name: `${name}-account`,
    manifest: accountManifest({ name, namespace: nodesNamespace }),
  });
  return [
    { name: "nodes-namespace", manifest: nodesNamespaceManifest },
    { name: "nodes-registry-account", manifest: pull.serviceAccount },
    { name: "nodes-registry-authority", manifest: pull.authority },
    { name: "nodes-registry-store", manifest: pull.secretStore },
    { name: "nodes-registry-secret", manifest: pull.externalSecret },
    account("node-exporter"),
    { name: "node-exporter", manifest: nodeExporterManifest(plan) },
    ...(plan.parts.includes("ipmi-exporter")
      ? [account("ipmi-exporter"), { name: "ipmi-exporter", manifest: ipmiExporterManifest(plan) }]
      : []),
  ];
}

const nodesNamespaceManifest: NamespaceManifest = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: nodesNamespace,
    labels: {
      ...siteLabels,
      "pod-security.kubernetes.io/enforce": "privileged",
      "pod-security.kubernetes.io/audit": "privileged",
      "pod-security.kubernetes.io/warn": "privileged",
    },
  },
};

/** node-exporter: what the kernel says of the machine. It sees all of it, and can change nothing. */
function nodeExporterManifest(plan: MonitoringPlan): DaemonSetManifest {
  return daemonSet("node-exporter", {
    hostPID: true,
    securityContext: {
      ...{ runAsNonRoot: true, runAsUser: 65_534, runAsGroup: 65_534 },
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        ...agentContainer("node-exporter", partPorts.nodeExporter, plan, { cpu: "100m", memory: "128Mi" }),
        args: [
          `--web.listen-address=$(NODE_ADDRESS):${partPorts.nodeExporter}`,
          "--path.rootfs=/host/root",
          "--path.procfs=/host/root/proc",
          "--path.sysfs=/host/root/sys",
          "--path.udev.data=/host/root/run/udev/data",
          `--collector.filesystem.mount-points-exclude=${innerMounts}`,
          `--collector.netclass.ignored-devices=${podInterfaces}`,
          `--collector.netdev.device-exclude=${podInterfaces}`,
          `--collector.textfile.directory=/host/root${textFiles}`,
          "--no-collector.wifi",
        ],
        securityContext: lockedDown,
        // What is mounted on the node later is seen, too.
        volumeMounts: [{ name: "root", mountPath: "/host/root", readOnly: true, mountPropagation: "HostToContainer" }],
      },
    ],
    volumes: [{ name: "root", hostPath: { path: "/" } }],
  });
}

/**
 * The IPMI exporter: fans, supplies and temperatures as the machine's management controller has them. Its device is the
 * kernel's, which only a privileged container of root opens.
 */
function ipmiExporterManifest(plan: MonitoringPlan): DaemonSetManifest {
  return daemonSet("ipmi-exporter", {
    ...machinesOnly(plan.nodes),
    securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        ...agentContainer("ipmi-exporter", partPorts.ipmiExporter, plan, { cpu: "50m", memory: "64Mi" }),
        args: [`--web.listen-address=$(NODE_ADDRESS):${partPorts.ipmiExporter}`],
        securityContext: { privileged: true, readOnlyRootFilesystem: true },
        // It remembers there which sensors a controller has.
        volumeMounts: [{ name: "sensors", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "sensors", emptyDir: { sizeLimit: "16Mi" } }],
  });
}

/** The nodes that are machines, by their names, where others are not. */
function machinesOnly(nodes: readonly SiteNode[]): Pick<PodSpec, "affinity"> {
  const machines = nodes.filter(isMetal);
  if (machines.length === nodes.length) return {};
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: "kubernetes.io/hostname", operator: "In", values: machines.map(({ name }) => name) },
              ],
            },
          ],
        },
      },
    },
  };
}

function agentContainer(
  name: "node-exporter" | "ipmi-exporter",
  port: number,
  plan: MonitoringPlan,
  requests: { readonly cpu: string; readonly memory: string },
): Container {
  const check = { httpGet: { path: "/", port: "http" }, periodSeconds: 30, timeoutSeconds: 5 };
  return {
    name,
    image: partImage(name, plan),
    imagePullPolicy: "IfNotPresent",
    env: [{ name: "NODE_ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
    ports: [{ name: "http", containerPort: port, hostPort: port, protocol: "TCP" }],
    resources: {
      requests: { ...requests, "ephemeral-storage": "64Mi" },
      limits: { memory: requests.memory, "ephemeral-storage": "128Mi" },
    },
    readinessProbe: check,
    livenessProbe: { ...check, failureThreshold: 6 },
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

function daemonSet(name: "node-exporter" | "ipmi-exporter", spec: PodSpec): DaemonSetManifest {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: {
      ...{ name, namespace: nodesNamespace, labels: commonLabels(name, nodesNamespace) },
      annotations: { ...withoutWait },
    },
    spec: {
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorLabels(name) },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
      template: {
        metadata: { labels: commonLabels(name, nodesNamespace) },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          hostNetwork: true,
          imagePullSecrets: [{ name: pullSecretName }],
          priorityClassName: monitoringPriority,
          // Of every node, whatever it is for and however ill it is.
          tolerations: [{ operator: "Exists" }],
          ...spec,
        },
      },
    },
  };
}
