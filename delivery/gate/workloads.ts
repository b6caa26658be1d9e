import { isOwnedBy } from "../../rollout/cause.ts";
import { remedies } from "../../rollout/kinds.ts";
import {
  conditionOf,
  type DaemonSet,
  type KubernetesEvent,
  type Pod,
  type StatefulSet,
} from "../../rollout/objects.ts";
import { podCauses } from "../../rollout/pods.ts";
import type { Observation } from "./condition.ts";
import { absent, isOver, otherImage, scaled, wrongImage } from "./deployments.ts";
import { type ExpectedWorkload, imagesOf } from "./expectations.ts";

/** A StatefulSet or DaemonSet, and what its namespace has. */
export interface WorkloadObjects {
  /** Undefined where it is not there. */
  readonly workload: StatefulSet | DaemonSet | undefined;
  readonly pods: readonly Pod[];
  readonly events: readonly KubernetesEvent[];
  /** Of a DaemonSet that is not whole: the nodes that are not ready. */
  readonly nodesDown: ReadonlySet<string>;
}

/** Name of the condition of a StatefulSet or a DaemonSet. */
export function workloadCondition({ kind, namespace, name }: ExpectedWorkload): string {
  return `${kind} ${namespace}/${name}`;
}

/**
 * Whether a StatefulSet or a DaemonSet, such as those of a site's monitoring, runs what it has to and is available: as many pods
 * as it states, or one on each of its nodes that is ready: a machine that is broken for a week has its own alert, and must not
 * hold up every deployment. The pods' own images are read, too.
 */
export function observeWorkload(
  expected: ExpectedWorkload,
  { workload, pods, events, nodesDown }: WorkloadObjects,
): Observation {
  const condition = workloadCondition(expected);
  if (workload === undefined) return { condition, state: "fail", what: "it is not there", ...absent };
  const wrong = wrongImage(expected, imagesOf(workload.spec?.template?.spec));
  if (wrong !== undefined) return { condition, state: "fail", what: `it states ${wrong}`, ...otherImage };
  const owned = pods.filter((pod) => isOwnedBy(pod, workload.metadata?.uid) && !isOver(pod));
  const live = owned.filter(({ spec }) => !nodesDown.has(spec?.nodeName ?? ""));
  const count = countOf(workload, owned.length - live.length);
  if (count.wanted < expected.fewest) {
    const what = `it is scaled to ${count.wanted} pods, and ${expected.fewest} are the fewest`;
    return { condition, state: "fail", what, ...scaled };
  }
  const isSeen = (workload.status?.observedGeneration ?? 0) >= (workload.metadata?.generation ?? 0);
  if (!isSeen || count.updated < count.wanted || count.available < count.wanted || count.all > count.wanted) {
    return { condition, ...causeOf(live, events, progressOf(count, live)) };
  }
  for (const pod of live) {
    const other = wrongImage(expected, imagesOf(pod.spec));
    if (other !== undefined) {
      const what = `pod ${pod.metadata?.name} runs ${other}`;
      return { condition, state: "fail", what, ...otherImage };
    }
  }
  if (live.length !== count.wanted) {
    return { condition, state: "waiting", what: `of ${count.wanted} pods ${live.length} were found` };
  }
  const what = count.wanted === 0 ? "the cluster has no node for it" : `all ${count.wanted} pods run this release`;
  const down = owned.flatMap((pod) => (live.includes(pod) ? [] : [pod.spec?.nodeName]));
  return { condition, state: "pass", what: down.length === 0 ? what : `${what}; not ready: node ${down.join(", ")}` };
}

/** Numbers of pods. */
interface PodCount {
  readonly wanted: number;
  /** Of the newest version. */
  readonly updated: number;
  readonly available: number;
  readonly all: number;
}

/** The pods that are to be there without those on nodes that are down, which cannot be. */
function countOf(workload: StatefulSet | DaemonSet, down: number): PodCount {
  const { status = {} } = workload;
  // Only a DaemonSet's number comes from the nodes, and stands in its status.
  if ("desiredNumberScheduled" in status) {
    const {
      desiredNumberScheduled: wanted,
      numberAvailable: available = 0,
      updatedNumberScheduled: updated = 0,
    } = status;
    const all = (status.currentNumberScheduled ?? 0) + (status.numberMisscheduled ?? 0);
    return { wanted: wanted - down, updated, available, all: all - down };
  }
  const wanted = workload.spec?.replicas ?? 1;
  const { updatedReplicas: updated = 0, availableReplicas: available = 0, replicas: all = 0 } = status;
  return { wanted, updated, available, all };
}

/** What is not done yet, and on which nodes. */
function progressOf({ wanted, updated, available, all }: PodCount, pods: readonly Pod[]): string {
  const unready = pods.filter((pod) => conditionOf(pod, "Ready")?.status !== "True");
  const places = unready.map(({ metadata, spec }) => `${metadata?.name} on ${spec?.nodeName ?? "no node"}`).toSorted();
  return [
    `of ${wanted} pods ${updated} are of this version and ${available} available`,
    ...(all > wanted ? [`${all - wanted} ${all - wanted === 1 ? "is" : "are"} to go`] : []),
    ...(places.length === 0 ? [] : [`not ready: ${places.slice(0, 5).join(", ")}${places.length > 5 ? ", ..." : ""}`]),
  ].join("; ");
}

/** The first cause, by time, that lies with a pod; else how far it is. */
function causeOf(
  pods: readonly Pod[],
  events: readonly KubernetesEvent[],
  progress: string,
): Omit<Observation, "condition"> {
  const found = pods.flatMap((pod) => {
    const { uid } = pod.metadata ?? {};
    return podCauses(
      pod,
      events.filter(({ involvedObject }) => uid !== undefined && involvedObject.uid === uid),
    );
  });
  const [first] = found.toSorted((a, b) => (a.since ?? Number.MAX_VALUE) - (b.since ?? Number.MAX_VALUE));
  if (first === undefined) return { state: "waiting", what: progress };
  const { kind, what, patience } = first;
  const finalAfter = patience.final === undefined ? {} : { finalAfter: patience.final };
  return { state: "fail", what, remedy: remedies[kind], kind, ...finalAfter };
}
