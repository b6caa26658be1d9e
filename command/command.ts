import { type Command, CommanderError } from "commander";
import { ValidationError } from "../components/diagnostic.ts";
import { RemoteError, UsageError } from "./errors.ts";

/**
 * Runs a command line and sets the exit code: 0 fine, 1 the check says no (a command's action says that itself through
 * `process.exitCode`), 2 wrong use or bad input.
 */
export async function runCommand(command: Command): Promise<void> {
  // A command does not hand these down to commands that it has already.
  for (const each of [command, ...command.commands]) {
    each.exitOverride().showHelpAfterError("(add --help for what is allowed)").allowExcessArguments(false);
  }
  try {
    await command.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 2;
  }
}

/** What a person reads of an error: clean lines for what they can mend, a stack trace for a bug. */
function describe(error: unknown): string {
  if (error instanceof ValidationError) return error.message;
  if (error instanceof UsageError || error instanceof RemoteError) return `error: ${error.message}`;
  const refused = refusedByTheSystem(error);
  if (refused !== undefined) return refused;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A file or folder that cannot be used is for the person to mend: which, why, and what to do. */
function refusedByTheSystem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("path" in error) || typeof error.path !== "string") {
    return undefined;
  }
  switch (error.code) {
    case "EEXIST":
    case "ENOTDIR":
      return `error: ${error.path} is no folder, or leads through a file; remove the file or name another folder`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOENT":
      return `error: ${error.path} cannot be written (${error.code}); ask for the right to write there or name another folder`;
    case "ENOSPC":
      return `error: ${error.path} has no space left; free some or name another folder`;
    default:
      return undefined;
  }
}
