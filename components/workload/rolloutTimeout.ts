import type { DeploymentManifest, HorizontalPodAutoscalerManifest } from "../kubernetes/index.ts";

/** Seconds beside the pods' own time in which the API server, the controllers and the engine do their work. */
const margin = 60;

/** Kubernetes' defaults for fields that a transform may have removed. */
const defaults = { surge: "25%", unavailable: "25%", progressDeadline: 600, terminationGracePeriod: 30 };

/**
 * The most replicas that manifests, as they are registered, let run.
 * @param described the most replicas of the description, which count while there is no autoscaler.
 */
export function maxReplicas(
  deployment: DeploymentManifest,
  autoscaler: HorizontalPodAutoscalerManifest | undefined,
  described: number,
): number {
  return Math.max(autoscaler?.spec?.maxReplicas ?? described, deployment.spec?.replicas ?? 0);
}

/**
 * How many replicas a rollout replaces at a time: `surge` pods beside the wanted ones, `unavailable` of those taken away.
 */
export function podsPerWave(
  { spec }: DeploymentManifest,
  replicas: number,
): { readonly surge: number; readonly unavailable: number } {
  if (spec?.strategy?.type === "Recreate") return { surge: 0, unavailable: replicas };
  const { maxSurge = defaults.surge, maxUnavailable = defaults.unavailable } = spec?.strategy?.rollingUpdate ?? {};
  return { surge: share(maxSurge, replicas, Math.ceil), unavailable: share(maxUnavailable, replicas, Math.floor) };
}

/** A count, or a percentage of the replicas. Kubernetes rounds a surge up and unavailable replicas down. */
function share(value: string | number, replicas: number, round: (value: number) => number): number {
  return typeof value === "number" ? value : round((replicas * Number.parseInt(value, 10)) / 100);
}

/**
 * Seconds for which Pulumi waits until a Deployment is available: longer than a rollout at the most replicas may take, wave
 * by wave. Read from the manifests as they are registered, so that what a transform changed counts.
 */
export function awaitSeconds(deployment: DeploymentManifest, replicas: number): number {
  const { surge, unavailable } = podsPerWave(deployment, replicas);
  const waves = Math.ceil(replicas / Math.max(1, surge + unavailable));
  const {
    progressDeadlineSeconds = defaults.progressDeadline,
    template: { spec: { terminationGracePeriodSeconds = defaults.terminationGracePeriod } = {} } = {},
  } = deployment.spec ?? {};
  return waves * (progressDeadlineSeconds + terminationGracePeriodSeconds) + margin;
}
