import { at } from "../../../recorder/registeredResource.ts";
import {
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  holds,
  kept,
  notCarriedOver,
  replacedBy,
  showRendered,
} from "./fieldOutcome.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container, named } from "./renderedPod.ts";

/** Rules for words that set the heap's size, wherever a container's JVM finds them; patterns count from the container. */
export const heapRules: readonly FieldRule[] = [
  ["env.[].value", judgeVariable],
  ["env.[].valueFrom.configMapKeyRef.*", judgeVariable],
  ["command.[]", judgeWord],
  ["args.[]", judgeWord],
];

function judgeVariable(question: FieldContext): FieldOutcome | undefined {
  const { heap, environment } = question.comparison.reading;
  const name = String(at(question.document.object, ...question.leaf.path.slice(0, 7), "name"));
  const left = heap.left.get(`env.${name}`);
  if (left !== undefined) return stillThere(left, name);
  if (!heap.variables.has(name) || environment.hindrances.has(name)) return undefined;
  const find = (objects: RenderedObjects) => at(named(at(container(objects), "env"), name), "value");
  return replacedBy(`${JSON.stringify(showRendered(question, find))}, and ${inItsPlace(question)}`);
}

function judgeWord(question: FieldContext): FieldOutcome | undefined {
  const [list, index] = question.leaf.path.slice(5);
  if (typeof list !== "string" || typeof index !== "number") return undefined;
  const { heap } = question.comparison.reading;
  const left = heap.left.get(`${list}[${index}]`);
  if (left !== undefined) return stillThere(left, `${list}[${index}]`);
  const words = heap.lists.get(list);
  if (words === undefined) return undefined;
  const now = JSON.stringify(words.filter((word) => word !== undefined));
  if (
    !holds(
      question,
      (objects) => JSON.stringify(at(container(objects), list)),
      (_, found) => found === now,
    )
  ) {
    return undefined;
  }
  const word = words[index];
  if (word === question.leaf.value) return kept;
  return replacedBy(word === undefined ? inItsPlace(question) : `${JSON.stringify(word)}, and ${inItsPlace(question)}`);
}

function inItsPlace(question: FieldContext): string {
  const { jvm } = question.comparison.reading.service;
  return jvm?.heapPercentage === undefined
    ? "the heap that follows from the memory limit"
    : `jvm.heapPercentage ${jvm.heapPercentage}`;
}

function stillThere(word: string, place: string): FieldOutcome {
  return notCarriedOver(
    `${word} sets the heap's size there, which goes before what follows from the memory limit, and how to take it out is not certain`,
    `take it out of ${place} in index.ts, and state jvm.heapPercentage`,
  );
}
