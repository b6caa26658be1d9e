import { formatPath } from "../../../components/diagnostic.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { holdsKnownText } from "../reading/knownTexts.ts";
import { isSecretVariable, secretWords } from "../reading/secretText.ts";
import { claimRules } from "./claimFieldRules.ts";
import { deploymentRules } from "./deploymentFieldRules.ts";
import { httpRouteRules, ingressRules } from "./exposureFieldRules.ts";
import {
  applyFieldRules,
  type Comparison,
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  keptIf,
  notCarriedOver,
  replacedBy,
  siblings,
} from "./fieldOutcome.ts";
import { configMapRules, secretRules, serviceAccountRules } from "./identityFieldRules.ts";
import { networkPolicyRules, serviceRules } from "./networkFieldRules.ts";
import { autoscalerRules, disruptionBudgetRules } from "./scalingFieldRules.ts";

/** A field of the input in one of the three lists. */
export interface Row {
  readonly file: string;
  /** Number of the YAML document in the file, from 1. */
  readonly document: number;
  /** `Deployment/receipts` */
  readonly object: string;
  /** The field as the file has it, from the document's root. */
  readonly path: string;
  /** Its value for people; a secret is `[secret]`. */
  readonly value: string;
  readonly verdict: FieldOutcome;
}

/** The rules of each kind that has a counterpart in what is rendered. */
const rules: Readonly<Record<string, readonly FieldRule[]>> = {
  Deployment: deploymentRules,
  Service: serviceRules,
  HorizontalPodAutoscaler: autoscalerRules,
  PodDisruptionBudget: disruptionBudgetRules,
  NetworkPolicy: networkPolicyRules,
  Ingress: ingressRules,
  HTTPRoute: httpRouteRules,
  ServiceAccount: serviceAccountRules,
  PersistentVolumeClaim: claimRules,
  ConfigMap: configMapRules,
  Secret: secretRules,
};

/** Kinds that this project makes or leaves to others, and what to do about them. */
const elsewhere: Readonly<Record<string, FieldOutcome>> = {
  Namespace: replacedBy("the namespace that the program makes, with its network rules and quotas"),
  Service: notCarriedOver("a service has one Service", "leave it out, or add its ports in transforms.service"),
  HorizontalPodAutoscaler: notCarriedOver("a service has one autoscaler", "leave it out"),
  Ingress: notCarriedOver(
    "a service is exposed at one host and one path prefix",
    "expose a service of its own, or add the rule in transforms.ingress",
  ),
  HTTPRoute: notCarriedOver(
    "a service is exposed at one host and one path prefix",
    "expose a service of its own, or add the rule in transforms.httpRoute",
  ),
  PodDisruptionBudget: notCarriedOver("a service has one disruption budget", "leave it out"),
  ServiceAccount: notCarriedOver("a service has one account", "leave it out"),
  ServiceMonitor: notCarriedOver(
    "Prometheus finds the pods by their annotations",
    "state metrics: { path } if it is not /actuator/prometheus, and leave it out",
  ),
  PodMonitor: notCarriedOver(
    "Prometheus finds the pods by their annotations",
    "state metrics: { path } if it is not /actuator/prometheus, and leave it out",
  ),
};

/** Holds every leaf of the input against what is rendered. There is a row for each, in the input's order. */
export function compareWithRendered(comparison: Comparison): Row[] {
  return comparison.originals.documents.flatMap((document) =>
    document.leaves.map((leaf): Row => {
      const question: FieldContext = { comparison, document, leaf };
      return {
        file: document.file,
        document: document.index + 1,
        object: document.kind === "List" ? "List" : `${document.kind}/${document.name}`,
        path: formatPath(leaf.origin),
        value: shown(question),
        verdict: judge(question),
      };
    }),
  );
}

function judge(question: FieldContext): FieldOutcome {
  const { document, leaf, comparison } = question;
  if (document.kind === "List") return replacedBy("the objects themselves, a file each");
  const own = rules[document.kind];
  if (own === undefined || !comparison.originals.counterparts.has(document)) {
    return (
      elsewhere[document.kind] ??
      notCarriedOver(
        `the component makes no ${document.kind}`,
        "leave it under its own manifests, or add it to the program",
      )
    );
  }
  const verdict =
    applyFieldRules(own, question) ??
    keptIf(question, (objects) => at(objects, document.kind, ...leaf.path), undefined) ??
    nothingStated(question) ??
    notCarriedOver("the component has no field for it", `add it in transforms.${transformOf(document.kind)}`);
  if (leaf.value === null && verdict.list === "not carried over")
    return replacedBy("nothing, which is what null states");
  return verdict;
}

/** Maps that state nothing where they are empty. */
const emptyMaps = new Set("resources securityContext labels annotations strategy affinity nodeSelector".split(" "));

/** An empty map or list states nothing; where the component states something, that is what counts. */
function nothingStated({ leaf }: FieldContext): FieldOutcome | undefined {
  const { value } = leaf;
  const isEmpty = value === null || (typeof value === "object" && Object.keys(value).length === 0);
  // An empty list has no items, whatever they would be; an empty map may be a choice, such as `emptyDir: {}`.
  if (!isEmpty || !(Array.isArray(value) || emptyMaps.has(String(leaf.path.at(-1))))) return undefined;
  return replacedBy("what the component states, since nothing is stated here");
}

function transformOf(kind: string): string {
  return kind === "HTTPRoute" ? "httpRoute" : `${kind.charAt(0).toLowerCase()}${kind.slice(1)}`;
}

/** A value for people: on one line, not too long, and no secret. */
function shown({ document, leaf, comparison }: FieldContext): string {
  const { path, value } = leaf;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isData = document.kind === "Secret" && ["data", "stringData"].includes(String(path[0]));
  const own = String(path.at(-1));
  const name = own === "value" ? String(at(document.object, ...path.slice(0, -1), "name")) : own;
  const list = String(path.at(-2));
  if (isData || own.startsWith("kubectl.kubernetes.io/last-applied")) return "[secret]";
  const isLine = !(document.kind === "ConfigMap" && path[0] === "data" && text.includes("\n"));
  if (isLine && typeof value !== "boolean" && isSecretVariable(name, text)) return "[secret]";
  if (["command", "args"].includes(list) && secretWords(siblings({ document, leaf })).has(Number(own)))
    return "[secret]";
  if (isLine && holdsKnownText(comparison.originals.secretValues, text)) return "[secret]";
  if (!isLine) return `${text.split("\n").length} lines`;
  const line = text.replaceAll(/[ \t\r\n]+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
