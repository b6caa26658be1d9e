import type { Probe } from "../microservice.ts";
import type { MicroserviceSite } from "../microserviceSite.ts";
import { planDeadlines } from "./deadlines.ts";
import { podPortName, type ResolvedMicroservice, resolveProbes } from "./defaults.ts";
import { configurationPath, planEnvironment } from "./environment.ts";
import { heapDumpPath, planJvm } from "./jvm.ts";
import type { Container, ContainerProbe, DeploymentManifest, PodSpec, Volume, VolumeMount } from "./manifests.ts";
import { commonLabels, pullSecretName, selectorLabels } from "./names.ts";
import { compareText } from "./problems.ts";
import { formatBytes, quantity } from "./quantity.ts";
import { certificateFolder, issuedSecretName, secretsOf } from "./secrets.ts";
import { agentAnnotations, agentMount, agentVolumes, planAgent } from "./vaultAgent.ts";

/** Log lines and what else the runtime writes on the node's disk for a container. */
const writtenByRuntime = "256Mi";

/** What a Deployment is made from beside the description. */
export interface WorkloadInputs {
  readonly site: Pick<MicroserviceSite, "registry" | "endpoints" | "vault">;
  /** `tag@sha256:...` */
  readonly release: string;
  /** Name of the ConfigMap to mount, or undefined where the service has no configuration. */
  readonly configMapName: string | undefined;
  /** Name of the ConfigMap with the certificate of Vault's authority, or undefined where nothing comes from Vault. */
  readonly vaultAuthority?: string | undefined;
}

/** The Deployment of a service: one container, sized, probed, locked down, spread over nodes. */
export function planDeployment(service: ResolvedMicroservice, inputs: WorkloadInputs): DeploymentManifest {
  const { name, namespace, rollout } = service;
  const labels = commonLabels(name, namespace);
  const { progressDeadline } = planDeadlines(service);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace,
      labels: { ...labels, "app.kubernetes.io/version": versionLabel(inputs.release) },
      annotations: {
        "gemelos.dev/description": service.description,
        "gemelos.dev/owner": service.owner,
        // A variable is read once, so a rotated value needs new pods: Reloader rolls them.
        ...(carriesVariables(service) ? { "reloader.stakater.com/auto": "true" } : {}),
      },
    },
    spec: {
      // Replicas belong to the autoscaler: stating them would reset a scaled service at every update.
      ...(service.paused ? { replicas: 0 } : {}),
      selector: { matchLabels: selectorLabels(name) },
      minReadySeconds: rollout.minReadySeconds,
      progressDeadlineSeconds: progressDeadline,
      revisionHistoryLimit: 5,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: rollout.maxSurge } },
      template: { metadata: { labels, annotations: podAnnotations(service, inputs) }, spec: planPod(service, inputs) },
    },
  };
}

/** The tag of a release `tag@sha256:...`. @throws RangeError where it is none: a tag alone can be moved to other bytes. */
export function releaseTag(release: string): string {
  const [, tag] = /^([^@]+)@sha256:[0-9a-f]{64}$/.exec(release) ?? [];
  if (tag === undefined) throw new RangeError(`the release "${release}" must be tag@sha256:digest`);
  return tag;
}

/** The tag as a label's value, which is shorter than a tag may be and starts and ends with a letter or a digit. */
function versionLabel(release: string): string {
  return releaseTag(release)
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

/** The image reference of a service's release in a site's registry. */
function imageReference({ image }: ResolvedMicroservice, registry: string, release: string): string {
  return `${registry}/${image}:${release}`;
}

/** Whether values of Vault are variables of the service. */
function carriesVariables(service: ResolvedMicroservice): boolean {
  return service.secretDelivery === "env" && secretsOf(service).stored.length > 0;
}

/** Annotations of a service's pods: how they are scraped, and what Vault Agent is to bring them. */
export function podAnnotations(
  service: ResolvedMicroservice,
  { site }: Pick<WorkloadInputs, "site">,
): Record<string, string> {
  const { metricsPath, ports } = service;
  const scraping =
    metricsPath === undefined
      ? {}
      : {
          "prometheus.io/scrape": "true",
          "prometheus.io/port": String(ports.management),
          "prometheus.io/path": metricsPath,
        };
  const agent =
    planAgent(service) === undefined || site.vault === undefined ? {} : agentAnnotations(service, site.vault);
  return { ...scraping, ...agent };
}

function planPod(service: ResolvedMicroservice, inputs: WorkloadInputs): PodSpec {
  const { name, securityExceptions: exceptions = {} } = service;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: exceptions.serviceAccountToken !== undefined,
    enableServiceLinks: false,
    imagePullSecrets: [{ name: pullSecretName }],
    priorityClassName: service.priority,
    terminationGracePeriodSeconds: planDeadlines(service).terminationGracePeriod,
    securityContext: {
      runAsNonRoot: exceptions.runAsRoot === undefined,
      ...(exceptions.runAsRoot === undefined ? {} : { runAsUser: 0 }),
      ...service.securityContext,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: service.spread === "require" ? "DoNotSchedule" : "ScheduleAnyway",
        labelSelector: { matchLabels: selectorLabels(name) },
        matchLabelKeys: ["pod-template-hash"],
      },
    ],
    containers: [planContainer(service, inputs)],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: service.temporaryStorage } },
      ...(dumpsHeap(service) ? [{ name: "dumps", emptyDir: { sizeLimit: dumpVolumeSize(service) } }] : []),
      ...directories(service).map(([path, sizeLimit]) => ({ name: directoryVolume(path), emptyDir: { sizeLimit } })),
      ...(inputs.configMapName === undefined ? [] : [{ name: "config", configMap: { name: inputs.configMapName } }]),
      ...secretVolumes(service, inputs),
    ],
  };
}

/** The agent's volumes, or the Kubernetes Secrets of issued keys; values of the operator are variables and no files. */
function secretVolumes(service: ResolvedMicroservice, { vaultAuthority }: WorkloadInputs): Volume[] {
  if (planAgent(service) !== undefined) return vaultAuthority === undefined ? [] : agentVolumes(vaultAuthority);
  return secretsOf(service).issued.map((issued) => ({
    name: issued.bundle,
    secret: { secretName: issuedSecretName(service, issued) },
  }));
}

function secretMounts(service: ResolvedMicroservice): VolumeMount[] {
  if (planAgent(service) !== undefined) return [agentMount];
  return secretsOf(service).issued.map((issued) => ({
    name: issued.bundle,
    mountPath: certificateFolder(issued),
    readOnly: true,
  }));
}

function planContainer(service: ResolvedMicroservice, { site, release, configMapName }: WorkloadInputs): Container {
  const { name, ports, securityExceptions: exceptions = {} } = service;
  const probes = resolveProbes(service);
  return {
    name,
    image: imageReference(service, site.registry, release),
    imagePullPolicy: "IfNotPresent",
    ...(service.command === undefined ? {} : { command: [...service.command] }),
    ...(service.args === undefined ? {} : { args: [...service.args] }),
    ports: [
      { name: "http", containerPort: ports.http, protocol: "TCP" },
      ...(ports.management === ports.http
        ? []
        : [{ name: "management", containerPort: ports.management, protocol: "TCP" as const }]),
    ],
    env: planEnvironment(service, site.endpoints, configMapName !== undefined),
    resources: planResources(service),
    ...(probes.startup === undefined ? {} : { startupProbe: planProbe(service, probes.startup) }),
    readinessProbe: planProbe(service, probes.readiness),
    livenessProbe: planProbe(service, probes.liveness),
    ...(service.shutdown.preStopSeconds === 0
      ? {}
      : { lifecycle: { preStop: { sleep: { seconds: service.shutdown.preStopSeconds } } } }),
    securityContext: {
      // Vault Agent runs as the user of the first container, so that nobody else in the pod can read what it writes.
      ...(service.userOfFiles === undefined ? {} : { runAsUser: service.userOfFiles }),
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: exceptions.writableRootFilesystem === undefined,
      capabilities: { drop: ["ALL"] },
    },
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      ...(dumpsHeap(service) ? [{ name: "dumps", mountPath: heapDumpPath }] : []),
      ...directories(service).map(([path]) => ({ name: directoryVolume(path), mountPath: path })),
      ...(configMapName === undefined ? [] : [{ name: "config", mountPath: configurationPath, readOnly: true }]),
      ...secretMounts(service),
    ],
  };
}

/** Requests and limits of one replica, ephemeral storage included: every volume it may fill, and its log lines. */
export function planResources(service: ResolvedMicroservice): {
  requests: { cpu: string; memory: string; "ephemeral-storage": string };
  limits: { cpu?: string; memory: string; "ephemeral-storage": string };
} {
  const { temporaryStorage, memoryLimit, cpuLimit, resources } = service;
  // In one order always: a sum of fractions depends on it in its last digit.
  const sizes = [temporaryStorage, ...directories(service).map(([, size]) => size), writtenByRuntime];
  const always = sizes.reduce((sum, size) => sum + quantity(size), 0);
  const atMost = always + (dumpsHeap(service) ? quantity(dumpVolumeSize(service)) : 0);
  return {
    requests: { ...resources.requests, "ephemeral-storage": formatBytes(always) },
    limits: {
      ...(cpuLimit === undefined ? {} : { cpu: cpuLimit }),
      memory: memoryLimit,
      "ephemeral-storage": formatBytes(atMost),
    },
  };
}

/** The further writable directories, ordered by path so that a reordered description changes nothing. */
function directories({ emptyDirs }: ResolvedMicroservice): [path: string, size: string][] {
  return Object.entries(emptyDirs).sort(([a], [b]) => compareText(a, b));
}

/** The volume of a further writable directory: `/var/cache/app` -> `dir-var-cache-app`. */
export function directoryVolume(path: string): string {
  return `dir-${path
    .slice(1)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")}`.replace(/-+$/, "");
}

function dumpsHeap({ jvm }: ResolvedMicroservice): boolean {
  return jvm?.heapDump !== false;
}

/** Room for one dump of the whole heap, with a tenth for its headers. */
function dumpVolumeSize(service: ResolvedMicroservice): string {
  return formatBytes(planJvm(service).heapMebibytes * 2 ** 20 * 1.1);
}

function planProbe(service: ResolvedMicroservice, probe: Probe): ContainerProbe {
  const { httpGet, tcpSocket, grpc, exec, ...timing } = probe;
  if (httpGet !== undefined) {
    return { httpGet: { path: httpGet.path, port: podPortName(service, httpGet.port ?? "management") }, ...timing };
  }
  if (tcpSocket !== undefined) return { tcpSocket: { port: podPortName(service, tcpSocket.port) }, ...timing };
  if (grpc !== undefined) return { grpc: { ...grpc, port: service.ports[grpc.port] }, ...timing };
  return { exec: { command: [...(exec?.command ?? [])] }, ...timing };
}
