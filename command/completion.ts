import type { Command, Option } from "commander";
import type { KnownValues } from "./forgottenDashes.ts";

/** What may stand at the cursor. */
export interface Candidate {
  readonly text: string;
  /** Half a line for the shells that show one; may be empty. */
  readonly description: string;
}

/** What was typed before the cursor, as the command line would read it. */
interface Typed {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  readonly options: ReadonlySet<Option>;
  /** How many arguments of the command there are already. */
  readonly positional: number;
}

/**
 * What the word at the cursor can become: subcommands, options, and values that are known. Nothing where any value is allowed,
 * such as a file, which shells complete by themselves.
 * @param words what follows the program's name up to the cursor; the last is the word at the cursor, empty after a space
 */
export async function completionOf(
  program: Command,
  words: readonly string[],
  knownValues: KnownValues,
): Promise<readonly Candidate[]> {
  const whole = withoutSigns(words);
  const current = whole.at(-1) ?? "";
  const typed = read(program, whole.slice(0, -1));
  const found = await candidates(typed, current, knownValues);
  return found.filter(({ text }) => text.startsWith(current));
}

/** Bash takes `--site=dc1` for three words. */
function withoutSigns(words: readonly string[]): string[] {
  const kept = words.filter((word, index) => word !== "=" || index === words.length - 1);
  return kept.at(-1) === "=" ? [...kept.slice(0, -1), ""] : kept;
}

function read(program: Command, words: readonly string[]): Typed {
  let command = program;
  let pending: Option | undefined;
  let positional = 0;
  const options = new Set<Option>();
  for (const word of words) {
    if (word.startsWith("-")) {
      const option = optionOf(command, word);
      pending = option !== undefined && takesValue(option) && !word.includes("=") ? option : undefined;
      if (option !== undefined) options.add(option);
    } else if (pending !== undefined) {
      if (!pending.variadic) pending = undefined;
    } else {
      const subcommand = command.commands.find((each) => each.name() === word);
      if (subcommand === undefined || positional > 0) positional += 1;
      else command = subcommand;
    }
  }
  return { command, pending, options, positional };
}

async function candidates(typed: Typed, current: string, knownValues: KnownValues): Promise<readonly Candidate[]> {
  const { command, pending, positional } = typed;
  const [name = "", ...value] = current.split("=");
  const assigned = value.length > 0 && name.startsWith("--") ? optionOf(command, name) : undefined;
  if (assigned !== undefined) {
    const values = await valuesOf(assigned, command, knownValues);
    return values.map((each) => ({ text: `${name}=${each}`, description: "" }));
  }
  if (current.startsWith("-")) return optionsOf(typed);
  if (pending !== undefined) return plain(await valuesOf(pending, command, knownValues));
  const help = command.createHelp();
  if (positional === 0 && command.commands.length > 0) {
    return help.visibleCommands(command).map((each) => ({
      text: each.name(),
      description: each.summary() || each.description(),
    }));
  }
  const argument =
    command.registeredArguments[positional] ?? command.registeredArguments.find(({ variadic }) => variadic);
  if (argument === undefined) return optionsOf(typed);
  return plain(argument.argChoices ?? (await knownValues(argument.name(), command.name())));
}

/** The options that have not been typed yet. */
function optionsOf({ command, options }: Typed): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => !options.has(option) || option.variadic)
    .map(({ long, flags, description }) => ({ text: long ?? flags, description }));
}

function optionOf(command: Command, word: string): Option | undefined {
  const [name] = word.split("=");
  return command.options.find(({ long, short }) => long === name || short === name);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

async function valuesOf(option: Option, command: Command, knownValues: KnownValues): Promise<readonly string[]> {
  return option.argChoices ?? (await knownValues(option.long ?? option.flags, command.name()));
}

function plain(values: readonly string[]): readonly Candidate[] {
  return values.map((text) => ({ text, description: "" }));
}
