import { speaksTls } from "../../components/description/index.ts";
import type { Container, PodSpec } from "../../components/kubernetes/index.ts";
import { mebibytes, parseQuantity, podResources } from "../../components/kubernetes/index.ts";
import type { PortName } from "../../components/microservice.ts";
import { withAgent } from "../../components/vault/index.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";
import { at, isObject, type PlainObject } from "../../recorder/registeredResource.ts";
import { exceptionWarning, registeredExceptions } from "../../recorder/securityExceptions.ts";
import type { SiteManifest } from "../../recorder/siteRun.ts";
import { type MonitoringPods, monitoringPods } from "./monitoringNeeds.ts";
import { serviceWarnings } from "./warnings.ts";

/** A service's secrets: the number from each source, and how those in Vault are delivered. */
interface SecretCounts {
  readonly delivery: PlainMicroservice["secrets"]["delivery"];
  readonly generated: number;
  /** Keys of the secrets whose values an operator supplies. */
  readonly supplied: readonly string[];
  readonly issued: number;
  readonly existing: number;
}

/** The main facts about a service. Anything that a transform may have changed is read from the registered objects. */
export interface ServiceRow {
  readonly service: string;
  readonly namespace: string;
  /** Minimum and maximum number of replicas; both 0 while the service is paused. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** CPU and memory of one replica. `limit` is absent if none is set. */
  readonly cpu: { readonly request: string; readonly limit?: string };
  readonly memory: { readonly request: string; readonly limit: string };
  /** Requests of one pod in cores and bytes, including containers added by a transform or the Vault Agent Injector. */
  readonly pod: { readonly cpu: number; readonly memory: number };
  readonly jvm: {
    readonly heapMebibytes: number;
    readonly heapPercentage: number;
    readonly processors: number;
    readonly collector: string;
  };
  /** `https://host/path`; absent if the service is not exposed. */
  readonly exposure?: string;
  /** Names of the services that this service calls. */
  readonly calls: readonly string[];
  readonly backingServices: readonly string[];
  /** Ports that speak plain HTTP: what goes over them is in the clear between the cluster's nodes. */
  readonly inTheClear: readonly { readonly port: PortName; readonly number: number }[];
  readonly secrets: SecretCounts;
  /** The image with its registry, tag and digest. */
  readonly image: string;
  readonly warnings: readonly string[];
}

/** The part of a row that is read from a service's registered objects. */
export type RegisteredWorkload = Pick<ServiceRow, "replicas" | "cpu" | "memory" | "pod" | "image" | "exposure"> & {
  /** Of the security exceptions that are noted at its objects. */
  readonly exceptions: readonly string[];
};

/** Extracts what the rows need from a site's manifests as they are registered. The manifests themselves are not kept. */
export class RegisteredWorkloads {
  readonly #parts = new Map<string, Partial<RegisteredWorkload>>();
  /** Service -> the warnings of its objects; those of the site's objects under undefined. */
  readonly #exceptions = new Map<string | undefined, Set<string>>();

  /** The pods of the site's monitoring. */
  readonly monitoring: MonitoringPods[] = [];

  /** Reads a manifest; most kinds are ignored. */
  add({ name, manifest }: SiteManifest): void {
    const pods = monitoringPods({ name, manifest });
    if (pods !== undefined) this.monitoring.push(pods);
    const noted = registeredExceptions(manifest);
    if (noted !== undefined) {
      const known = this.#exceptions.get(noted.service) ?? new Set();
      this.#exceptions.set(noted.service, new Set([...known, ...noted.warnings]));
    }
    for (const [suffix, read] of Object.entries(readers)) {
      if (!name.endsWith(suffix)) continue;
      const service = name.slice(0, -suffix.length);
      this.#parts.set(service, { ...this.#parts.get(service), ...read(manifest, service) });
    }
  }

  /** The values read for a service. An autoscaler's replicas take precedence over the Deployment's. */
  of(service: string): RegisteredWorkload {
    const none = { request: "none", limit: "none" };
    const nothing = {
      replicas: { min: 0, max: 0 },
      cpu: none,
      memory: none,
      pod: { cpu: 0, memory: 0 },
      image: "none",
    };
    const exceptions = [...(this.#exceptions.get(service) ?? [])];
    return { ...nothing, ...this.#parts.get(service), exceptions };
  }

  /** The warnings of the site's own objects. */
  siteWarnings(): string[] {
    return [...(this.#exceptions.get(undefined) ?? [])];
  }
}

/** Suffix of a resource's logical name, as set by `JavaMicroservice` -> what a row reads from its manifest. */
const readers: Readonly<Record<string, (manifest: PlainObject, service: string) => Partial<RegisteredWorkload>>> = {
  "-deployment": (manifest, service) => {
    const template = at(manifest, "spec", "template");
    const spec = at(template, "spec");
    if (!isPodSpec(spec)) return {};
    const container = spec.containers.find(({ name }) => name === service);
    const totals = podResources(withAgent(spec, annotations(template)));
    return {
      image: container?.image ?? "none",
      ...quantities(container),
      pod: { cpu: totals.cpuRequests, memory: totals.memoryRequests },
    };
  },
  "-autoscaler": (manifest) => ({
    replicas: {
      min: Number(at(manifest, "spec", "minReplicas") ?? 1),
      max: Number(at(manifest, "spec", "maxReplicas")),
    },
  }),
  "-ingress": (manifest) => {
    const rule = at(manifest, "spec", "rules", 0);
    return { exposure: `https://${String(at(rule, "host"))}${String(at(rule, "http", "paths", 0, "path"))}` };
  },
  "-http-route": (manifest) => {
    const path = at(manifest, "spec", "rules", 0, "matches", 0, "path", "value");
    return { exposure: `https://${String(at(manifest, "spec", "hostnames", 0))}${String(path)}` };
  },
};

/** Builds the row of a service. */
export function serviceRow(service: PlainMicroservice, { exceptions, ...registered }: RegisteredWorkload): ServiceRow {
  const { heapPercentage, processors, collector } = service.jvm;
  const limit =
    parseQuantity(registered.memory.limit) === undefined ? service.resources.limits.memory : registered.memory.limit;
  const described = Object.keys(service.securityExceptions).map((name) => exceptionWarning(name, ""));
  const ofTransforms = exceptions.filter((warning) => !described.some((start) => warning.startsWith(start)));
  const heapMebibytes = Math.floor((mebibytes(limit) * heapPercentage) / 100);
  return {
    service: service.name,
    namespace: service.namespace,
    ...registered,
    jvm: { heapMebibytes, heapPercentage, processors, collector },
    calls: service.calls,
    backingServices: service.backingServices,
    inTheClear: inTheClear(service),
    secrets: countSecrets(service),
    warnings: [...serviceWarnings(service, registered.replicas), ...ofTransforms],
  };
}

function inTheClear(service: PlainMicroservice): ServiceRow["inTheClear"] {
  if (service.ports === undefined) return [];
  const { http, management, grpc } = service.ports;
  return [
    ...(speaksTls(service, "http") ? [] : [{ port: "http" as const, number: http }]),
    ...(grpc === undefined || speaksTls(service, "grpc") ? [] : [{ port: "grpc" as const, number: grpc }]),
    ...(http === management || speaksTls(service, "management")
      ? []
      : [{ port: "management" as const, number: management }]),
  ];
}

function countSecrets({ secrets: { delivery, stored, issued, existing } }: PlainMicroservice): SecretCounts {
  return {
    delivery,
    generated: stored.filter(({ secret }) => secret.kind === "generated").length,
    supplied: stored.flatMap(({ key, secret }) => (secret.kind === "supplied" ? [key] : [])),
    issued: issued.length,
    existing: existing.length,
  };
}

function quantities(container: Container | undefined): Pick<RegisteredWorkload, "cpu" | "memory"> {
  const { requests = {}, limits = {} } = container?.resources ?? {};
  const text = (value: string | number | undefined) => String(value ?? "none");
  return {
    cpu: { request: text(requests["cpu"]), ...(limits["cpu"] === undefined ? {} : { limit: text(limits["cpu"]) }) },
    memory: { request: text(requests["memory"]), limit: text(limits["memory"]) },
  };
}

/** Whether a value is a pod spec. Registered objects come from typed builders, so checking for containers is enough. */
function isPodSpec(value: unknown): value is PodSpec {
  return Array.isArray(at(value, "containers"));
}

function annotations(template: unknown): { annotations: Record<string, string> } {
  const stated = at(template, "metadata", "annotations");
  const entries = isObject(stated) ? Object.entries(stated) : [];
  return { annotations: Object.fromEntries(entries.map(([name, value]) => [name, String(value)])) };
}
