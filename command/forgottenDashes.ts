import type { Command, Option } from "commander";
import { UsageError } from "./errors.ts";
import { typedLine } from "./typedLine.ts";

/**
 * The values that an option or an argument can have, such as the names of all sites; empty where they are not known.
 * @param what `--site`, or the name of an argument: `site`
 * @param command name of the command whose option it is: `adopt`
 */
export type KnownValues = (what: string, command: string) => Promise<readonly string[]>;

/**
 * Without `--`, npm keeps the options of `npm run render --site dc1` for itself: it sets `npm_config_site`, and the command sees
 * `dc1` alone, or nothing. That is noticed here, before the command does something else than was asked for.
 * @param args what the command sees
 * @throws UsageError with the line that was meant. A value stands in it only where it is one that is known, since anything
 * else may be a secret.
 */
export async function refuseForgottenDashes(
  program: Command,
  args: readonly string[],
  knownValues: KnownValues,
): Promise<void> {
  const [name, ...words] = args;
  const script = program.commands.find((each) => each.name() === name);
  if (script === undefined || !isStartedByNpm(script.name())) return;
  const leaf = script.commands.find((each) => words.includes(each.name())) ?? script;
  const positional = words.filter((word) => !word.startsWith("-") && word !== leaf.name());

  const typed = leaf.options.filter((option) => isTyped(option, words));
  const untyped = leaf.options.filter((option) => !typed.includes(option));
  const forgotten = untyped.filter((option) => isKeptByNpm(option) || isChoiceAlone(option, leaf, positional));
  if (forgotten.length === 0) return;
  const line = leaf.registeredArguments.map((argument) => `<${argument.name()}${argument.variadic ? "..." : ""}>`);
  let rest: readonly string[] = positional;
  for (const option of forgotten) {
    const [value, left] = await valueFor(option, leaf, rest, knownValues);
    line.push(value === "" ? nameOf(option) : `${nameOf(option)} ${value}`);
    rest = left;
  }
  const missing = untyped.filter((option) => option.mandatory && !forgotten.includes(option));
  line.push(...[...typed, ...missing].map((option) => `${nameOf(option)} ${placeholder(option)}`.trim()));
  const own = forgotten.find((option) => npmsOwn.includes(attribute(option)));
  throw new UsageError(
    [
      `npm has kept ${forgotten.map(nameOf).join(" and ")} for itself, since options of a script follow --`,
      `; type: ${typedLine(leaf, line.join(" "))}`,
      own === undefined ? "" : ` (or, where an .npmrc says ${nameOf(own)} for good: npx gemelos ${script.name()} ...)`,
    ].join(""),
  );
}

/** Options of npm's own, which a person may have set for good. */
const npmsOwn = ["force", "json"];

/** `npm exec` takes options, too, and gives its own name to what it runs. */
function isStartedByNpm(script: string): boolean {
  return process.env["npm_lifecycle_event"] === script || process.env["npm_command"] === "exec";
}

function isKeptByNpm(option: Option): boolean {
  if (npmsOwn.includes(attribute(option)) && process.env["npm_command"] === "exec") return false;
  const value = process.env[`npm_config_${attribute(option)}`];
  return option.negate ? value === "" : value !== undefined && value !== "";
}

/** npm takes `--format json` for an option of its own that it does not hand on: what is left is the choice. */
function isChoiceAlone(option: Option, leaf: Command, positional: readonly string[]): boolean {
  const excess = positional.slice(leaf.registeredArguments.length);
  if (leaf.registeredArguments.some(({ variadic }) => variadic)) return false;
  return option.argChoices?.some((choice) => excess.includes(choice)) ?? false;
}

/** The name by which npm hands an option on: `accept_losses`, and `restart` for `--no-restart`. */
function attribute(option: Option): string {
  return nameOf(option)
    .replace(/^--(?:no-)?/, "")
    .replaceAll("-", "_");
}

function isTyped(option: Option, words: readonly string[]): boolean {
  return words.some((word) => word === option.long || word.startsWith(`${option.long}=`));
}

function nameOf({ long, flags }: Option): string {
  return long ?? flags;
}

/** What stands for a value that is not known: `<name...>`; nothing for an option without a value. */
function placeholder({ flags }: Option): string {
  return /[<[].*/.exec(flags)?.[0] ?? "";
}

/** What follows an option in the line that was meant, and the words that are left for others. */
async function valueFor(
  option: Option,
  leaf: Command,
  words: readonly string[],
  knownValues: KnownValues,
): Promise<readonly [value: string, left: readonly string[]]> {
  if (placeholder(option) === "") return ["", words];
  const known = option.argChoices ?? (await knownValues(nameOf(option), leaf.name()));
  const given = [process.env[`npm_config_${attribute(option)}`] ?? "", ...words].filter((word) => known.includes(word));
  const values = option.variadic ? given : given.slice(0, 1);
  return [values.join(" ") || placeholder(option), words.filter((word) => !values.includes(word))];
}
