import { type Command, CommanderError } from "commander";
import { ProblemsError } from "../../components/internal/problems.ts";

/**
 * Runs a command line and sets the exit code: 0 fine, 1 the check says no (a command's action says that itself through
 * `process.exitCode`), 2 wrong use or bad input.
 */
export async function runCommand(command: Command): Promise<void> {
  command.exitOverride().showHelpAfterError("(add --help for what is allowed)").allowExcessArguments(false);
  try {
    await command.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${error instanceof ProblemsError ? error.message : describe(error)}\n`);
    process.exitCode = 2;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
