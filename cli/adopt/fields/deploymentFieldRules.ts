import { isDeepStrictEqual } from "node:util";
import { reservedNodeKey } from "../../../components/description/index.ts";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { containerOutcome } from "./containerFieldRules.ts";
import {
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  holds,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
  writtenByCluster,
} from "./fieldOutcome.ts";
import { initContainerOutcome } from "./initContainerFieldRules.ts";
import { metadataRules, podMetadataOutcome } from "./metadataFieldRules.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container, named, renderedPod as pod } from "./renderedPod.ts";
import { fewerReplicas } from "./scalingFieldRules.ts";
import { judgeSpread } from "./spreadFieldRules.ts";
import { volumeOutcome } from "./volumeFieldRules.ts";

const transform = "add it in transforms.deployment";
const here = (question: FieldContext) => (objects: RenderedObjects) => at(objects, "Deployment", ...question.leaf.path);

const otherContainer = (what: string) =>
  notCarriedOver(
    `a service has one container, the Java one; this is ${what}`,
    "add the container in transforms.deployment",
  );

/** What the API server fills in where a pod says nothing. */
const podDefaults: readonly (readonly [field: string, value: unknown])[] = [
  ["restartPolicy", "Always"],
  ["dnsPolicy", "ClusterFirst"],
  ["schedulerName", "default-scheduler"],
  ["hostNetwork", false],
  ["hostPID", false],
  ["hostIPC", false],
  ["shareProcessNamespace", false],
];

/** Rules for a Deployment. */
export const deploymentRules: readonly FieldRule[] = [
  ...metadataRules(() => "Deployment", "deployment"),
  ["spec.replicas", judgeReplicas],
  ["spec.selector.matchLabels.*", (question) => judgeSelector(question)],
  ["spec.selector.matchExpressions.**", (question) => judgeSelector(question)],
  ["spec.minReadySeconds", (question) => keptIf(question, here(question), undefined)],
  [
    "spec.progressDeadlineSeconds",
    (question) =>
      keptIf(
        question,
        here(question),
        replacedBy(`${showRendered(question, here(question))}, derived from the probes' start-up budget`),
      ),
  ],
  [
    "spec.revisionHistoryLimit",
    (question) => keptIf(question, here(question), replacedBy(showRendered(question, here(question)))),
  ],
  ["spec.paused", (question) => (question.leaf.value === false ? kept : undefined)],
  [
    "spec.strategy.type",
    (question) =>
      keptIf(
        question,
        here(question),
        recreated(question) ??
          notCarriedOver(
            "a rollout always has the new replica ready before the old one goes",
            "make two versions able to run side by side, or set the strategy in transforms.deployment",
          ),
      ),
  ],
  [
    "spec.strategy.rollingUpdate.*",
    (question) =>
      keptIf(
        question,
        here(question),
        recreated(question) ??
          replacedBy(`${showRendered(question, here(question))}: no replica goes before its successor is ready`),
        sameCount,
      ),
  ],
  ["spec.template.metadata.labels.*", (question) => podMetadataOutcome(question, "labels")],
  ["spec.template.metadata.annotations.*", (question) => podMetadataOutcome(question, "annotations")],
  ["spec.template.metadata.name", () => replacedBy("the name that the ReplicaSet gives")],
  [
    "spec.template.metadata.namespace",
    (question) =>
      replacedBy(
        `the Deployment's namespace ${showRendered(question, (objects) => at(objects, "Deployment", "metadata", "namespace"))}`,
      ),
  ],
  ["spec.template.metadata.creationTimestamp", () => replacedBy(writtenByCluster)],
  ["spec.template.spec.containers.[].**", judgeAnyContainer],
  ["spec.template.spec.initContainers.[].**", initContainerOutcome],
  ["spec.template.spec.imagePullSecrets.[].name", judgePullSecret],
  [
    "spec.template.spec.serviceAccountName",
    (question) => keptIf(question, here(question), replacedBy(`the account ${showRendered(question, here(question))}`)),
  ],
  [
    "spec.template.spec.terminationGracePeriodSeconds",
    (question) =>
      keptIf(question, here(question), replacedBy(`${showRendered(question, here(question))}: ${shownStop(question)}`)),
  ],
  [
    "spec.template.spec.priorityClassName",
    (question) =>
      keptIf(
        question,
        here(question),
        replacedBy(`${showRendered(question, here(question))}; priority chooses another`),
      ),
  ],
  ["spec.template.spec.nodeSelector.*", judgeNodeLabel],
  ["spec.template.spec.tolerations.[].*", judgeToleration],
  ["spec.template.spec.affinity.podAntiAffinity.**", judgeSpread],
  ["spec.template.spec.topologySpreadConstraints.[].**", judgeSpread],
  [
    "spec.template.spec.enableServiceLinks",
    (question) => keptIf(question, here(question), replacedBy("false: the variables of Services are not injected")),
  ],
  ["spec.template.spec.securityContext.*", judgePodSecurity],
  ["spec.template.spec.volumes.[].**", volumeOutcome],
  ...podDefaults.map(
    ([field, value]): FieldRule => [
      `spec.template.spec.${field}`,
      (question) =>
        question.leaf.value === value
          ? keptIf(question, (objects) => at(pod(objects), field) ?? value, undefined)
          : undefined,
    ],
  ),
  [
    "spec.template.spec.**",
    (question) =>
      keptIf(question, here(question), undefined) ??
      (isEmpty(question) ? undefined : notCarriedOver("the component has no field for it", transform)),
  ],
];

function isEmpty({ leaf: { value } }: FieldContext): boolean {
  return (isObject(value) || Array.isArray(value)) && Object.keys(value).length === 0;
}

/** What a strategy becomes where a rollout must end the old replica before the new one can mount the volume. */
function recreated({ comparison }: FieldContext): FieldOutcome | undefined {
  const isRecreated = comparison.sites.every(
    ({ objects }) => at(objects, "Deployment", "spec", "strategy", "type") === "Recreate",
  );
  return isRecreated ? replacedBy("Recreate: one node mounts the volume, so the old replica goes first") : undefined;
}

function judgeReplicas(question: FieldContext): FieldOutcome | undefined {
  const same = keptIf(question, here(question), undefined);
  if (same !== undefined) return same;
  const refused = fewerReplicas(question);
  if (refused !== undefined) return refused;
  const spec = (objects: RenderedObjects) => at(objects, "HorizontalPodAutoscaler", "spec");
  const fewest = showRendered(question, (objects) => at(spec(objects), "minReplicas"));
  const most = showRendered(question, (objects) => at(spec(objects), "maxReplicas"));
  return replacedBy(
    fewest === most
      ? `the autoscaler, with ${most} as fewest and most`
      : `the autoscaler, ${fewest} to ${most} replicas`,
  );
}

function judgeSelector(question: FieldContext): FieldOutcome | undefined {
  return keptIf(
    question,
    here(question),
    replacedBy(
      `app.kubernetes.io/name: ${showRendered(question, (objects) => at(objects, "Deployment", "spec", "selector", "matchLabels", "app.kubernetes.io/name"))} and /instance`,
    ),
  );
}

/** Of what a grace period consists. */
function shownStop(question: FieldContext): string {
  const wait = showRendered(
    question,
    (objects) => at(container(objects), "lifecycle", "preStop", "sleep", "seconds") ?? 0,
  );
  const stop = showRendered(question, (objects) =>
    at(named(at(container(objects), "env"), "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE"), "value"),
  );
  return `${wait}s of preStop, ${stop} for the application's stop, and 5s until the kill (shutdown)`;
}

/** `25%` and 1 as they stand; a number in quotes is none. */
function sameCount(original: unknown, found: unknown): boolean {
  return original === found;
}

function judgeAnyContainer(question: FieldContext, [index]: readonly number[]): FieldOutcome | undefined {
  if (index === question.comparison.reading.container) return containerOutcome(question);
  const name = at(question.document.object, "spec", "template", "spec", "containers", index ?? 0, "name");
  return otherContainer(`the sidecar ${String(name)}`);
}

function judgePullSecret(question: FieldContext): FieldOutcome | undefined {
  const names = (objects: RenderedObjects) => {
    const secrets = at(pod(objects), "imagePullSecrets");
    return Array.isArray(secrets) ? secrets.map((secret) => at(secret, "name")) : [];
  };
  const found = holds(question, names, (name, list) => Array.isArray(list) && list.includes(name));
  return found
    ? kept
    : replacedBy(
        `the pull secret ${showRendered(question, (objects) => names(objects).join(", "))} of every namespace`,
      );
}

function judgeNodeLabel(question: FieldContext): FieldOutcome | undefined {
  const [reason, remedy] = reservedNodeKey(String(question.leaf.path.at(-1)))?.split("; ") ?? [];
  return reason === undefined || remedy === undefined ? undefined : notCarriedOver(`it ${reason}`, remedy);
}

function judgeToleration(question: FieldContext): FieldOutcome | undefined {
  const stated = at(question.document.object, ...question.leaf.path.slice(0, 5));
  const isRendered = holds(
    question,
    (objects) => {
      const all = at(pod(objects), "tolerations");
      return Array.isArray(all) && all.some((each) => isDeepStrictEqual({ ...each }, stated));
    },
    (_, found) => found === true,
  );
  return isRendered
    ? kept
    : notCarriedOver(
        "a service tolerates a taint that it names by its key, in Kubernetes' own words",
        "name the taints under tolerations, one by one",
      );
}

function judgePodSecurity(question: FieldContext): FieldOutcome | undefined {
  const field = String(question.leaf.path.at(-1));
  const inContainer = (objects: RenderedObjects) => at(pod(objects), "containers", 0, "securityContext", field);
  const same = keptIf(
    question,
    (objects) => at(pod(objects), "securityContext", field) ?? inContainer(objects),
    undefined,
  );
  if (same !== undefined) return same;
  if (field === "runAsNonRoot" && question.leaf.value === false) {
    return replacedBy("true: Pod Security restricted asks for it");
  }
  const { originals, reading } = question.comparison;
  const chosen = originals.deployment.content.spec.template.spec.containers[reading.container];
  const own = at(chosen, "securityContext", field);
  if (own !== undefined) return replacedBy(`the container's own ${field}, ${String(own)}`);
  return notCarriedOver("the component has no field for it", transform);
}
