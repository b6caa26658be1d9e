import type { ResolvedMicroservice } from "../description/index.ts";
import { type Diagnostic, formatPath } from "../diagnostic.ts";
import { didYouMean } from "../suggestion.ts";
import { type AskingService, checkNodeRoom, type RoomySite } from "./nodeRoom.ts";

/** For a time, services have more replicas. */
export interface ReplicaPeak {
  readonly name: string;
  /** File and field that state it, for messages: `calendar.yaml`, `peaks[0]`. */
  readonly file: string;
  readonly path: string;
  /** Service -> the fewest replicas; a service that has as many anyway keeps its own. */
  readonly minReplicas: Readonly<Record<string, number>>;
  /** Service -> the most replicas; likewise. */
  readonly maxReplicas: Readonly<Record<string, number>>;
}

/** What a peak changes of a service. */
interface Scaled {
  readonly name: string;
  readonly autoscaling: Pick<ResolvedMicroservice["autoscaling"], "minReplicas" | "maxReplicas">;
}

/** A service as it is while peaks last; the very same where they do not concern it. */
export function raiseReplicas<Service extends Scaled>(service: Service, peaks: readonly ReplicaPeak[]): Service {
  const { name, autoscaling } = service;
  const minReplicas = Math.max(autoscaling.minReplicas, ...peaks.map((peak) => replicasOf(peak.minReplicas, name)));
  const maxReplicas = Math.max(autoscaling.maxReplicas, ...peaks.map((peak) => replicasOf(peak.maxReplicas, name)));
  if (minReplicas === autoscaling.minReplicas && maxReplicas === autoscaling.maxReplicas) return service;
  return { ...service, autoscaling: { ...autoscaling, minReplicas, maxReplicas } };
}

function replicasOf(stated: Readonly<Record<string, number>>, service: string): number {
  return Object.hasOwn(stated, service) ? (stated[service] ?? 0) : 0;
}

/**
 * What is wrong with peaks, whether they last or not: services that there are not, fewest replicas above the most, a second
 * replica of a service whose volume only one may mount.
 * @param names of all services that have a folder, also of those that could not be read
 */
export function checkPeaks(
  peaks: readonly ReplicaPeak[],
  services: readonly ResolvedMicroservice[],
  names: readonly string[],
): Diagnostic[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  return peaks.flatMap((peak) =>
    (["minReplicas", "maxReplicas"] as const).flatMap((field) =>
      Object.entries(peak[field]).flatMap(([name, stated]): Diagnostic[] => {
        const problem = (message: string): Diagnostic[] => [
          { file: peak.file, path: `${peak.path}.${formatPath([field, name])}`, message },
        ];
        if (!names.includes(name)) {
          return problem(`the catalogue has no service of that name; correct or remove it${didYouMean(name, names)}`);
        }
        const service = byName.get(name);
        if (service === undefined) return [];
        if (service.runsAlone && stated > 1) {
          return problem(
            `${stated} is too many: a volume of ${name} is mounted by one pod only, so the service runs as one replica; remove it`,
          );
        }
        const { maxReplicas } = raiseReplicas(service, [peak]).autoscaling;
        if (field === "maxReplicas" || stated <= maxReplicas) return [];
        return problem(
          `${stated} is above the ${maxReplicas} replicas that ${name} has at most; lower it, or state ${name} under maxReplicas of this peak, too`,
        );
      }),
    ),
  );
}

/**
 * Whether a site has room for the fewest replicas of each peak, and of those that last at the same time. Nothing is said
 * where the services do not fit without a peak.
 * @param usual the services as they are without any peak
 */
export function checkPeakRoom(
  { all, lasting }: { readonly all: readonly ReplicaPeak[]; readonly lasting: readonly ReplicaPeak[] },
  usual: readonly AskingService[],
  site: RoomySite,
): Diagnostic[] {
  if (all.length === 0 || checkNodeRoom(usual, site).length > 0) return [];
  const combinations = [...all.map((peak) => [peak]), ...(lasting.length > 1 ? [lasting] : [])];
  return combinations.flatMap((peaks) => {
    const raised = usual.map((each) => ({ ...each, microservice: raiseReplicas(each.microservice, peaks) }));
    const names = peaks.map(({ name }) => name).join(" and ");
    const { file, path } = peaks[0] ?? { file: site.file, path: "" };
    return checkNodeRoom(raised, site).map(({ message }) => ({ file, path, message: `in ${names}, ${message}` }));
  });
}
