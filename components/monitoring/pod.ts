import { clusterDomain, type ResolvedMicroservice } from "../description/index.ts";
import {
  type Container,
  commonLabels,
  type DeploymentManifest,
  type EnvironmentVariable,
  type PodSpec,
  type Volume,
  type VolumeMount,
} from "../kubernetes/index.ts";
import { pullSecretName } from "../vault/index.ts";
import { dnsConfig, spreadConstraints } from "../workload/index.ts";
import type { PartName } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";

/** A part's pods: what is its own. All else is as hardened as in services. */
export interface PartPod {
  readonly args: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  /** Directories and files that it reads. */
  readonly mounts?: readonly { readonly volume: Volume; readonly mountPath: string; readonly readOnly?: boolean }[];
  /** Bytes that it may write to a directory of the node, as a quantity, by path. */
  readonly writable?: Readonly<Record<string, string>>;
  readonly readiness: Container["readinessProbe"];
  readonly liveness?: Container["livenessProbe"];
  /** Further ports by name, beside `http`. */
  readonly ports?: NonNullable<Container["ports"]>;
  /**
   * Whether it asks the API server with the token of its account.
   * @default false
   */
  readonly token?: boolean;
  /**
   * Seconds that it may take to end.
   * @default 30
   */
  readonly graceSeconds?: number;
  /** The user and group; images of these projects state theirs as a name, which the kubelet cannot tell from root. */
  readonly user: number;
}

type PodTemplate = NonNullable<DeploymentManifest["spec"]>["template"];

/** Room on the node's disk for logs. */
const logs = 256;

/** The image of a part, from the site's registry and by its digest. */
export function partImage(
  name: PartName,
  { registry, releases }: Pick<MonitoringPlan, "registry" | "releases">,
): string {
  return `${registry}/${name}:${releases[name] ?? ""}`;
}

/** The template of a part's pods: one container, locked down, spread over the site's machines. */
export function partTemplate(service: ResolvedMicroservice, part: PartPod, plan: MonitoringPlan): PodTemplate {
  return {
    metadata: { labels: commonLabels(service.name, service.namespace) },
    spec: podSpec(service, part, plan),
  };
}

function podSpec(service: ResolvedMicroservice, part: PartPod, plan: MonitoringPlan): PodSpec {
  const { name } = service;
  const writable = Object.entries(part.writable ?? {});
  return {
    serviceAccountName: name,
    automountServiceAccountToken: part.token ?? false,
    enableServiceLinks: false,
    imagePullSecrets: [{ name: pullSecretName }],
    priorityClassName: monitoringPriority,
    terminationGracePeriodSeconds: part.graceSeconds ?? 30,
    securityContext: {
      runAsNonRoot: true,
      ...{ runAsUser: part.user, runAsGroup: part.user, fsGroup: part.user, fsGroupChangePolicy: "OnRootMismatch" },
      seccompProfile: { type: "RuntimeDefault" },
    },
    dnsConfig: dnsConfig(clusterDomain(plan)),
    // Replicas that share a machine are lost together; that more of them start matters more.
    topologySpreadConstraints: spreadConstraints({ name, spread: "prefer" }, plan.nodes).map(
      ({ matchLabelKeys: _, ...constraint }) => constraint,
    ),
    containers: [container(service, part, plan)],
    volumes: [
      ...(part.mounts ?? []).map(({ volume }) => volume),
      ...writable.map(([, sizeLimit], index) => ({ name: `writable-${index}`, emptyDir: { sizeLimit } })),
    ],
  };
}

function container(service: ResolvedMicroservice, part: PartPod, plan: MonitoringPlan): Container {
  const { name, ports, resources } = service;
  const writable = Object.entries(part.writable ?? {});
  const room = writable.reduce((sum, [, size]) => sum + Number.parseInt(size, 10), logs);
  const mounts: VolumeMount[] = [
    ...(part.mounts ?? []).map(({ volume, mountPath, readOnly = true }) => ({
      name: volume.name,
      mountPath,
      readOnly,
    })),
    ...writable.map(([mountPath], index) => ({ name: `writable-${index}`, mountPath })),
  ];
  return {
    name,
    // A key of the name type: parts are described by their names.
    image: partImage(name as PartName, plan),
    imagePullPolicy: "IfNotPresent",
    args: [...part.args],
    ports: [{ name: "http", containerPort: ports?.http ?? 0, protocol: "TCP" }, ...(part.ports ?? [])],
    ...(part.env === undefined ? {} : { env: [...part.env] }),
    resources: {
      requests: { ...resources.requests, "ephemeral-storage": `${room}Mi` },
      limits: { memory: resources.limits.memory, "ephemeral-storage": `${room}Mi` },
    },
    readinessProbe: part.readiness,
    ...(part.liveness === undefined ? {} : { livenessProbe: part.liveness }),
    securityContext: lockedDown,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: mounts,
  };
}

/** A container that gains no rights and writes only to its mounts. */
export const lockedDown = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
} satisfies Container["securityContext"];

/** Monitoring starts before services: without it nobody sees why they do not. */
export const monitoringPriority = "monitoring";

/** A GET on a path of the part's own port. */
export function httpProbe(path: string, stated: Partial<NonNullable<Container["livenessProbe"]>> = {}) {
  return { httpGet: { path, port: "http" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3, ...stated };
}
