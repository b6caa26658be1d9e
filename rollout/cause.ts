import { type CauseKind, type Patience, remedies, roomComes } from "./kinds.ts";
import {
  type Condition,
  conditionOf,
  type Deployment,
  type KubernetesEvent,
  milliseconds,
  type Pod,
  type ReplicaSet,
} from "./objects.ts";
import { plainLine } from "./plainLine.ts";
import { type PodCause, podCauses } from "./pods.ts";
import { refusalOf } from "./refusals.ts";

/** Why a rollout does not get on. */
export interface Cause {
  readonly kind: CauseKind;
  readonly namespace: string;
  /** Name of the Deployment, which is the service's. */
  readonly name: string;
  /** The cause in one plain line, with the object's own message, shortened. */
  readonly what: string;
  /** What to do. */
  readonly remedy: string;
  /** How long it has to be seen before it is shown, and before it is final. */
  readonly patience: Patience;
  /** Since when, in milliseconds since 1970 by the cluster's clock; undefined where the objects do not say. */
  readonly since: number | undefined;
  /** Exit code of a container that ended. */
  readonly exitCode?: number;
  /** Of a migration: the Job's name. */
  readonly job?: string;
  /** Of a migration that failed: the last lines that it logged, as they are. Whoever shows them hides secrets. */
  readonly log?: readonly string[];
}

/** What tells how the rollout of one Deployment goes. Objects of other Deployments may be among them. */
export interface RolloutObjects {
  readonly deployment: Deployment;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly events: readonly KubernetesEvent[];
}

/**
 * The first cause, by time, why a rollout does not get on; undefined if it is complete, merely slow, or if the
 * controllers have not looked at it yet. Only pods of the newest ReplicaSet count.
 * @param watchedSeconds how long this version of the Deployment has been watched; default long enough for its deadline
 */
export function firstCause(
  objects: RolloutObjects,
  watchedSeconds: number = Number.POSITIVE_INFINITY,
): Cause | undefined {
  const { deployment } = objects;
  if (!isObserved(deployment) || isComplete(deployment)) return undefined;
  const newest = newestReplicaSet(deployment, objects.replicaSets);
  const ofPods = causesOfPods(objects, newest);
  const moving = isMoving(objects, newest, ofPods);
  const found = [...refusals(objects, newest), ...ofPods.flatMap(({ causes }) => causes)].map((cause) =>
    moving && needsRoom.has(cause.kind) ? { ...cause, patience: roomComes } : cause,
  );
  const [first] = found.toSorted((a, b) => order(a.since) - order(b.since));
  const progress = conditionOf(deployment, "Progressing");
  // After a failed version, Kubernetes keeps that version's verdict or its time until the next one makes progress.
  const { progressDeadlineSeconds = 600 } = deployment.spec ?? {};
  const late =
    progress?.status === "False" &&
    progress.reason === "ProgressDeadlineExceeded" &&
    watchedSeconds >= progressDeadlineSeconds - lookSeconds;
  if (first !== undefined) return named(deployment, late ? { ...first, patience: final } : first);
  return late ? named(deployment, overdue(progress)) : undefined;
}

/** Whether all pods of a Deployment are of its newest version and available, and no others are left. */
export function isComplete(deployment: Deployment): boolean {
  const { spec, status } = deployment;
  const wanted = spec?.replicas ?? 1;
  return (
    isObserved(deployment) &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
}

/** A cause in two lines: service and cause; what to do. Between them the end of a migration's log. */
export function formatCause({ namespace, name, what, remedy, job, log = [] }: Cause): string {
  const object = job === undefined ? `Deployment ${namespace}/${name}` : `Job ${namespace}/${job}`;
  return [`${name} (${object}): ${what}`, ...log.map((line) => `  | ${line}`), `  to do: ${remedy}`].join("\n");
}

/** Seconds by which the first look at a rollout may come after its beginning. */
const lookSeconds = 10;

/** After the deadline nothing heals by itself. */
const final: Patience = { shown: 0, final: 0 };

/** Whether the controller has seen the present `spec`, so that the status is about it. */
function isObserved({ metadata, status }: Pick<ReplicaSet, "metadata" | "status">): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
}

/** The ReplicaSet with the highest revision; a rollback gives an old one a new revision. */
export function newestReplicaSet({ metadata }: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const own = replicaSets.filter((each) => isOwnedBy(each, metadata?.uid));
  return own.toSorted((a, b) => revision(b) - revision(a))[0];
}

function revision({ metadata }: ReplicaSet): number {
  return Number(metadata?.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

/** Whether an object belongs to the one of a UID. */
export function isOwnedBy({ metadata }: Pod | ReplicaSet, uid: string | undefined): boolean {
  return uid !== undefined && (metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);
}

/** Why the newest ReplicaSet, or without one the Deployment, cannot create what it wants. */
function refusals({ deployment, events }: RolloutObjects, newest: ReplicaSet | undefined): PodCause[] {
  // A Deployment also repeats what an old ReplicaSet was refused, so it is asked only before it has a new one.
  const failure = conditionOf(newest ?? deployment, "ReplicaFailure");
  if (newest !== undefined && !isObserved(newest)) return [];
  if (failure?.status === "True") return [refused(failure.message, failure.lastTransitionTime)];
  if (newest === undefined || (newest.status?.replicas ?? 0) >= (newest.spec?.replicas ?? 0)) return [];
  return events
    .filter(({ reason, involvedObject }) => reason === "FailedCreate" && involvedObject.uid === newest.metadata?.uid)
    .map(({ message, firstTimestamp, eventTime }) => refused(message, firstTimestamp ?? eventTime));
}

function refused(message: string | undefined, time: Condition["lastTransitionTime"]): PodCause {
  const { kind, title, patience } = refusalOf(message ?? "");
  // The name of a pod that was never created helps nobody.
  const reason = message?.replace(/^(Error creating: )?pods "[^"]*" is forbidden: /, "");
  return { kind, what: `${title}: ${plainLine(reason)}`, patience, since: milliseconds(time) };
}

interface CausesOfPod {
  readonly pod: Pod;
  readonly causes: readonly PodCause[];
}

function causesOfPods({ pods, events }: RolloutObjects, newest: ReplicaSet | undefined): CausesOfPod[] {
  const own = pods.filter((pod) => isOwnedBy(pod, newest?.metadata?.uid));
  return own.map((pod) => {
    const { uid } = pod.metadata ?? {};
    const about = events.filter(({ involvedObject }) => uid !== undefined && involvedObject.uid === uid);
    return { pod, causes: podCauses(pod, about) };
  });
}

/** What room heals: in the namespace's quota, or on a node. */
const needsRoom: ReadonlySet<CauseKind> = new Set(["quota", "unschedulable"]);

/**
 * Whether the rollout still moves, so that it gives room back by itself: a new pod that has no cause is not available
 * yet, and an old one goes when it is; or an old one is on its way out.
 */
function isMoving({ replicaSets, pods }: RolloutObjects, newest: ReplicaSet | undefined, own: CausesOfPod[]): boolean {
  const coming = own.filter(({ causes }) => causes.length === 0).length;
  const old = replicaSets.filter((each) => each !== newest).map(({ metadata }) => metadata?.uid);
  const going = pods.some(
    (pod) => pod.metadata?.deletionTimestamp !== undefined && old.some((uid) => isOwnedBy(pod, uid)),
  );
  return coming > (newest?.status?.availableReplicas ?? 0) || going;
}

function overdue({ message, lastTransitionTime }: Condition): PodCause {
  const what = `it made no progress until its deadline: ${plainLine(message)}`;
  return { kind: "deadline", what, patience: final, since: milliseconds(lastTransitionTime) };
}

function named({ metadata }: Deployment, cause: PodCause): Cause {
  const { kind, what, patience, since, exitCode } = cause;
  return {
    ...{ kind, namespace: metadata?.namespace ?? "default", name: metadata?.name ?? "", what },
    ...{ remedy: remedies[kind], patience, since },
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** What has no time comes last. */
function order(since: number | undefined): number {
  return since ?? Number.MAX_VALUE;
}
