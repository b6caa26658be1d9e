import { canonicalQuantity, mebibytes } from "../kubernetes/index.ts";
import type {
  Autoscaling,
  Call,
  Exposure,
  JustifiedCall,
  Microservice,
  PodField,
  ResourceField,
  SecretFile,
  SecurityContext,
  SecurityExceptions,
  Toleration,
  Transforms,
  VolumeClaim,
} from "../microservice.ts";
import { type ResolvedInitContainer, resolveInitContainers } from "./initContainers.ts";
import { type ResolvedJvm, type ResolvedResources, resolveJvm } from "./jvm.ts";
import { type ResolvedMigration, resolveMigration } from "./migration.ts";
import { resolveObjectives } from "./objectives.ts";
import { type ResolvedMetrics, type ResolvedPorts, resolveMetrics, resolvePorts } from "./ports.ts";
import { type ResolvedProbes, resolveProbes } from "./probes.ts";
import { type ResolvedSecrets, resolveSecrets } from "./secretSources.ts";
import { type ResolvedRollout, type ResolvedShutdown, resolveTimeouts, type Timeouts } from "./timeouts.ts";
import { usesTls } from "./tls.ts";
import { type ResolvedVerification, resolveVerification } from "./verification.ts";

/** Higher than the IDs of users and groups that an operating system or an image assigns by itself. */
const defaultId = 10_001;

/** A further writable directory. */
interface ResolvedEmptyDir {
  /** `sizeLimit`, as a Kubernetes quantity. */
  readonly size: string;
  /** Whether it is in memory. */
  readonly inMemory: boolean;
}

/** A directory whose files last. */
interface ResolvedVolume {
  /** A Kubernetes quantity. */
  readonly size: string;
  /** Undefined where the description leaves the class to the site. */
  readonly storageClass: string | undefined;
  readonly accessMode: NonNullable<VolumeClaim["accessMode"]>;
}

/** A service that is called. */
interface ResolvedCall {
  readonly name: string;
  readonly namespace: string;
  /** Its `http` port. */
  readonly port: number;
  /** Its `grpc` port, where it has one. */
  readonly grpcPort: number | undefined;
  /** Whether it speaks TLS. */
  readonly tls: boolean;
  /** Why the call may cross the boundary around cardholder data, where the description says so. */
  readonly justification: string | undefined;
  /** The called service's own description. */
  readonly source: Microservice;
}

/**
 * A service with every default filled in and everything derived that follows from its description alone, whatever the site.
 * Builders of manifests read this and never the description. Meanings and units: {@link Microservice}.
 */
export interface ResolvedMicroservice {
  /** The description that this was resolved from. */
  readonly source: Microservice;
  readonly name: string;
  readonly namespace: string;
  readonly description: string;
  readonly owner: string;
  readonly image: string;
  readonly cardholderData: boolean;
  /** Whether its `http` port speaks TLS. */
  readonly tls: boolean;
  readonly priority: NonNullable<Microservice["priority"]>;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  /** Undefined where it listens on none. */
  readonly ports: ResolvedPorts | undefined;
  readonly resources: ResolvedResources;
  readonly jvm: ResolvedJvm;
  readonly startupSeconds: number;
  readonly probes: ResolvedProbes;
  readonly timeouts: Timeouts;
  readonly autoscaling: Required<Autoscaling>;
  readonly paused: boolean;
  /** Undefined where the service is not exposed. */
  readonly exposure: (Required<Omit<Exposure, "justification">> & Pick<Exposure, "justification">) | undefined;
  readonly calls: readonly ResolvedCall[];
  /** Names of the backing services that it uses. */
  readonly backingServices: readonly string[];
  /** Backing service -> why its use may cross the boundary around cardholder data, where the description says so. */
  readonly backingServiceJustifications: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | PodField | ResourceField>>;
  readonly secrets: ResolvedSecrets;
  /** Path -> the existing Secret that is there. */
  readonly secretFiles: Readonly<Record<string, SecretFile>>;
  /** Undefined where there are none. */
  readonly metrics: ResolvedMetrics | undefined;
  readonly objectives: ReturnType<typeof resolveObjectives>;
  readonly temporaryStorage: string;
  /** Further writable directories, by their paths. */
  readonly emptyDirs: Readonly<Record<string, ResolvedEmptyDir>>;
  /** In the order in which they run. */
  readonly initContainers: readonly ResolvedInitContainer[];
  /** Undefined where there is none. */
  readonly migration: ResolvedMigration | undefined;
  /** Undefined where there is none. */
  readonly verification: ResolvedVerification | undefined;
  /** Directories whose files last, by their paths. */
  readonly volumes: Readonly<Record<string, ResolvedVolume>>;
  /** Whether one of them can be mounted by one node only, so that a second replica must never start beside the first. */
  readonly runsAlone: boolean;
  /** Further labels of the pods. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Further annotations of the pods. */
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly spread: NonNullable<Microservice["spread"]>;
  readonly rollout: ResolvedRollout;
  readonly shutdown: ResolvedShutdown;
  /** The group is always stated, unless the service runs as root. */
  readonly securityContext: SecurityContext;
  /** The user for which Vault Agent writes files; undefined where no agent runs in the service's pods. */
  readonly filesUser: number | undefined;
  readonly securityExceptions: SecurityExceptions;
  readonly transforms: Transforms;
}

/** Resolves a valid description. For one that may not be valid, use `describeMicroservice`, which checks it first. */
export function resolveMicroservice(service: Microservice): ResolvedMicroservice {
  const { exposure, autoscaling = {} } = service;
  const volumes = resolveVolumes(service);
  const runsAlone = Object.values(volumes).some(({ accessMode }) => accessMode !== "ReadWriteMany");
  const [fewest, most] = runsAlone ? [1, 1] : [2, 4];
  const minReplicas = autoscaling.minReplicas ?? Math.min(fewest, autoscaling.maxReplicas ?? fewest);
  const ports = resolvePorts(service);
  const { requests, limits = {} } = service.resources;
  const resources = {
    requests: { cpu: canonicalQuantity(requests.cpu), memory: canonicalQuantity(requests.memory) },
    limits: {
      cpu: limits.cpu === undefined ? undefined : canonicalQuantity(limits.cpu),
      memory: canonicalQuantity(limits.memory ?? requests.memory),
    },
  };
  const emptyDirs = resolveEmptyDirs(service);
  const initContainers = resolveInitContainers(service.initContainers ?? {});
  const startupSeconds = service.startupSeconds ?? 150;
  const tls = usesTls(service);
  const probes = resolveProbes(service.probes ?? {}, { ports, tls }, startupSeconds);
  const rollout = {
    maxSurge: service.rollout?.maxSurge ?? "25%",
    minReadySeconds: service.rollout?.minReadySeconds ?? 10,
  } as const;
  const shutdown = {
    preStopSeconds: service.shutdown?.preStopSeconds ?? 10,
    gracefulSeconds: service.shutdown?.gracefulSeconds ?? 30,
  };
  const secrets = resolveSecrets(service);
  const used = (service.backingServices ?? []).map((use) =>
    typeof use === "string" ? { name: use, justification: undefined } : use,
  );
  return {
    source: service,
    name: service.name,
    namespace: service.namespace,
    description: service.description,
    owner: service.owner,
    image: service.image ?? service.name,
    cardholderData: service.cardholderData ?? false,
    tls,
    priority: service.priority ?? "standard",
    command: service.command,
    args: service.args,
    ports,
    resources,
    jvm: resolveJvm(service.jvm ?? {}, resources, service.cardholderData ?? false, memoryOf(emptyDirs)),
    startupSeconds,
    probes,
    timeouts: resolveTimeouts({ probes, shutdown, rollout, startupSeconds, initContainers }),
    autoscaling: {
      minReplicas,
      maxReplicas: autoscaling.maxReplicas ?? Math.max(most, minReplicas),
      averageUtilization: autoscaling.averageUtilization ?? 75,
      metrics: (autoscaling.metrics ?? []).map((metric) => ({
        ...metric,
        averageValue: canonicalQuantity(metric.averageValue),
      })),
    },
    paused: service.paused ?? false,
    exposure: exposure === undefined ? undefined : resolveExposure(exposure),
    calls: (service.calls?.() ?? []).map(resolveCall),
    backingServices: used.map(({ name }) => name),
    backingServiceJustifications: Object.fromEntries(
      used.flatMap(({ name, justification }) => (justification === undefined ? [] : [[name, justification]])),
    ),
    env: service.env ?? {},
    secrets,
    secretFiles: service.secretFiles ?? {},
    metrics: resolveMetrics(service, ports),
    objectives: resolveObjectives(service.objectives ?? {}),
    temporaryStorage: canonicalQuantity(service.temporaryStorage ?? "64Mi"),
    emptyDirs,
    initContainers,
    migration: resolveMigration(service, resources, {
      backingServices: used.map(({ name }) => name),
      directoryMebibytes: memoryOf(emptyDirs),
    }),
    verification: resolveVerification(service.verification),
    volumes,
    runsAlone,
    podLabels: service.podLabels ?? {},
    podAnnotations: service.podAnnotations ?? {},
    nodeSelector: service.nodeSelector ?? {},
    tolerations: service.tolerations ?? [],
    spread: service.spread ?? "prefer",
    rollout,
    shutdown,
    securityContext: withGroups(service),
    filesUser: secrets.agent === undefined ? undefined : (service.securityContext?.runAsUser ?? defaultId),
    securityExceptions: service.securityExceptions ?? {},
    transforms: service.transforms ?? {},
  };
}

function resolveEmptyDirs({ emptyDirs = {} }: Microservice): ResolvedMicroservice["emptyDirs"] {
  return Object.fromEntries(
    Object.entries(emptyDirs).map(([path, directory]) => {
      const inMemory = typeof directory === "object";
      return [path, { size: canonicalQuantity(inMemory ? directory.sizeLimit : directory), inMemory }];
    }),
  );
}

function resolveVolumes({ volumes = {} }: Microservice): ResolvedMicroservice["volumes"] {
  return Object.fromEntries(
    Object.entries(volumes).map(([path, { size, storageClass, accessMode = "ReadWriteOnce" }]) => [
      path,
      { size: canonicalQuantity(size), storageClass, accessMode },
    ]),
  );
}

/** Mebibytes of memory that directories may fill. */
function memoryOf(emptyDirs: ResolvedMicroservice["emptyDirs"]): number {
  const sizes = Object.values(emptyDirs).map(({ size, inMemory }) => (inMemory ? mebibytes(size) : 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function resolveExposure({ host, path = "/", domain = "public", justification }: Exposure) {
  return { host, path, domain, ...(justification === undefined ? {} : { justification }) };
}

function resolveCall(call: Call): ResolvedCall {
  const { service, justification } = isJustified(call) ? call : { service: call, justification: undefined };
  const { name, namespace } = service;
  const ports = resolvePorts(service);
  const tls = usesTls(service);
  if (ports === undefined) throw new RangeError(`${name} listens on no port; validation refuses a call of it`);
  return {
    name,
    namespace,
    port: ports.http,
    grpcPort: ports.grpc,
    tls,
    justification,
    source: service,
  };
}

/**
 * The user and the groups with a group that is never 0: the runtime gives a user that the image does not know the group 0, to
 * which many images let everything belong. A new volume belongs to root; by the pod's group the service can write there.
 */
function withGroups({ securityContext = {}, securityExceptions, volumes = {} }: Microservice): SecurityContext {
  if (securityExceptions?.runAsRoot !== undefined) return securityContext;
  const runAsGroup = securityContext.runAsGroup ?? securityContext.runAsUser ?? defaultId;
  return { ...(Object.keys(volumes).length === 0 ? {} : { fsGroup: runAsGroup }), ...securityContext, runAsGroup };
}

function isJustified(call: Call): call is JustifiedCall {
  return typeof call === "object" && call !== null && "service" in call;
}
