import type { ResolvedMicroservice } from "../../components/description/resolve.ts";

/** Pods that a rollout runs beside the wanted ones, at the most replicas: Kubernetes rounds a percentage up. */
export function surgeOf({ rollout: { maxSurge }, autoscaling, runsAlone }: ResolvedMicroservice): number {
  if (runsAlone) return 0;
  return typeof maxSurge === "number"
    ? maxSurge
    : Math.ceil((autoscaling.maxReplicas * Number.parseInt(maxSurge, 10)) / 100);
}
