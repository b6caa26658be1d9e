import type {
  Autoscaling,
  AutoscalingMetric,
  Microservice,
  Rollout,
  Shutdown,
} from "../../../components/microservice.ts";
import type { SourceAutoscaler, SourceContainer, SourceDeployment, SourcePod } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { stated, statedOrNothing } from "./stated.ts";

/** Replicas as a description has them. */
export interface SourceScaling {
  readonly autoscaling: Autoscaling;
  readonly paused: boolean;
}

/** Reads the autoscaler; without one, the Deployment's replicas are fewest and most. */
export function readScale({ autoscaler, deployment }: SourceManifests): SourceScaling {
  const { replicas = 1 } = deployment.content.spec;
  const paused = replicas === 0;
  if (autoscaler === undefined) {
    const count = Math.max(1, Math.min(200, replicas));
    return { paused, autoscaling: { minReplicas: count, maxReplicas: count } };
  }
  const { minReplicas = 1, maxReplicas, metrics = [] } = autoscaler.content.spec;
  const cpu = metrics
    .map(({ resource, containerResource }) => resource ?? containerResource)
    .find((metric) => metric !== undefined && (metric.name ?? "cpu") === "cpu")?.target?.averageUtilization;
  const further = metrics.flatMap(readMetric);
  return {
    paused,
    autoscaling: stated({
      minReplicas: Math.max(1, Math.min(200, minReplicas)),
      maxReplicas: Math.min(200, maxReplicas),
      averageUtilization: cpu === undefined ? undefined : Math.max(10, Math.min(200, cpu)),
      metrics: further.length === 0 ? undefined : further,
    }),
  };
}

type MetricShape = NonNullable<SourceAutoscaler["spec"]["metrics"]>[number];

function readMetric({ pods, external }: MetricShape): AutoscalingMetric[] {
  const type = pods === undefined ? "External" : "Pods";
  const source = pods ?? external;
  const name = source?.metric?.name;
  const averageValue = source?.target?.averageValue;
  if (name === undefined || averageValue === undefined) return [];
  return [{ type, name, averageValue }];
}

/**
 * Reads how a rollout goes. Taking replicas away first is not offered, so `maxSurge: 0` has no place; and a service that mounts a
 * volume alone has no second replica at any time.
 */
export function readRollout(
  { spec }: SourceDeployment,
  volumes: NonNullable<Microservice["volumes"]>,
): Rollout | undefined {
  const runsAlone = Object.values(volumes).some(({ accessMode }) => accessMode !== "ReadWriteMany");
  const { maxSurge } = runsAlone ? {} : (spec.strategy?.rollingUpdate ?? {});
  return statedOrNothing({ maxSurge: readSurge(maxSurge), minReadySeconds: spec.minReadySeconds });
}

function readSurge(maxSurge: string | number | undefined): Rollout["maxSurge"] | undefined {
  if (typeof maxSurge === "number") return maxSurge > 0 ? maxSurge : undefined;
  const percentage = /^(\d+)%$/.exec(maxSurge ?? "")?.[1];
  const value = Number(percentage ?? 0);
  return value >= 1 && value <= 100 ? `${value}%` : undefined;
}

/** Between the application's own stop and the kill; `resolveTimeouts` adds it. */
const margin = 5;

/** Seconds that the application gets for its requests, however short the grace period was in which it had all but `preStop`. */
const leastGraceful = 5;

/**
 * Reads how a replica stops, so that the whole grace period is what the manifests state wherever that leaves the application
 * time to finish its requests; a shorter one is lengthened. Only where the manifests state zero does it get none.
 */
export function readShutdown(pod: SourcePod, container: SourceContainer): Shutdown | undefined {
  const grace = pod.terminationGracePeriodSeconds;
  const preStop = preStopSeconds(container);
  const phase = container.env?.find(({ name }) => name === "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE")?.value;
  const stop = /^(\d+)s?$/.exec(phase ?? "")?.[1];
  if (grace === undefined) {
    return statedOrNothing({ preStopSeconds: preStop, gracefulSeconds: stop === undefined ? undefined : Number(stop) });
  }
  const left = Math.max(0, grace - margin);
  const least = grace === 0 ? 0 : Math.min(leastGraceful, Number(stop ?? leastGraceful));
  const wait = Math.min(300, preStop ?? (stop === undefined ? waitOf(left) : Math.max(0, left - Number(stop))));
  return stated({ preStopSeconds: wait, gracefulSeconds: Math.min(3600, Math.max(least, left - wait)) });
}

/** The component's own waiting time where there is room for it, else a third of what there is. */
function waitOf(left: number): number {
  return left >= 20 ? 10 : Math.max(0, Math.min(Math.floor(left / 3), left - leastGraceful));
}

/** The seconds of a preStop hook that only waits: the native `sleep`, or the command `sleep`. */
export function preStopSeconds({ lifecycle }: SourceContainer): number | undefined {
  const { sleep, exec } = lifecycle?.preStop ?? {};
  if (sleep !== undefined) return Math.min(300, sleep.seconds);
  const words = (exec?.command ?? []).join(" ");
  const seconds = /^(?:(?:\/(?:usr\/)?bin\/)?(?:sh|bash) -c )?(?:\/(?:usr\/)?bin\/)?sleep (\d+)s?;?$/.exec(words)?.[1];
  return seconds === undefined ? undefined : Math.min(300, Number(seconds));
}
