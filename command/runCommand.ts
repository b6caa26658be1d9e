import { type Command, CommanderError } from "commander";
import { ValidationError } from "../components/diagnostic.ts";
import { RemoteError, UsageError } from "./errors.ts";
import { print, printError } from "./print.ts";

/**
 * Runs a command line and sets the exit code: 0 success; 1 a check failed (the command's action sets it through
 * `process.exitCode`); 2 wrong usage or invalid input.
 */
export async function runCommand(command: Command): Promise<void> {
  process.stdout.on("error", endWithReader);
  // Commander does not apply these settings to subcommands that were added before.
  for (const each of [command, ...command.commands]) {
    each.exitOverride().showHelpAfterError("(use --help for usage)").allowExcessArguments(false);
    each.configureOutput({ writeOut: print, writeErr: printError });
  }
  try {
    await command.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    printError(`${describe(error)}\n`);
    process.exitCode = 2;
  }
}

/** Whoever reads the output, such as `head`, has seen enough: the command ends without a word. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}

/** Text of an error for the user: plain lines for errors that the user can fix, a stack trace for a bug. */
function describe(error: unknown): string {
  if (error instanceof ValidationError) return error.message;
  if (error instanceof UsageError || error instanceof RemoteError) return `error: ${error.message}`;
  const refused = refusedByTheSystem(error);
  if (refused !== undefined) return refused;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The path, reason and remedy of a file system error, which the user can fix; undefined for any other error. */
function refusedByTheSystem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("path" in error) || typeof error.path !== "string") {
    return undefined;
  }
  switch (error.code) {
    case "EEXIST":
    case "ENOTDIR":
      return `error: ${error.path} is not a folder, or a part of its path is a file; remove the file or choose another folder`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOENT":
      return `error: ${error.path} cannot be written (${error.code}); get write permission or choose another folder`;
    case "ENOSPC":
      return `error: ${error.path} is on a full disk; free some space or choose another folder`;
    default:
      return undefined;
  }
}
