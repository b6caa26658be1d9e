import type { Plain } from "../../../recorder/registeredResource.ts";
import type { Comparison } from "../fields/fieldOutcome.ts";
import type { Difference, Effects, Leaves } from "./differences.ts";

/** What is asked about a subject: all that is in effect, and the differences that belong to it, at least one. */
export interface Question {
  readonly comparison: Comparison;
  readonly effects: Effects;
  readonly differences: readonly Difference[];
}

/** What is said of a subject. */
interface Telling {
  /** Before and after, on one line. */
  readonly what: string;
  /** What may break. */
  readonly outcome: string;
  /** What undoes it. */
  readonly remedy: string;
}

/** Differences that a person understands as one. */
export interface Subject {
  readonly name: string;
  /** Keys of its differences. The first subject that matches has a difference. */
  readonly matches: RegExp;
  readonly tell: (question: Question) => Telling;
}

/** Sites' texts as one: each site's where they differ. */
export function acrossSites({ comparison }: Pick<Question, "comparison">, texts: readonly string[]): string {
  const [first = "none"] = texts;
  return texts.every((each) => each === first)
    ? first
    : texts.map((each, index) => `${each} in ${comparison.sites[index]?.site}`).join(", ");
}

/** What a function reads in each site's leaves. */
export function now(question: Question, read: (leaves: Leaves) => string): string {
  return acrossSites(question, question.effects.after.map(read));
}

/** A value for people. */
export function text(value: Plain | undefined): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value of a key for people. */
export function shownAt(leaves: Leaves, key: string): string {
  return text(leaves.get(key)?.value);
}

/** `limit: none -> 256Mi` where that is one of the differences, else nothing. */
export function step(question: Question, label: string, key: string, absent = "none"): string[] {
  const found = question.differences.find((each) => each.key === key);
  if (found === undefined) return [];
  const before = found.before === undefined ? absent : text(found.before);
  return [`${label}: ${before} -> ${acrossSites(question, found.after.map(text))}`];
}

/** `limit: none -> 256Mi` from two texts, nothing where they are the same. */
export function stepOf(label: string, before: string, after: string): string[] {
  return before === after ? [] : [`${label}: ${before} -> ${after}`];
}

/** The parts of what is said as one line. */
export function line(parts: readonly string[]): string {
  return parts.join("; ");
}

/** Whether a key, or one below it, is among the differences. */
export function touches({ differences }: Question, start: string): boolean {
  return differences.some(({ key }) => key.startsWith(start));
}
