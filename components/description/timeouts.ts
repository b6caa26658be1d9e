import type { ResolvedProbes } from "./probes.ts";

/** The rolling update. */
export interface ResolvedRollout {
  readonly maxSurge: `${number}%` | number;
  readonly minReadySeconds: number;
}

/** The graceful stop, in seconds. */
export interface ResolvedShutdown {
  readonly preStopSeconds: number;
  readonly gracefulSeconds: number;
}

/** The times of a pod's life that depend on each other, in seconds. */
export interface Timeouts {
  /** The longest start that the probes let pass. */
  readonly startupBudget: number;
  /** `terminationGracePeriodSeconds`: from the beginning of a stop to SIGKILL; its countdown starts before preStop does. */
  readonly terminationGracePeriod: number;
  /** `progressDeadlineSeconds`: after this time without progress Kubernetes reports the rollout as failed. */
  readonly progressDeadline: number;
}

/** Seconds between the application's own shutdown and SIGKILL, for the container runtime. */
const terminationMargin = 5;
/** Seconds for scheduling, image pull and volumes, before a container's start-up budget begins. */
const schedulingMargin = 60;

/** Derives the timeouts, each longer than the one that it has to outlast. */
export function resolveTimeouts(service: {
  readonly probes: ResolvedProbes;
  readonly shutdown: ResolvedShutdown;
  readonly rollout: ResolvedRollout;
  readonly startupSeconds: number;
  readonly initContainers: readonly { readonly seconds: number }[];
}): Timeouts {
  const { startup, readiness, liveness } = service.probes;
  const { preStopSeconds, gracefulSeconds } = service.shutdown;
  const afterStart =
    (readiness?.initialDelaySeconds ?? 0) + (readiness?.periodSeconds ?? 0) * (readiness?.successThreshold ?? 1);
  const startupBudget =
    startup === undefined ? Math.max(service.startupSeconds, patience(liveness ?? {})) : patience(startup);
  const beforeStart = service.initContainers.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    startupBudget,
    terminationGracePeriod: preStopSeconds + gracefulSeconds + terminationMargin,
    progressDeadline: beforeStart + startupBudget + afterStart + service.rollout.minReadySeconds + schedulingMargin,
  };
}

/** Seconds from a container's start until a probe that never passes counts as failed. */
export function patience(probe: {
  readonly initialDelaySeconds?: number | undefined;
  readonly periodSeconds?: number | undefined;
  readonly failureThreshold?: number | undefined;
}): number {
  return (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 0) * (probe.failureThreshold ?? 0);
}
