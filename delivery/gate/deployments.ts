import { firstCause, isComplete, isOwnedBy, newestReplicaSet } from "../../rollout/cause.ts";
import type { Deployment, KubernetesEvent, Pod, ReplicaSet } from "../../rollout/objects.ts";
import type { Observation } from "./condition.ts";
import { type ExpectedDeployment, imagesOf } from "./expectations.ts";

/** What a namespace has, in which a Deployment and its pods are among others. */
export interface DeploymentObjects {
  /** Undefined where it is not there. */
  readonly deployment: Deployment | undefined;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly events: readonly KubernetesEvent[];
}

/** Name of a Deployment's condition. */
export function deploymentCondition({ namespace, name }: Pick<ExpectedDeployment, "namespace" | "name">): string {
  return `Deployment ${namespace}/${name}`;
}

/**
 * Whether a Deployment runs what it has to, is available, and nothing older is left. The pods' own images are read and not
 * only the Deployment's: an image that is named by its digest cannot be another one.
 * @param watchedSeconds how long this version of the Deployment has been watched
 */
export function observeDeployment(
  expected: ExpectedDeployment,
  objects: DeploymentObjects,
  watchedSeconds: number,
): Observation {
  const { deployment } = objects;
  const condition = deploymentCondition(expected);
  if (deployment === undefined) return { condition, state: "fail", what: "it is not there", ...absent };
  const wrong = wrongImage(expected, imagesOf(deployment.spec?.template?.spec));
  if (wrong !== undefined) return { condition, state: "fail", what: `it states ${wrong}`, ...otherImage };
  const cause = firstCause({ ...objects, deployment }, watchedSeconds);
  if (cause !== undefined) {
    const { kind, what, remedy, patience } = cause;
    const finalAfter = patience.final === undefined ? {} : { finalAfter: patience.final };
    return { condition, state: "fail", what, remedy, kind, ...finalAfter };
  }
  const wanted = deployment.spec?.replicas ?? 1;
  if (!isComplete(deployment)) return { condition, state: "waiting", what: progressOf(deployment, wanted) };
  if (wanted < expected.fewest) {
    const what = `it is scaled to ${wanted} pods, and ${expected.fewest} are the fewest`;
    return { condition, state: "fail", what, ...scaled };
  }
  return { condition, ...observePods(expected, { ...objects, deployment }, wanted) };
}

/** What is said where an object is not there. */
export const absent = { kind: "absent", remedy: "deploy this commit" };
/** What is to be done about another image than the rendered one. */
export const otherImage = {
  kind: "image",
  remedy: "deploy this commit; if you did, find out who else changes it: npm run drift",
};
/** What is to be done where somebody has scaled it below its fewest pods. */
export const scaled = { kind: "scaled", remedy: "find out who scaled it: npm run drift" };

/** What the first container runs instead of what it has to; undefined where all run that. */
export function wrongImage(
  { images }: Pick<ExpectedDeployment, "images">,
  found: Readonly<Record<string, string>>,
): string | undefined {
  for (const [container, image] of Object.entries(images)) {
    const other = found[container];
    if (other !== image) return `${other ?? "no image"} for container ${container}, and not ${image}`;
  }
  return undefined;
}

function progressOf({ status = {} }: Deployment, wanted: number): string {
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  const old = replicas - updatedReplicas;
  return `of ${wanted} pods ${updatedReplicas} are of this version and ${availableReplicas} available${old > 0 ? `; ${old} old ones are left` : ""}`;
}

/** What the pods of a Deployment are that says it is complete. */
function observePods(
  expected: ExpectedDeployment,
  { deployment, replicaSets, pods }: DeploymentObjects & { readonly deployment: Deployment },
  wanted: number,
): Omit<Observation, "condition"> {
  const newest = newestReplicaSet(deployment, replicaSets);
  if (newest === undefined) return { state: "waiting", what: "no ReplicaSet of it was found" };
  const own = replicaSets.filter((each) => isOwnedBy(each, deployment.metadata?.uid));
  const live = pods.filter((pod) => !isOver(pod) && own.some(({ metadata }) => isOwnedBy(pod, metadata?.uid)));
  const old = live.find(
    (pod) => pod.metadata?.deletionTimestamp !== undefined || !isOwnedBy(pod, newest.metadata?.uid),
  );
  if (old !== undefined) return { state: "waiting", what: `the older pod ${old.metadata?.name} is still there` };
  for (const pod of live) {
    const wrong = wrongImage(expected, imagesOf(pod.spec));
    if (wrong !== undefined) return { state: "fail", what: `pod ${pod.metadata?.name} runs ${wrong}`, ...otherImage };
  }
  if (live.length !== wanted) return { state: "waiting", what: `of ${wanted} pods ${live.length} were found` };
  return { state: "pass", what: wanted === 0 ? "it is paused" : `all ${wanted} pods run this release` };
}

/** Whether a pod has ended for good, such as one that was evicted: it stays as a record. */
export function isOver({ status }: Pod): boolean {
  return status?.phase === "Failed" || status?.phase === "Succeeded";
}
