import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { commands } from "./commands.ts";

/**
 * The one command line that all commands are subcommands of. Only those that the arguments name are loaded; of the others it
 * knows name and summary, for the help and for "did you mean".
 * @param args what was typed, without the program itself
 */
export async function commandLine(args: readonly string[]): Promise<Command> {
  const program = new Command("gemelos").description(manifest.description).version(manifest.version);
  for (const { name, summary, load } of commands) {
    const command = args.includes(name) ? (await load()).command : new Command(name);
    program.addCommand(command.summary(summary));
  }
  return program;
}
