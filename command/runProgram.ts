import { spawn } from "node:child_process";
import { endAtExit } from "./cleanUp.ts";

/** What a program wrote, and how it ended. */
export interface ProgramResult {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with arguments, never through a shell; it ends with this command.
 * @throws SystemError if it cannot be started; the signal's reason once it is aborted
 */
export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal === undefined ? {} : { signal }),
    });
    endAtExit(child);
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        said[stream] += text;
      });
    }
    child.once("error", (error) => reject(signal?.aborted === true ? signal.reason : error));
    child.once("close", (code) => resolve({ code, ...said }));
  });
}
