import { at } from "../../recorder/registeredResource.ts";
import { type FieldRule, keptIf, notCarriedOver, rendered, replacedBy, showRendered } from "./fieldOutcome.ts";
import { toolMark } from "./toolMarks.ts";

/** Labels by which people and tools say which service an object belongs to; the component has its own for that. */
const identity =
  /^(app|name|k8s-app|component|tier|instance|version|release|managed-by|part-of|run|service|project|provider|app\.kubernetes\.io\/.*)$/;

const writtenByCluster = "what the cluster writes itself";

/** The fields that all objects have. `kind` is the rendered object's; `transform` the function that can add to it. */
export function metadataRules(kind: (question: Parameters<FieldRule[1]>[0]) => string, transform: string): FieldRule[] {
  return [
    [
      "apiVersion",
      (question) =>
        keptIf(
          question,
          (objects) => at(objects, kind(question), "apiVersion"),
          replacedBy(`apiVersion ${showRendered(question, (objects) => at(objects, kind(question), "apiVersion"))}`),
        ),
    ],
    [
      "kind",
      (question) =>
        keptIf(
          question,
          (objects) => at(objects, kind(question), "kind"),
          replacedBy(`${/^[AEIOU]/.test(kind(question)) ? "an" : "a"} ${kind(question)}`),
        ),
    ],
    [
      "metadata.name",
      (question) =>
        keptIf(
          question,
          (objects) => at(objects, kind(question), "metadata", "name"),
          replacedBy(
            `the service's name: ${showRendered(question, (objects) => at(objects, kind(question), "metadata", "name"))}`,
          ),
        ),
    ],
    [
      "metadata.namespace",
      (question) =>
        keptIf(
          question,
          (objects) => at(objects, kind(question), "metadata", "namespace"),
          replacedBy(
            `namespace ${showRendered(question, (objects) => at(objects, kind(question), "metadata", "namespace"))}`,
          ),
        ),
    ],
    ["metadata.labels.*", (question) => labelOutcome(question, kind(question), ["metadata", "labels"], transform)],
    [
      "metadata.annotations.*",
      (question) => annotationOutcome(question, kind(question), ["metadata", "annotations"], transform),
    ],
    ...["uid", "resourceVersion", "generation", "creationTimestamp", "selfLink", "generateName"].map(
      (field): FieldRule => [`metadata.${field}`, () => replacedBy(writtenByCluster)],
    ),
    ["metadata.managedFields.**", () => replacedBy(writtenByCluster)],
    ["metadata.ownerReferences.**", () => replacedBy(writtenByCluster)],
    ["status.**", () => replacedBy(writtenByCluster)],
  ];
}

type Asked = Parameters<FieldRule[1]>[0];

/** A label: there, or one of those by which objects are told apart, or of no use to the component. */
export function labelOutcome(question: Asked, kind: string, path: readonly string[], transform: string) {
  const key = String(question.leaf.path.at(-1));
  const same = keptIf(question, (objects) => at(objects, kind, ...path, key), undefined);
  if (same !== undefined) return same;
  if (identity.test(key) || isSelector(question, key)) {
    const name = showRendered(question, (objects) => at(objects, kind, ...path, "app.kubernetes.io/name"));
    return replacedBy(`the labels app.kubernetes.io/name: ${name} and /instance`);
  }
  const mark = toolMark(key);
  if (mark !== undefined) return replacedBy(mark);
  return notCarriedOver(
    "the component has its own labels and adds no others",
    `add the label in transforms.${transform}`,
  );
}

/** An annotation: there, or written by a tool, or one that the component does not know. */
export function annotationOutcome(question: Asked, kind: string, path: readonly string[], transform: string) {
  const key = String(question.leaf.path.at(-1));
  const same = keptIf(question, (objects) => at(objects, kind, ...path, key), undefined);
  if (same !== undefined) return same;
  const mark = toolMark(key);
  if (mark !== undefined) return replacedBy(mark);
  if (key.startsWith("prometheus.io/")) {
    const found = rendered(question, (objects) => at(objects, kind, ...path, key));
    if (found.every((value) => value !== undefined)) return replacedBy(`${key}: ${found.join(", ")}`);
    if (question.leaf.value === "false") return replacedBy('metrics: "none", which renders no such annotation');
  }
  return notCarriedOver("the component adds no such annotation", `add it in transforms.${transform}`);
}

/** Labels by which the original objects found the pods. */
function isSelector({ comparison: { originals } }: Asked, key: string): boolean {
  const selectors = [
    at(originals.deployment.document.object, "spec", "selector", "matchLabels"),
    at(originals.service?.document.object, "spec", "selector"),
  ];
  return selectors.some((selector) => at(selector, key) !== undefined);
}
