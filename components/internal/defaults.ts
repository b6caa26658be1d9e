import type { Autoscaling, Call, Exposure, JustifiedCall, Microservice, PortName, Probe } from "../microservice.ts";
import { usesVault } from "./secrets.ts";

/** Ports of the owner's services, see the README's "what a service gets". */
const defaultPorts = { http: 7137, management: 17137 };

/** Above the users that a system or an image gives out by itself. */
const defaultUserOfFiles = 10_001;

/** A description with every default filled in: what the planners read. Meanings and units: {@link Microservice}. */
export interface ResolvedMicroservice extends Microservice {
  readonly image: string;
  readonly cardholderData: boolean;
  readonly priority: NonNullable<Microservice["priority"]>;
  readonly ports: { readonly http: number; readonly management: number };
  readonly memoryLimit: string;
  readonly cpuLimit: string | undefined;
  readonly startupSeconds: number;
  readonly autoscaling: Required<Autoscaling>;
  readonly paused: boolean;
  readonly resolvedExposure: Required<Exposure> | undefined;
  readonly resolvedCalls: readonly ResolvedCall[];
  readonly endpoints: readonly string[];
  readonly metricsPath: string | undefined;
  readonly temporaryStorage: NonNullable<Microservice["temporaryStorage"]>;
  readonly emptyDirs: NonNullable<Microservice["emptyDirs"]>;
  readonly secretDelivery: NonNullable<Microservice["secretDelivery"]>;
  /** The user that Vault Agent writes files for; undefined where no agent stands in the service's pods. */
  readonly userOfFiles: number | undefined;
  readonly spread: NonNullable<Microservice["spread"]>;
  readonly rollout: { readonly maxSurge: `${number}%` | number; readonly minReadySeconds: number };
  readonly shutdown: { readonly preStopSeconds: number; readonly gracefulSeconds: number };
}

/** A call, with the justification where one was given. */
interface ResolvedCall {
  readonly service: Microservice;
  readonly justification: string | undefined;
}

const resolved = new WeakMap<Microservice, ResolvedMicroservice>();

/** Fills in the defaults. The same description gives the same object, so that several planners may ask. */
export function resolveMicroservice(service: Microservice): ResolvedMicroservice {
  const known = resolved.get(service);
  if (known !== undefined) return known;
  const { exposure, metrics = { path: "/actuator/prometheus" } } = service;
  const minReplicas = service.autoscaling?.minReplicas ?? Math.min(2, service.autoscaling?.maxReplicas ?? 2);
  const result: ResolvedMicroservice = {
    ...service,
    image: service.image ?? service.name,
    cardholderData: service.cardholderData ?? false,
    priority: service.priority ?? "standard",
    ports: { ...defaultPorts, ...service.ports },
    memoryLimit: service.resources.limits?.memory ?? service.resources.requests.memory,
    cpuLimit: service.resources.limits?.cpu,
    startupSeconds: service.startupSeconds ?? 150,
    autoscaling: {
      minReplicas,
      maxReplicas: service.autoscaling?.maxReplicas ?? Math.max(4, minReplicas),
      averageUtilization: service.autoscaling?.averageUtilization ?? 75,
      metrics: service.autoscaling?.metrics ?? [],
    },
    paused: service.paused ?? false,
    resolvedExposure:
      exposure === undefined
        ? undefined
        : { host: exposure.host, path: exposure.path ?? "/", domain: exposure.domain ?? "public" },
    resolvedCalls: (service.calls?.() ?? []).map(resolveCall),
    endpoints: service.endpoints ?? [],
    metricsPath: metrics === "none" ? undefined : metrics.path,
    temporaryStorage: service.temporaryStorage ?? "64Mi",
    emptyDirs: service.emptyDirs ?? {},
    secretDelivery: service.secretDelivery ?? "env",
    userOfFiles: readsFiles(service) ? (service.securityContext?.runAsUser ?? defaultUserOfFiles) : undefined,
    spread: service.spread ?? "prefer",
    rollout: { maxSurge: service.rollout?.maxSurge ?? "25%", minReadySeconds: service.rollout?.minReadySeconds ?? 10 },
    shutdown: {
      preStopSeconds: service.shutdown?.preStopSeconds ?? 10,
      gracefulSeconds: service.shutdown?.gracefulSeconds ?? 30,
    },
  };
  resolved.set(service, result);
  return result;
}

/** Whether Vault Agent stands in the service's pods. */
export function readsFiles(service: Pick<Microservice, "name" | "namespace" | "secrets" | "secretDelivery">): boolean {
  return service.secretDelivery === "files" && usesVault(service);
}

/** Replicas above the wanted number while a rollout runs; Kubernetes rounds a percentage up. */
export function surgeReplicas({
  rollout: { maxSurge },
  autoscaling,
}: {
  readonly rollout: { readonly maxSurge: string | number };
  readonly autoscaling: { readonly maxReplicas: number };
}): number {
  if (typeof maxSurge === "number") return maxSurge;
  return Math.ceil((autoscaling.maxReplicas * Number.parseInt(maxSurge, 10)) / 100);
}

/** The URL at which other services of the site reach a service. */
export function serviceUrl({ name, namespace, ports }: ResolvedMicroservice): string {
  return `http://${name}.${namespace}.svc:${ports.http}`;
}

/** The port's name in the pod: where both are the same number there is one port, `http`. */
export function podPortName({ ports }: ResolvedMicroservice, port: PortName): PortName {
  return ports.http === ports.management ? "http" : port;
}

/** The readiness, liveness and start-up checks before Kubernetes' own fields are filled in. */
export function resolveProbes(service: ResolvedMicroservice): {
  startup: Probe | undefined;
  readiness: Probe;
  liveness: Probe;
} {
  const { startup, readiness, liveness } = service.probes ?? {};
  const live: Probe = withRhythm(liveness ?? { httpGet: { path: "/actuator/health/liveness" } }, 20, 5);
  const period = 5;
  const { initialDelaySeconds: _, successThreshold: __, ...check } = live;
  const derived: Probe = {
    ...check,
    periodSeconds: period,
    timeoutSeconds: period,
    failureThreshold: Math.ceil(service.startupSeconds / period),
  };
  return {
    startup:
      startup === "none"
        ? undefined
        : startup === undefined
          ? derived
          : withStartupBudget(startup, service.startupSeconds),
    readiness: withRhythm(readiness ?? { httpGet: { path: "/actuator/health/readiness" } }, 5, 3),
    liveness: live,
  };
}

/** Fills in rhythm and patience. A timeout that nobody stated is never above the period, since checks would pile up. */
function withRhythm(probe: Probe, period: number, timeout: number): Probe {
  const { periodSeconds = period } = probe;
  return { periodSeconds, timeoutSeconds: Math.min(timeout, periodSeconds), failureThreshold: 3, ...probe };
}

function withStartupBudget(probe: Probe, startupSeconds: number): Probe {
  const { periodSeconds = 5 } = probe;
  return withRhythm({ failureThreshold: Math.ceil(startupSeconds / periodSeconds), ...probe }, periodSeconds, 5);
}

function resolveCall(call: Call): ResolvedCall {
  if (isJustified(call)) return { service: call.service, justification: call.justification };
  return { service: call, justification: undefined };
}

function isJustified(call: Call): call is JustifiedCall {
  return typeof call === "object" && call !== null && "service" in call;
}
