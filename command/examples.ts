import type { Command } from "commander";
import { typedLine } from "./typedLine.ts";

/**
 * Shows examples below a command's help, as they can be typed.
 * @param examples what follows the command's name, and what it is for
 */
export function addExamples(command: Command, examples: Readonly<Record<string, string>>): Command {
  return command.addHelpText("after", ({ command: shown }) => {
    const lines = Object.entries(examples).map(([rest, what]) => `  ${typedLine(shown, rest)}\n      ${what}`);
    return `\nExamples:\n${lines.join("\n")}`;
  });
}
