import type { Command } from "commander";

/**
 * A command line as the person would type it who started this one: `npm run secrets -- put --site dc1` under npm's script of
 * that name, `npx gemelos secrets put --site dc1` everywhere else.
 * @param rest what follows the command's own names; empty for nothing
 */
export function typedLine(command: Command, rest: string): string {
  const names = namesOf(command);
  const [script, ...subcommands] = names;
  const isScript = script !== undefined && process.env["npm_lifecycle_event"] === script;
  const words = isScript
    ? ["npm run", script, ...(subcommands.length > 0 || rest !== "" ? ["--"] : []), ...subcommands]
    : ["npx gemelos", ...names];
  return [...words, rest].filter((word) => word !== "").join(" ");
}

/** The names that lead to a command, without the program's own: `secrets`, `put`. */
function namesOf(command: Command): string[] {
  return command.parent === null ? [] : [...namesOf(command.parent), command.name()];
}
