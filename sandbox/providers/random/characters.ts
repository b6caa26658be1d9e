import { randomInt } from "node:crypto";
import type { Failure } from "../protocol/provider.ts";
import { type Properties, textAt } from "../protocol/values.ts";

/** Character classes of a password, with the inputs that allow them and set their minimum counts. */
const classes = [
  { allow: "lower", least: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { allow: "upper", least: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { allow: "numeric", least: "minNumeric", characters: "0123456789" },
  { allow: "special", least: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
] as const;

/** Defaults of a password's inputs. */
export const passwordDefaults: Properties = {
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

/**
 * Validates a password's inputs.
 * @param inputs with defaults applied
 */
export function passwordFailures(inputs: Properties): Failure[] {
  const length = inputs["length"];
  if (typeof length !== "number") return [];
  const failures: Failure[] = [];
  const least = classes.reduce((sum, { least: field }) => sum + countOf(inputs, field), 0);
  if (least > length) {
    failures.push({
      property: "length",
      reason: `is ${length}, less than the ${least} characters that the minimums ask for`,
    });
  }
  if (classes.every(({ allow }) => inputs[allow] === false)) {
    failures.push({ property: "lower", reason: "is false, and so are upper, numeric and special; allow at least one" });
  }
  return failures;
}

/**
 * A string of the required length and characters, drawn from a cryptographically secure random source.
 * @param inputs with defaults applied
 */
export function randomText(inputs: Properties): string {
  const special = textAt(inputs, "overrideSpecial");
  const alphabets = classes.map(({ allow, least, characters }) => ({
    characters: allow === "special" && special !== undefined && special !== "" ? special : characters,
    allowed: inputs[allow] !== false,
    least: countOf(inputs, least),
  }));
  const all = alphabets.flatMap(({ allowed, characters }) => (allowed ? [characters] : [])).join("");
  const drawn = alphabets.flatMap(({ characters, least }) => Array.from({ length: least }, () => draw(characters)));
  while (drawn.length < countOf(inputs, "length")) drawn.push(draw(all));
  return shuffled(drawn).join("");
}

function draw(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** Fisher-Yates shuffle: every order is equally likely. */
function shuffled(items: readonly string[]): string[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [order[last], order[other]] = [order[other] ?? "", order[last] ?? ""];
  }
  return order;
}

function countOf(inputs: Properties, field: string): number {
  const value = inputs[field];
  return typeof value === "number" ? value : 0;
}
