import { isProperties, listAt, type Properties, propertiesAt, textAt } from "../../protocol/values.ts";
import type { Objects } from "../objects.ts";

/** Why a Deployment is not rolled out, taken from the conditions of the Deployment, its ReplicaSets and its pods. */
export async function deploymentTroubles(objects: Objects, deployment: Properties): Promise<string[]> {
  const namespace = textAt(deployment, "metadata", "namespace");
  const labels = Object.entries(propertiesAt(deployment, "spec", "selector", "matchLabels"));
  if (labels.length === 0) return conditionTroubles(deployment);
  const selector = labels.map(([key, value]) => `${key}=${String(value)}`).join(",");
  const replicaSets = await objects.list({ apiVersion: "apps/v1", kind: "ReplicaSet" }, namespace, selector);
  const pods = await objects.list({ apiVersion: "v1", kind: "Pod" }, namespace, selector);
  return [
    ...new Set([
      ...conditionTroubles(deployment),
      ...replicaSets.flatMap((set) => conditionTroubles(set).map((text) => `ReplicaSet ${nameOf(set)}: ${text}`)),
      ...pods.flatMap((pod) => podTroubles(pod).map((text) => `Pod ${nameOf(pod)}: ${text}`)),
    ]),
  ];
}

/** Conditions that indicate a problem: those that are false, and failures that are true. */
export function conditionTroubles(object: Properties): string[] {
  return listAt(object, "status", "conditions").flatMap((condition) => {
    const [type = "", status, reason = "", message = ""] = ["type", "status", "reason", "message"].map((field) =>
      textAt(condition, field),
    );
    const isTrouble = type.endsWith("Failure") ? status === "True" : status === "False";
    return isTrouble ? [`${type}: ${[reason, message].filter((text) => text !== "").join(": ")}`] : [];
  });
}

/** What keeps a pod from being ready: it is unscheduled, or a container is waiting or has terminated. */
export function podTroubles(pod: Properties): string[] {
  const containers = [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")];
  const states = containers.filter(isProperties).flatMap((container) => {
    const state = propertiesAt(container, "state");
    return ["waiting", "terminated"].flatMap((phase) => {
      const reason = textAt(state, phase, "reason");
      if (reason === undefined || reason === "Completed") return [];
      return [
        `container ${textAt(container, "name")}: ${[reason, textAt(state, phase, "message") ?? ""].filter((text) => text !== "").join(": ")}`,
      ];
    });
  });
  return states.length > 0 ? states : conditionTroubles(pod);
}

function nameOf(object: Properties): string {
  return textAt(object, "metadata", "name") ?? "";
}
