import { reservedPodKey } from "../../../components/description/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { isIdentityLabel } from "../reading/podMetadata.ts";
import { isSecretVariable } from "../reading/secretText.ts";
import { toolMark } from "../reading/toolMarks.ts";
import {
  type FieldOutcome,
  type FieldRule,
  keptIf,
  notCarriedOver,
  rendered,
  replacedBy,
  showRendered,
  writtenByCluster,
} from "./fieldOutcome.ts";

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
function labelOutcome(question: Asked, kind: string, path: readonly string[], transform: string): FieldOutcome {
  const key = String(question.leaf.path.at(-1));
  const same = keptIf(question, (objects) => at(objects, kind, ...path, key), undefined);
  if (same !== undefined) return same;
  if (isIdentityLabel(question.comparison.originals, key)) {
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
function annotationOutcome(question: Asked, kind: string, path: readonly string[], transform: string): FieldOutcome {
  const key = String(question.leaf.path.at(-1));
  const same = keptIf(question, (objects) => at(objects, kind, ...path, key), undefined);
  if (same !== undefined) return same;
  const mark = toolMark(key);
  if (mark !== undefined) return replacedBy(mark);
  if (key.startsWith("prometheus.io/")) {
    const found = rendered(question, (objects) => at(objects, kind, ...path, key));
    if (found.every((value) => value !== undefined)) return replacedBy(`${key}: ${found.join(", ")}`);
    if (key === "prometheus.io/scheme" && question.leaf.value === "http")
      return replacedBy("nothing: it is the default");
    if (question.leaf.value === "false") return replacedBy('metrics: "none", which renders no such annotation');
  }
  return notCarriedOver("the component adds no such annotation", `add it in transforms.${transform}`);
}

/** A label or an annotation of the pods, of which a description may state further ones. */
export function podMetadataOutcome(question: Asked, field: "labels" | "annotations"): FieldOutcome {
  const path = ["spec", "template", "metadata", field];
  const judge = field === "labels" ? labelOutcome : annotationOutcome;
  const outcome = judge(question, "Deployment", path, "deployment");
  if (outcome.list !== "not carried over") return outcome;
  const key = String(question.leaf.path.at(-1));
  const reserved = reservedPodKey(key);
  if (reserved !== undefined) {
    const [reason = reserved, remedy = outcome.remedy] = reserved.split("; ");
    return notCarriedOver(`it ${reason}`, remedy);
  }
  return isSecretVariable(key, String(question.leaf.value))
    ? notCarriedOver(
        "its value looks like a secret, and whoever may see the pod may read it",
        "put it under secrets, and let the service read the variable",
      )
    : notCarriedOver("Kubernetes takes no such key or value", "correct it in the manifests");
}
