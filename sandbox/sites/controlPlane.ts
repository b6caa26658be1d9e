import { join } from "node:path";
import { stringify } from "yaml";
import type { Toolchain } from "../toolchain/build.ts";
import { apiServerUrl, isApiServerReady } from "./apiServer.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import type { ServerProcess, ServerProgram, Servers } from "./processes.ts";
import { frontProxyName, type SiteFolder, type SiteRecord } from "./siteFolder.ts";
import { until } from "./waiting.ts";

const host = "127.0.0.1";

/** kwok's Stages for pods: its own, and those of pods that a test wants to fail. */
const podStages = join(import.meta.dirname, "podStages.yaml");

/** What pods use, as kwok says it of them. */
const podUsage = join(import.meta.dirname, "podUsage.yaml");

/**
 * The file of a site's folder that is the log of all its containers, a line as a kubelet writes it:
 * `2026-05-04T08:00:00.000000000Z stdout F text`. There is none until somebody writes it.
 */
export const podLog = "pods.log";

/** Context of the kubeconfig that a site's own controllers use. */
const ownContext = "sandbox";

/**
 * Starts a site's control plane: etcd; the API server with RBAC, Pod Security, quotas and encrypted Secrets; the
 * controller manager; the scheduler; and kwok in place of kubelets. Returns once the API server is ready.
 */
export async function startControlPlane(
  folder: SiteFolder,
  record: SiteRecord,
  servers: Servers,
  tools: Toolchain,
  signal: AbortSignal,
): Promise<ServerProcess[]> {
  await folder.writeFrontProxy();
  const etcd = await servers.start(etcdProgram(folder, record, tools));
  const apiServer = await servers.start(apiServerProgram(folder, record, tools));
  const started = [etcd, apiServer];
  await until("the API server is ready", async () => (await isApiServerReady(record)) || undefined, {
    servers: started,
    seconds: 120,
    signal,
  });
  const own = {
    context: ownContext,
    server: apiServerUrl(record),
    caCertificate: record.caCertificate,
    token: record.adminToken,
  };
  await folder.writeFile("podLogs.yaml", podLogs(folder));
  await folder.writeFile("kubeconfig", formatKubeconfig([own], ownContext));
  for (const program of [controllers(folder, tools), scheduler(folder, tools), kwok(folder, record, tools)]) {
    started.push(await servers.start(program));
  }
  return started;
}

/** Where kwok reads what containers have written. */
function podLogs(folder: SiteFolder): string {
  return stringify({
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "ClusterLogs",
    metadata: { name: "pods" },
    spec: { logs: [{ logsFile: folder.file(podLog) }] },
  });
}

function etcdProgram(folder: SiteFolder, { ports }: SiteRecord, { etcd }: Toolchain): ServerProgram {
  const [client, peer] = [`http://${host}:${ports.etcd}`, `http://${host}:${ports.etcdPeer}`];
  return {
    name: "etcd",
    file: etcd.path,
    version: etcd.version,
    ports: [ports.etcd, ports.etcdPeer],
    args: [
      `--data-dir=${folder.file("etcd")}`,
      "--name=sandbox",
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=sandbox=${peer}`,
      // Without fsync, data survives the process crashes that tests provoke. It need not survive a machine crash.
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
  };
}

function apiServerProgram(folder: SiteFolder, { ports }: SiteRecord, tools: Toolchain): ServerProgram {
  const { path, version } = tools["kube-apiserver"];
  const issuer = "https://kubernetes.default.svc.cluster.local";
  return {
    name: "kube-apiserver",
    file: path,
    version,
    ports: [ports.apiServer],
    args: [
      `--etcd-servers=http://${host}:${ports.etcd}`,
      `--bind-address=${host}`,
      `--advertise-address=${host}`,
      `--secure-port=${ports.apiServer}`,
      // As kubeadm and Kubespray have it: who may be privileged is for Pod Security to say.
      "--allow-privileged=true",
      `--tls-cert-file=${folder.file("server.pem")}`,
      `--tls-private-key-file=${folder.file("server-key.pem")}`,
      `--cert-dir=${folder.file("certificates")}`,
      `--token-auth-file=${folder.file("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--anonymous-auth=false",
      `--service-account-issuer=${issuer}`,
      `--api-audiences=${issuer}`,
      `--service-account-key-file=${folder.file("accounts.pem")}`,
      `--service-account-signing-key-file=${folder.file("accounts-key.pem")}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      `--encryption-provider-config=${folder.file("encryption.json")}`,
      // Other APIs, such as that of metrics, are answered by their own servers, which know from this who asks.
      `--requestheader-client-ca-file=${folder.file("front-proxy-ca.pem")}`,
      `--requestheader-allowed-names=${frontProxyName}`,
      "--requestheader-username-headers=X-Remote-User",
      "--requestheader-group-headers=X-Remote-Group",
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
      `--proxy-client-cert-file=${folder.file("front-proxy.pem")}`,
      `--proxy-client-key-file=${folder.file("front-proxy-key.pem")}`,
      // A loopback address is not allowed as an endpoint of the Service `kubernetes`, which nothing uses here.
      "--endpoint-reconciler-type=none",
    ],
  };
}

function controllers(folder: SiteFolder, tools: Toolchain): ServerProgram {
  const { path, version } = tools["kube-controller-manager"];
  return {
    name: "kube-controller-manager",
    file: path,
    version,
    ports: [],
    args: [
      `--kubeconfig=${folder.file("kubeconfig")}`,
      `--service-account-private-key-file=${folder.file("accounts-key.pem")}`,
      `--root-ca-file=${folder.file("ca.pem")}`,
      "--use-service-account-credentials=true",
      "--leader-elect=false",
      "--secure-port=0",
      // A new service reaches its minimum replicas sooner than with the production value of 15 s.
      "--horizontal-pod-autoscaler-sync-period=5s",
    ],
  };
}

function scheduler(folder: SiteFolder, tools: Toolchain): ServerProgram {
  const { path, version } = tools["kube-scheduler"];
  return {
    name: "kube-scheduler",
    file: path,
    version,
    ports: [],
    args: [`--kubeconfig=${folder.file("kubeconfig")}`, "--leader-elect=false", "--secure-port=0"],
  };
}

function kwok(folder: SiteFolder, { ports }: SiteRecord, { kwok: { path, version } }: Toolchain): ServerProgram {
  return {
    name: "kwok",
    file: path,
    version,
    ports: [ports.kubelet],
    args: [
      `--kubeconfig=${folder.file("kubeconfig")}`,
      "--manage-all-nodes=true",
      `--config=${podStages}`,
      `--config=${podUsage}`,
      `--config=${folder.file("podLogs.yaml")}`,
      // Where metrics-server asks each node what its pods use.
      `--server-address=${host}:${ports.kubelet}`,
      `--tls-cert-file=${folder.file("server.pem")}`,
      `--tls-private-key-file=${folder.file("server-key.pem")}`,
      `--node-ip=${host}`,
      `--node-port=${ports.kubelet}`,
      // Without leases, the node controller considers the nodes dead after 40 s, and every rollout hangs.
      "--node-lease-duration-seconds=40",
    ],
  };
}
