import { at } from "../../../recorder/registeredResource.ts";
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
} from "./fieldOutcome.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container, named } from "./renderedPod.ts";

/** Rules for `env` and `envFrom` of the chosen container; patterns count from the container. */
export const environmentRules: readonly FieldRule[] = [
  ["env.[].name", judgeName],
  ["env.[].value", judgeValue],
  ["env.[].valueFrom.**", judgeSource],
  ["envFrom.[].**", judgeFrom],
];

/** A variable of the rendered container. */
function variable(objects: RenderedObjects, name: string): unknown {
  return named(at(container(objects), "env"), name);
}

function nameOf(question: FieldContext): string {
  return String(at(question.document.object, ...question.leaf.path.slice(0, 7), "name"));
}

/** The variables of the description that stand for one of the manifests. */
export function namesInDescription({ comparison }: FieldContext, name: string): readonly string[] {
  return comparison.reading.environment.renamed.get(name) ?? [name];
}

function isRendered(question: FieldContext, name: string): boolean {
  const names = namesInDescription(question, name);
  return question.comparison.sites.every(({ objects }) => names.every((each) => variable(objects, each) !== undefined));
}

/** Whether each site renders what the description states for a variable: a text whose references were followed. */
export function isAsStated(question: FieldContext, name: string): boolean {
  const stated = question.comparison.reading.service.env?.[name];
  return (
    typeof stated === "string" &&
    question.comparison.sites.every(({ objects }) => at(variable(objects, name), "value") === stated)
  );
}

function hindrance(question: FieldContext, key: string): FieldOutcome | undefined {
  const { environment, refused } = question.comparison.reading;
  const found = environment.hindrances.get(key);
  if (found !== undefined) return notCarriedOver(found.reason, found.remedy);
  const refusal = namesInDescription(question, key)
    .map((name) => refused.get(`env.${name}`) ?? refused.get(`secrets.${name}`))
    .find((reason) => reason !== undefined);
  return refusal === undefined
    ? undefined
    : notCarriedOver(
        `it ${refusal.replace(/;.*$/s, "")}`,
        "see the component's own value in index.ts, or change it in transforms.deployment",
      );
}

const lost = notCarriedOver("the variable is not rendered", "add it under env or secrets");

/** What a variable became whose name a description does not take. */
export function newNames([first, second]: readonly string[]): string {
  return second === undefined
    ? `${first}, which Spring and MicroProfile read as the same property`
    : `${first} for MicroProfile and ${second} for Spring, which read them as the same property`;
}

function judgeName(question: FieldContext): FieldOutcome {
  const name = nameOf(question);
  if (!isRendered(question, name)) return hindrance(question, name) ?? lost;
  const names = namesInDescription(question, name);
  return names.includes(name) ? kept : replacedBy(newNames(names));
}

/** A secret that the description declares, whose value a person moves into Vault. */
function awaits(question: FieldContext, name: string): FieldOutcome | undefined {
  const [first = ""] = namesInDescription(question, name);
  const secret = question.comparison.reading.environment.awaited.get(first);
  if (secret === undefined || !isRendered(question, name)) return undefined;
  return replacedBy(`supplied() under secrets, key ${secret.key}: its value is to be moved into Vault`);
}

function judgeValue(question: FieldContext): FieldOutcome {
  const name = nameOf(question);
  const [first = name] = namesInDescription(question, name);
  const find = (objects: RenderedObjects) => at(variable(objects, first), "value");
  const same = keptIf(question, find, undefined, (value, found) => (value ?? "") === found);
  if (same !== undefined) return same;
  // The site's own stands in its place, in which days begin at another hour.
  const refusedZone = name === "TZ" ? question.comparison.reading.refused.get("env.TZ") : undefined;
  if (refusedZone !== undefined) {
    return notCarriedOver(refusedZone.replace(/;.*$/s, ""), "write the time zone by area and city as TZ under env");
  }
  const followed = question.comparison.reading.connections.rewritten.get(`env.${first}`);
  if (followed !== undefined && holds(question, find, (_, found) => found === followed)) {
    return replacedBy(`${followed}, by which each site names what it leads to`);
  }
  const { document } = question;
  const env = at(document.object, ...question.leaf.path.slice(0, 6));
  const last = Array.isArray(env) ? env.findLastIndex((each) => at(each, "name") === name) : -1;
  if (last > Number(question.leaf.path[6])) return replacedBy(`the later value of ${name} in the same list`);
  const secret = awaits(question, name);
  if (secret !== undefined) return secret;
  if (isAsStated(question, first)) return replacedBy(showRendered(question, find));
  if (isRendered(question, name) && !question.comparison.reading.environment.hindrances.has(name)) {
    return replacedBy(`${showRendered(question, find)}: the component sets it from the service's other fields`);
  }
  return hindrance(question, name) ?? lost;
}

function judgeSource(question: FieldContext): FieldOutcome | undefined {
  const name = nameOf(question);
  const [first = name] = namesInDescription(question, name);
  const path = question.leaf.path.slice(7);
  const [, source, field] = path;
  const same = keptIf(question, (objects) => at(variable(objects, first), ...path), undefined);
  if (same !== undefined) return same;
  if (source === "fieldRef" && field === "apiVersion" && question.leaf.value === "v1") return kept;
  if (source === "resourceFieldRef" && isRendered(question, name)) {
    if (field === "divisor" && Number(question.leaf.value) === 0) return kept;
    if (field === "containerName") return replacedBy("the service's own container, without its name");
  }
  if (field === "optional") {
    if (question.leaf.value === false) return kept;
    return notCarriedOver(
      "a variable is never optional: a replica that lacks it must not start",
      "make sure that the key exists, or set optional in transforms.deployment",
    );
  }
  const secret = awaits(question, name);
  if (secret !== undefined) return secret;
  if (source === "configMapKeyRef" && isAsStated(question, first)) {
    const reference = at(question.document.object, ...question.leaf.path.slice(0, 7), "valueFrom", "configMapKeyRef");
    return replacedBy(`the value itself, under env (from ConfigMap ${String(at(reference, "name"))})`);
  }
  if (source === "fieldRef" && isAsStated(question, first)) {
    return replacedBy(`the text ${showRendered(question, (objects) => at(variable(objects, first), "value"))}`);
  }
  return hindrance(question, name) ?? lost;
}

/** A source of many variables: replaced by them where every one of its keys is rendered. */
function judgeFrom(question: FieldContext): FieldOutcome {
  const [, index] = question.leaf.path.slice(5);
  const source = at(question.document.object, ...question.leaf.path.slice(0, 7));
  const prefix = String(at(source, "prefix") ?? "");
  const { originals } = question.comparison;
  const secret = at(source, "secretRef", "name");
  const keys =
    secret === undefined
      ? [...(originals.configMaps.get(String(at(source, "configMapRef", "name")))?.keys() ?? [])]
      : (originals.secretKeys.get(String(secret)) ?? []);
  const held = hindrance(question, `envFrom[${index}]`);
  if (held !== undefined) return held;
  const names = keys.map((key) => prefix + key);
  const missing = names.filter((name) => !isRendered(question, name));
  const [first] = missing;
  if (first !== undefined) {
    const one = hindrance(question, first);
    return one?.list === "not carried over"
      ? notCarriedOver(`${missing.join(", ")} of it is not rendered: ${one.reason}`, one.remedy)
      : notCarriedOver(`${missing.join(", ")} of it is not rendered`, "add it under env or secrets");
  }
  const rendered = names.flatMap((name) => namesInDescription(question, name));
  return replacedBy(
    `the variables themselves, under ${secret === undefined ? "env" : "secrets"}: ${rendered.join(", ") || "none"}`,
  );
}
