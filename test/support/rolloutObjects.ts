import type { RolloutObjects } from "../../rollout/cause.ts";
import type {
  Condition,
  ContainerStatus,
  Deployment,
  KubernetesEvent,
  Pod,
  ReplicaSet,
} from "../../rollout/objects.ts";

/** The time that many seconds after the tests' rollout began. */
export function time(seconds: number): string {
  return new Date(Date.UTC(2026, 4, 4, 8, 0, seconds)).toISOString();
}

/** A Deployment `declarations/receipts` in the second version of three pods, as it rolls. */
export function deployment(status: Partial<NonNullable<Deployment["status"]>> = {}): Deployment {
  return {
    metadata: { name: "receipts", namespace: "declarations", uid: "deployment", generation: 2 },
    spec: { replicas: 3 },
    status: { observedGeneration: 2, replicas: 4, updatedReplicas: 1, availableReplicas: 3, ...status },
  };
}

/** A ReplicaSet of it, by its revision. */
export function replicaSet(revision: number, conditions: Condition[] = [], replicas = 1): ReplicaSet {
  return {
    metadata: {
      ...{ name: `receipts-${revision}`, namespace: "declarations", uid: `set-${revision}`, generation: 1 },
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: [{ uid: "deployment" }],
    },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas, conditions },
  };
}

/** A pod of one of its ReplicaSets, scheduled after that many seconds. */
export function pod(
  revision: number,
  { name = `pod-${revision}`, after = 1, ...status }: { name?: string; after?: number } & Pod["status"] = {},
): Pod {
  return {
    metadata: {
      ...{ name, namespace: "declarations", uid: name, creationTimestamp: time(0) },
      ownerReferences: [{ uid: `set-${revision}` }],
    },
    status: {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "True", lastTransitionTime: time(after) }],
      ...status,
    },
  };
}

/** A container `app` that is not ready. */
export function container(
  state: ContainerStatus["state"],
  more: Partial<ContainerStatus> & { readonly exit?: { exitCode: number; reason: string } } = {},
): ContainerStatus {
  const { exit, ...rest } = more;
  return {
    ...{ name: "app", image: "registry.example/receipts:1.4.0", ready: false, restartCount: 0 },
    ...(state === undefined ? {} : { state }),
    ...(exit === undefined ? {} : { lastState: { terminated: exit } }),
    ...rest,
  };
}

/** An event about an object. */
export function event(uid: string, reason: string, message: string, after = 5): KubernetesEvent {
  return { involvedObject: { uid }, reason, message, firstTimestamp: time(after) };
}

/** What belongs to a rollout from the first version to the second. */
export function objects(parts: Partial<RolloutObjects> = {}): RolloutObjects {
  return { deployment: deployment(), replicaSets: [replicaSet(1), replicaSet(2)], pods: [], events: [], ...parts };
}
