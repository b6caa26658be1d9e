import { at } from "../../recorder/registeredResource.ts";
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

function isRendered(question: FieldContext, name: string): boolean {
  return question.comparison.sites.every(({ objects }) => variable(objects, name) !== undefined);
}

function hindrance(question: FieldContext, key: string): FieldOutcome | undefined {
  const { environment, refused } = question.comparison.reading;
  const found = environment.hindrances.get(key);
  if (found !== undefined) return notCarriedOver(found.reason, found.remedy);
  const refusal = refused.get(`env.${key}`) ?? refused.get(`secrets.${key}`);
  return refusal === undefined
    ? undefined
    : notCarriedOver(
        refusal.replace(/;.*$/s, ""),
        "see the component's own value in index.ts, or change it in transforms.deployment",
      );
}

const lost = notCarriedOver("the variable is not rendered", "add it under env or secrets");

function judgeName(question: FieldContext): FieldOutcome {
  const name = nameOf(question);
  return isRendered(question, name) ? kept : (hindrance(question, name) ?? lost);
}

function judgeValue(question: FieldContext): FieldOutcome {
  const name = nameOf(question);
  const find = (objects: RenderedObjects) => at(variable(objects, name), "value");
  const same = keptIf(question, find, undefined, (value, found) => (value ?? "") === found);
  if (same !== undefined) return same;
  // The site's own stands in its place, in which days begin at another hour.
  const refusedZone = name === "TZ" ? question.comparison.reading.refused.get("env.TZ") : undefined;
  if (refusedZone !== undefined) {
    return notCarriedOver(refusedZone.replace(/;.*$/s, ""), "write the time zone by area and city as TZ under env");
  }
  const secret = showRendered(question, (objects) => at(variable(objects, name), "valueFrom", "secretKeyRef", "name"));
  if (secret !== "nothing" && question.comparison.reading.environment.secretsInClear.includes(name)) {
    return replacedBy(`Secret ${secret}, key ${name}: the value stood in the clear; put it there`);
  }
  const followed = question.comparison.reading.connections.rewritten.get(`env.${name}`);
  if (followed !== undefined && holds(question, find, (_, found) => found === followed)) {
    return replacedBy(`${followed}, by which each site names what it leads to`);
  }
  const { document } = question;
  const env = at(document.object, ...question.leaf.path.slice(0, 6));
  const last = Array.isArray(env) ? env.findLastIndex((each) => at(each, "name") === name) : -1;
  if (last > Number(question.leaf.path[6])) return replacedBy(`the later value of ${name} in the same list`);
  if (isRendered(question, name) && !question.comparison.reading.environment.hindrances.has(name)) {
    return replacedBy(`${showRendered(question, find)}: the component sets it from the service's other fields`);
  }
  return hindrance(question, name) ?? lost;
}

function judgeSource(question: FieldContext): FieldOutcome | undefined {
  const name = nameOf(question);
  const path = question.leaf.path.slice(7);
  const [, source, field] = path;
  const same = keptIf(question, (objects) => at(variable(objects, name), ...path), undefined);
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
  if (source === "configMapKeyRef") {
    const reference = at(question.document.object, ...question.leaf.path.slice(0, 7), "valueFrom", "configMapKeyRef");
    const expected = question.comparison.originals.configMaps
      .get(String(at(reference, "name")))
      ?.get(String(at(reference, "key")));
    const found = question.comparison.sites.map(({ objects }) => at(variable(objects, name), "value"));
    const followed = question.comparison.reading.connections.rewritten.get(`env.${name}`) ?? expected;
    if (expected !== undefined && found.every((value) => value === followed)) {
      return replacedBy(`the value itself, under env (from ConfigMap ${String(at(reference, "name"))})`);
    }
    if (question.comparison.reading.environment.secretsInClear.includes(name)) {
      return replacedBy(`a Secret of the service, key ${name}: the ConfigMap held a secret in the clear`);
    }
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
  const usable = keys.map((key) => prefix + key).filter((key) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key));
  const held = hindrance(question, `envFrom[${index}]`);
  if (held !== undefined) return held;
  const missing = usable.filter((name) => !isRendered(question, name));
  if (missing.length > 0)
    return notCarriedOver(`${missing.join(", ")} of it is not rendered`, "add it under env or secrets");
  return replacedBy(
    `the variables themselves, under ${secret === undefined ? "env" : "secrets"}: ${usable.join(", ") || "none"}`,
  );
}
