import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { printError } from "../command/print.ts";
import { confine } from "./confinement.ts";

/**
 * Starts a file of this folder as a confined process, with a channel for messages. What its code prints goes to standard
 * error, since standard output is reserved for the report.
 * @param execArgv further flags for Node
 * @throws ValidationError as {@link confine} does.
 */
export function forkConfined(
  file: string,
  limits: Parameters<typeof confine>[0],
  { execArgv = [], signal }: { readonly execArgv?: readonly string[]; readonly signal?: AbortSignal } = {},
): ChildProcess {
  const { execArgv: walls, env } = confine(limits);
  const child = fork(join(import.meta.dirname, file), {
    execArgv: [...execArgv, ...walls],
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    ...(signal === undefined ? {} : { signal }),
  });
  for (const output of [child.stdout, child.stderr]) output?.setEncoding("utf8").on("data", printError);
  return child;
}
