import { at } from "../../../recorder/registeredResource.ts";
import { sameQuantity } from "../reading/quantities.ts";
import {
  applyFieldRules,
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
} from "./fieldOutcome.ts";
import { metadataRules } from "./metadataFieldRules.ts";
import type { RenderedObjects } from "./renderedObjects.ts";

const autoscaler = (objects: RenderedObjects) => at(objects, "HorizontalPodAutoscaler");
const here = (question: FieldContext) => (objects: RenderedObjects) => at(autoscaler(objects), ...question.leaf.path);

/** Rules for the autoscaler, in the form of `autoscaling/v2`. */
export const autoscalerRules: readonly FieldRule[] = [
  ["**", (question) => onceResumed(autoscalerRules, question)],
  ...metadataRules(() => "HorizontalPodAutoscaler", "horizontalPodAutoscaler"),
  [
    "spec.scaleTargetRef.*",
    (question) => keptIf(question, here(question), replacedBy(showRendered(question, here(question)))),
  ],
  [
    "spec.minReplicas",
    (question) =>
      keptIf(question, here(question), fewerReplicas(question) ?? replacedBy(showRendered(question, here(question)))),
  ],
  [
    "spec.maxReplicas",
    (question) =>
      keptIf(question, here(question), fewerReplicas(question) ?? replacedBy(showRendered(question, here(question)))),
  ],
  ["spec.metrics.[].**", judgeMetric],
  [
    "spec.behavior.**",
    (question) =>
      keptIf(
        question,
        here(question),
        notCarriedOver(
          "scaling waits for a JVM that warms up, and goes down one pod at a time",
          "set behavior in transforms.horizontalPodAutoscaler",
        ),
      ),
  ],
  [
    "spec.**",
    () => notCarriedOver("the component has no field for it", "add it in transforms.horizontalPodAutoscaler"),
  ],
];

/** The outcome of replicas beside one that must run alone; undefined where nothing refuses them. */
export function fewerReplicas({ comparison: { reading } }: FieldContext): FieldOutcome | undefined {
  const isRefused = ["minReplicas", "maxReplicas"].some((field) => reading.refused.has(`autoscaling.${field}`));
  if (
    !isRefused ||
    !Object.values(reading.service.volumes ?? {}).some(({ accessMode }) => accessMode !== "ReadWriteMany")
  )
    return undefined;
  return notCarriedOver(
    "one replica runs: only one node can mount its volume",
    "state accessMode: ReadWriteMany under volumes, with a storage class that offers it, and autoscaling",
  );
}

function judgeMetric(question: FieldContext): FieldOutcome {
  const metric = at(question.document.object, ...question.leaf.path.slice(0, 3));
  const [source, ...rest] = question.leaf.path.slice(3);
  const resource = at(metric, "resource") ?? at(metric, "containerResource");
  if (resource !== undefined) return judgeResource(question, resource, source, rest);
  const kind = at(metric, "pods") === undefined ? "external" : "pods";
  const name = at(metric, kind, "metric", "name");
  const find = (objects: RenderedObjects) => {
    const metrics = at(autoscaler(objects), "spec", "metrics");
    return Array.isArray(metrics)
      ? metrics.find((each) => name !== undefined && at(each, kind, "metric", "name") === name)
      : undefined;
  };
  if (question.comparison.sites.some(({ objects }) => find(objects) === undefined)) {
    return notCarriedOver(
      "further metrics are of type Pods or External with a value for each replica (averageValue)",
      "state it under autoscaling.metrics, or add it in transforms.horizontalPodAutoscaler",
    );
  }
  const same = keptIf(
    question,
    (objects) => at(find(objects), ...question.leaf.path.slice(3)),
    undefined,
    (value, found) => value === found || (found !== undefined && sameQuantity(String(value), String(found))),
  );
  return (
    same ??
    notCarriedOver(
      "a further metric has a name and a value for each replica",
      "add it in transforms.horizontalPodAutoscaler",
    )
  );
}

function judgeResource(
  question: FieldContext,
  resource: unknown,
  source: unknown,
  rest: readonly (string | number)[],
): FieldOutcome {
  const name = at(resource, "name") ?? "cpu";
  if (name !== "cpu") {
    return notCarriedOver(
      `autoscaling on ${String(name)} is not offered: a JVM's heap never shrinks, so it would only ever scale up`,
      "scale on CPU or on a metric of the work (autoscaling.metrics), or add it in transforms.horizontalPodAutoscaler",
    );
  }
  const cpu = (objects: RenderedObjects) => at(autoscaler(objects), "spec", "metrics", 0);
  if (source === "type")
    return (
      keptIf(question, (objects) => at(cpu(objects), "type"), undefined) ??
      replacedBy("ContainerResource: the CPU of the service's own container, without sidecars")
    );
  const find = (objects: RenderedObjects) => at(cpu(objects), "containerResource", ...rest);
  const same = keptIf(question, find, undefined);
  if (same !== undefined) return same;
  if (rest[0] === "container") return replacedBy(`the container ${showRendered(question, find)}`);
  if (rest.at(-1) === "averageUtilization")
    return replacedBy(`${showRendered(question, find)} %, the nearest that is accepted`);
  return notCarriedOver(
    "CPU is a percentage of the request (averageUtilization)",
    "state autoscaling.averageUtilization, or set the metric in transforms.horizontalPodAutoscaler",
  );
}

/** While a service is paused nothing scales it: the verdict is that on what is rendered once it is resumed. */
function onceResumed(rules: readonly FieldRule[], question: FieldContext): FieldOutcome | undefined {
  const { comparison } = question;
  if (comparison.resumed === comparison.sites) return undefined;
  const verdict = applyFieldRules(rules, { ...question, comparison: { ...comparison, sites: comparison.resumed } });
  if (verdict === undefined || verdict.list === "not carried over") return verdict;
  return replacedBy(
    `${verdict.list === "replaced" ? verdict.by : "the same"}, once the service is resumed: index.ts keeps it beside paused: true`,
  );
}

/** Rules for the disruption budget, which follows from the replicas. */
export const disruptionBudgetRules: readonly FieldRule[] = [
  ["**", (question) => onceResumed(disruptionBudgetRules, question)],
  [
    "**",
    (question) =>
      question.comparison.sites.some(({ objects }) => objects["PodDisruptionBudget"] === undefined)
        ? replacedBy("no budget: one over a single replica would block every drain of its node")
        : undefined,
  ],
  ...metadataRules(() => "PodDisruptionBudget", "podDisruptionBudget"),
  [
    "spec.selector.**",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "PodDisruptionBudget", ...question.leaf.path),
        replacedBy("the service's own labels app.kubernetes.io/name and /instance"),
      ),
  ],
  ["spec.minAvailable", judgeBudget],
  ["spec.maxUnavailable", judgeBudget],
  [
    "spec.unhealthyPodEvictionPolicy",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "PodDisruptionBudget", "spec", "unhealthyPodEvictionPolicy"),
        replacedBy("AlwaysAllow: a broken replica never blocks a drain"),
      ),
  ],
];

/** Replaced where the component's budget keeps at least as many replicas, however many there are. */
function judgeBudget(question: FieldContext): FieldOutcome {
  const field = String(question.leaf.path.at(-1));
  const same = keptIf(question, (objects) => at(objects, "PodDisruptionBudget", "spec", field), undefined);
  if (same !== undefined) return kept;
  const fewer = question.comparison.sites.flatMap(({ objects }) => {
    const [fewest, most] = ["minReplicas", "maxReplicas"].map((bound) =>
      Number(at(autoscaler(objects), "spec", bound)),
    );
    return range(fewest ?? 0, most ?? 0).flatMap((replicas) => {
      const ours = count(at(objects, "PodDisruptionBudget", "spec", "minAvailable"), replicas);
      const stated = count(question.leaf.value, replicas);
      const theirs = field === "minAvailable" ? stated : replicas - stated;
      return ours < theirs ? [`at ${replicas} replicas ${ours} stay and not ${theirs}`] : [];
    });
  });
  const shown = showRendered(question, (objects) => at(objects, "PodDisruptionBudget", "spec", "minAvailable"));
  const [first] = fewer;
  if (first === undefined) return replacedBy(`minAvailable: ${shown}, which keeps as many replicas or more`);
  return notCarriedOver(
    `the budget is half of the replicas (minAvailable: ${shown}): ${first}`,
    "set it in transforms.podDisruptionBudget",
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function count(value: unknown, replicas: number): number {
  if (typeof value === "number") return value;
  const percentage = /^(\d+)%$/.exec(String(value))?.[1];
  return percentage === undefined ? Number(value) : Math.ceil((replicas * Number(percentage)) / 100);
}
