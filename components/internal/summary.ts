import type { MicroserviceSite } from "../microserviceSite.ts";
import type { SecretDelivery } from "../secrets.ts";
import type { ResolvedMicroservice } from "./defaults.ts";
import { exposedHost } from "./exposure.ts";
import { planJvm } from "./jvm.ts";
import type { Container } from "./manifests.ts";
import { secretsOf } from "./secrets.ts";
import { planWarnings } from "./warnings.ts";
import { releaseTag } from "./workload.ts";
import { workloadNeed } from "./workloadNeed.ts";

/** A service's secrets: how many of each origin, and how those of Vault reach it. */
interface SecretSummary {
  readonly delivery: SecretDelivery;
  readonly generated: number;
  readonly supplied: readonly string[];
  readonly issued: number;
  readonly existing: number;
}

/** What a person asks of a service, in one row. */
export interface MicroserviceSummary {
  readonly service: string;
  readonly namespace: string;
  /** Replicas: fewest and most; both 0 while the service is paused. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** CPU and memory of one replica, as registered. `limit` is absent where there is none. */
  readonly cpu: { readonly request: string; readonly limit?: string };
  readonly memory: { readonly request: string; readonly limit: string };
  /** What one pod requests, with the containers that a transform adds: cores and bytes. */
  readonly pod: { readonly cpu: number; readonly memory: number };
  readonly jvm: {
    readonly heapMebibytes: number;
    readonly heapPercentage: number;
    readonly processors: number;
    readonly collector: string;
  };
  /** `https://host/path`, or undefined where the service is not exposed. */
  readonly exposure?: string;
  /** Names of the services that it calls. */
  readonly calls: readonly string[];
  readonly endpoints: readonly string[];
  readonly secrets: SecretSummary;
  /** The image as registered. */
  readonly image: string;
  /** The release's tag. */
  readonly tag: string;
  readonly warnings: readonly string[];
}

/** The service's container as it is registered. */
export type RegisteredContainer = Pick<Container, "image" | "resources">;

/** Sums a service up. Values that a transform may have changed are those of the registered container. */
export function summarize(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  release: string,
  container: RegisteredContainer | undefined,
): MicroserviceSummary {
  const { requests = {}, limits = {} } = container?.resources ?? {};
  const { heapMebibytes, heapPercentage, processors, collector } = planJvm(service);
  const host = exposedHost(service, site);
  const need = workloadNeed(service).pod;
  const text = (value: string | number | undefined) => String(value ?? "none");
  return {
    service: service.name,
    namespace: service.namespace,
    replicas: service.paused
      ? { min: 0, max: 0 }
      : { min: service.autoscaling.minReplicas, max: service.autoscaling.maxReplicas },
    cpu: { request: text(requests["cpu"]), ...(limits["cpu"] === undefined ? {} : { limit: text(limits["cpu"]) }) },
    memory: { request: text(requests["memory"]), limit: text(limits["memory"]) },
    pod: { cpu: need.cpuRequests, memory: need.memoryRequests },
    jvm: { heapMebibytes, heapPercentage, processors, collector },
    ...(host === undefined ? {} : { exposure: `https://${host}${service.resolvedExposure?.path ?? "/"}` }),
    calls: service.resolvedCalls.map((call) => call.service.name),
    endpoints: service.endpoints,
    secrets: summarizeSecrets(service),
    image: text(container?.image),
    tag: releaseTag(release),
    warnings: planWarnings(service),
  };
}

function summarizeSecrets(service: ResolvedMicroservice): SecretSummary {
  const { stored, issued, existing } = secretsOf(service);
  return {
    delivery: service.secretDelivery,
    generated: stored.filter(({ secret }) => secret.kind === "generated").length,
    supplied: stored.flatMap(({ key, secret }) => (secret.kind === "supplied" ? [key] : [])),
    issued: issued.length,
    existing: existing.length,
  };
}
