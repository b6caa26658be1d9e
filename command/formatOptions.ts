import { type Command, Option } from "commander";
import { UsageError } from "./errors.ts";

/**
 * Gives a command `--format`, and `--json`, which is short for `--format json`. JSON is all that standard output then has:
 * whatever else a command says goes to standard error.
 * @param forms the first is the default
 * @param more what is to be said of the forms, such as `wide cuts no value short`
 */
export function addFormatOptions(command: Command, forms: readonly string[], more?: string): Command {
  const description = more === undefined ? "form of the report" : `form of the report; ${more}`;
  return command
    .addOption(new Option("--format <format>", description).choices(forms).default(forms[0]))
    .addOption(new Option("--json", "short for --format json").implies({ format: "json" }))
    .hook("preAction", () => {
      const { json, format }: { json?: true; format: string } = command.opts();
      if (json === true && format !== "json")
        throw new UsageError("--json: is short for --format json; leave --format out");
    });
}
