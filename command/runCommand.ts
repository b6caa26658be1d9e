import { type Command, CommanderError } from "commander";
import { ValidationError } from "../components/diagnostic.ts";
import { describeSystemError, isSystemError, RemoteError, UsageError } from "./errors.ts";
import { type KnownValues, refuseForgottenDashes } from "./forgottenDashes.ts";
import { print, printError } from "./print.ts";
import { typedLine } from "./typedLine.ts";

/**
 * Runs a command line and sets the exit code: 0 success; 1 a check failed (the command's action sets it through
 * `process.exitCode`); 2 wrong usage or invalid input.
 * @param knownValues for the messages; default to none
 */
export async function runCommand(command: Command, knownValues: KnownValues = async () => []): Promise<void> {
  process.stdout.on("error", endWithReader);
  process.stderr.on("error", endWithReader);
  configure(command);
  try {
    await refuseForgottenDashes(command, process.argv.slice(2), knownValues);
    await command.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    printError(`${await describeError(error)}\n`);
    process.exitCode = 2;
  }
}

/** Commander does not apply settings to subcommands that were added before, so each is given them. */
function configure(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError(usageHint(command))
    .allowExcessArguments(false)
    .configureHelp({ commandUsage: (each) => typedLine(each, each.usage()) })
    .configureOutput({
      writeOut: print,
      writeErr: printError,
      outputError: (text, write) => write(withoutArguments(text)),
    });
  for (const each of command.commands) configure(each);
}

function usageHint(command: Command): string {
  const line = typedLine(command, "--help");
  return line.startsWith("npm run") ? `(usage: ${line}; options follow --)` : `(usage: ${line})`;
}

/**
 * Commander's message without what was typed, which may be a secret in the wrong place. Shown are the name of an option, which
 * is of lower-case letters, and a command that is almost one that there is.
 */
function withoutArguments(text: string): string {
  return text
    .replace(/(too many arguments.* but got \d+): .*?(\.?\n|$)/s, "$1 (not shown, in case one of them is a secret)$2")
    .replace(/(unknown option ')(.*?)('\n|'$)/s, (_, start: string, typed: string, end: string) => {
      const [name = ""] = typed.split("=");
      return `${start}${/^--?[a-z]+(?:-[a-z]+)*$/.test(name) ? name : "[not shown]"}${end}`;
    })
    .replace(/(unknown command ')(.*?)('\n(?!\(Did you mean )|'$)/s, "$1[not shown]$3")
    .replace(/( argument ')(.*?)(' is invalid)/s, "$1[not shown]$3");
}

/** Whoever reads the output, such as `head`, has seen enough: the command ends without a word. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}

/** Text of an error for the user: plain lines for errors that the user can fix, a stack trace for a bug. */
export async function describeError(error: unknown): Promise<string> {
  if (error instanceof ValidationError) {
    // Only whoever reads an error pays for knowing its lines.
    const [{ withPositions }, { projectFolder }] = await Promise.all([
      import("../site.ts"),
      import("../recorder/stackFile.ts"),
    ]);
    return new ValidationError(await withPositions(error.diagnostics, projectFolder)).message;
  }
  if (error instanceof UsageError || error instanceof RemoteError) return `error: ${error.message}`;
  if (isSystemError(error)) return describeSystemError(error);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
