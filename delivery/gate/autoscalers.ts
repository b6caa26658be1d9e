import type { Condition } from "../../rollout/objects.ts";
import { conditionOf } from "../../rollout/objects.ts";
import type { Observation } from "./condition.ts";
import type { ExpectedAutoscaler } from "./expectations.ts";

/** The parts of a HorizontalPodAutoscaler (`autoscaling/v2`) that tell how it does. */
export interface Autoscaler {
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly minReplicas?: number; readonly maxReplicas?: number };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** Name of an autoscaler's condition. */
export function autoscalerCondition({ namespace, name }: Pick<ExpectedAutoscaler, "namespace" | "name">): string {
  return `HorizontalPodAutoscaler ${namespace}/${name}`;
}

/** Whether an autoscaler has its bounds, knows what its pods use, and has nothing left to do. */
export function observeAutoscaler(expected: ExpectedAutoscaler, live: Autoscaler | undefined): Observation {
  return { condition: autoscalerCondition(expected), ...observe(expected, live) };
}

function observe(expected: ExpectedAutoscaler, live: Autoscaler | undefined): Omit<Observation, "condition"> {
  if (live === undefined) return { state: "fail", what: "it is not there", remedy: "deploy this commit" };
  const { minReplicas: least, maxReplicas: most } = expected;
  const { minReplicas = 1, maxReplicas } = live.spec ?? {};
  if (minReplicas !== least || maxReplicas !== most) {
    const what = `it is set to ${minReplicas} to ${maxReplicas} replicas, and not to ${least} to ${most}`;
    return { state: "fail", what, remedy: "find out who set it: npm run drift" };
  }
  for (const type of ["AbleToScale", "ScalingActive"]) {
    const condition = conditionOf(live, type);
    if (condition === undefined) return { state: "no-data", what: `its controller has not said ${type} yet` };
    if (condition.status === "True") continue;
    const { status, reason = "no reason", message = "no message" } = condition;
    const state = status === "Unknown" ? "no-data" : "fail";
    return { state, what: `${type} is ${status} (${reason}): ${message}`, kind: reason, ...metricsRemedy(reason) };
  }
  const { currentReplicas = 0, desiredReplicas = 0 } = live.status ?? {};
  if (currentReplicas !== desiredReplicas || currentReplicas < least || currentReplicas > most) {
    return { state: "waiting", what: `it goes from ${currentReplicas} to ${desiredReplicas} replicas` };
  }
  const full = currentReplicas === most && least < most ? ", which is the most it may have" : "";
  return { state: "pass", what: `${currentReplicas} replicas${full}` };
}

function metricsRemedy(reason: string): Pick<Observation, "remedy"> {
  return /Metric/.test(reason) ? { remedy: "see whether the metrics API answers: kubectl top pods" } : {};
}
