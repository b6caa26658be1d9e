import { type ResolvedMicroservice, resolveProbes, surgeReplicas } from "./defaults.ts";

/** The times of a service's life that have to fit each other, all in seconds. */
export interface Deadlines {
  /** The longest start that the probes let pass. */
  readonly startupBudget: number;
  /** From the stop's beginning to SIGKILL; its countdown starts before preStop does. */
  readonly terminationGracePeriod: number;
  /** Without progress for so long, Kubernetes calls the rollout failed. */
  readonly progressDeadline: number;
  /** How long Pulumi waits for the rollout; above what a rollout at the most replicas may take. */
  readonly awaitTimeout: number;
}

/** Between the application's own shutdown and SIGKILL: for the container runtime. */
const terminationMargin = 5;
/** For scheduling, image pull and the volumes, before a container's start-up budget begins. */
const schedulingMargin = 60;

/** Derives the deadlines, each above the one that it has to outlast. */
export function planDeadlines(service: ResolvedMicroservice): Deadlines {
  const { startup, readiness, liveness } = resolveProbes(service);
  const { preStopSeconds, gracefulSeconds } = service.shutdown;
  const { minReadySeconds } = service.rollout;
  const afterStart =
    (readiness.initialDelaySeconds ?? 0) + (readiness.periodSeconds ?? 0) * (readiness.successThreshold ?? 1);
  const startupBudget =
    startup === undefined
      ? Math.max(
          service.startupSeconds,
          (liveness.initialDelaySeconds ?? 0) + (liveness.periodSeconds ?? 0) * (liveness.failureThreshold ?? 0),
        )
      : (startup.initialDelaySeconds ?? 0) + (startup.periodSeconds ?? 0) * (startup.failureThreshold ?? 0);
  const oneReplica = startupBudget + afterStart + minReadySeconds;
  const waves = Math.ceil(service.autoscaling.maxReplicas / surgeReplicas(service));
  const terminationGracePeriod = preStopSeconds + gracefulSeconds + terminationMargin;
  const progressDeadline = oneReplica + schedulingMargin;
  return {
    startupBudget,
    terminationGracePeriod,
    progressDeadline,
    awaitTimeout: waves * (progressDeadline + terminationGracePeriod) + schedulingMargin,
  };
}
