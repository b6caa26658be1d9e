import { callersPort, certificateFolder, type ResolvedMicroservice } from "../description/index.ts";
import { type Container, formatBytes, quantity, type VolumeMount } from "../kubernetes/index.ts";
import { agentMount } from "../vault/index.ts";
import { configurationPath, environmentVariables } from "./environment.ts";
import { claimedVolumes } from "./persistentVolumeClaim.ts";
import type { PodInputs } from "./podInputs.ts";
import { secretFileMounts } from "./secretFiles.ts";
import { authorityMounts } from "./servicesAuthority.ts";
import { writableVolumes } from "./writableVolumes.ts";

/** Room on the node's disk for a container's logs and whatever else the runtime writes. */
const writtenByRuntime = "256Mi";

/** The container of a service: sized, probed, locked down. */
export function containerManifest(
  service: ResolvedMicroservice,
  { site, release, configMapName }: PodInputs,
): Container {
  const { name, image, probes, shutdown, command, args, securityExceptions } = service;
  return {
    name,
    image: `${site.registry}/${image}:${release}`,
    imagePullPolicy: "IfNotPresent",
    ...(command === undefined ? {} : { command: [...command] }),
    ...(args === undefined ? {} : { args: [...args] }),
    ...containerPorts(service),
    env: environmentVariables(service, site, configMapName !== undefined),
    resources: resourceRequirements(service),
    ...(probes.startup === undefined ? {} : { startupProbe: probes.startup }),
    ...(probes.readiness === undefined ? {} : { readinessProbe: probes.readiness }),
    ...(probes.liveness === undefined ? {} : { livenessProbe: probes.liveness }),
    ...(shutdown.preStopSeconds === 0
      ? {}
      : { lifecycle: { preStop: { sleep: { seconds: shutdown.preStopSeconds } } } }),
    securityContext: {
      // Vault Agent runs as the user of the first container, so that nobody else in the pod can read what it writes.
      ...(service.filesUser === undefined ? {} : { runAsUser: service.filesUser }),
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: securityExceptions.writableRootFilesystem === undefined,
      capabilities: { drop: ["ALL"] },
    },
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      ...writableVolumes(service).map(({ name: volume, mountPath }) => ({ name: volume, mountPath })),
      ...claimedVolumes(service).map(({ name: volume, mountPath }) => ({ name: volume, mountPath })),
      ...(configMapName === undefined ? [] : [{ name: "config", mountPath: configurationPath, readOnly: true }]),
      ...secretMounts(service),
      ...secretFileMounts(service),
      ...authorityMounts(service),
    ],
  };
}

/** The ports, each number once; the field is left out where there is none. */
function containerPorts(service: ResolvedMicroservice): Pick<Container, "ports"> {
  const { ports, metrics } = service;
  const named: readonly (readonly [name: string, containerPort: number | undefined])[] = [
    [callersPort(service), ports?.http],
    ["management", ports?.management],
    ["grpc", ports?.grpc],
    ["metrics", metrics?.port],
  ];
  const numbers = named.map(([, containerPort]) => containerPort);
  const distinct = named.flatMap(([name, containerPort], index) =>
    containerPort === undefined || numbers.indexOf(containerPort) < index
      ? []
      : [{ name, containerPort, protocol: "TCP" as const }],
  );
  return distinct.length === 0 ? {} : { ports: distinct };
}

/** Requests and limits of one replica, ephemeral storage included: every volume that it may fill, and its log lines. */
function resourceRequirements(service: ResolvedMicroservice): {
  requests: { cpu: string; memory: string; "ephemeral-storage": string };
  limits: { cpu?: string; memory: string; "ephemeral-storage": string };
} {
  const { requests, limits } = service.resources;
  const volumes = writableVolumes(service).filter(({ inMemory }) => !inMemory);
  const sum = (sizes: readonly string[]) => sizes.reduce((total, size) => total + quantity(size), 0);
  const regular = volumes.filter(({ emergency }) => !emergency).map(({ size }) => size);
  const emergency = volumes.filter((volume) => volume.emergency).map(({ size }) => size);
  return {
    requests: { ...requests, "ephemeral-storage": formatBytes(sum([...regular, writtenByRuntime])) },
    limits: {
      ...(limits.cpu === undefined ? {} : { cpu: limits.cpu }),
      memory: limits.memory,
      "ephemeral-storage": formatBytes(sum([...regular, writtenByRuntime, ...emergency])),
    },
  };
}

function secretMounts({ secrets: { agent, issued } }: ResolvedMicroservice): VolumeMount[] {
  if (agent !== undefined) return [agentMount];
  return issued.map((key) => ({ name: key.bundle, mountPath: certificateFolder(key), readOnly: true }));
}
