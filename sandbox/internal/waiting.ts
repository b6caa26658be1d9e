import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../../command/errors.ts";
import { isAlive, type ServerProcess } from "./processes.ts";

/** How often a condition is looked at, in milliseconds. */
const interval = 100;

/**
 * Waits until a condition holds.
 * @param what what is waited for, as in "the API server is ready".
 * @param servers what must live meanwhile; one that ends fails the wait at once, with its log file.
 * @throws UserError where the time is over or a server has ended.
 */
export async function until<Result>(
  what: string,
  condition: () => Promise<Result | undefined>,
  { servers, seconds, signal }: { servers: readonly ServerProcess[]; seconds: number; signal: AbortSignal },
): Promise<Result> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const result = await condition();
      if (result !== undefined) return result;
    } catch (error) {
      last = error;
    }
    const ended = servers.find((server) => !isAlive(server.pid));
    if (ended !== undefined) {
      throw new UsageError(`${ended.name} ended while waiting until ${what}; its log says why: ${ended.log}`);
    }
    if (performance.now() > end) {
      const seen = last instanceof Error ? ` (last: ${last.message})` : "";
      const logs = servers.map(({ log }) => log).join(", ");
      throw new UsageError(`waited ${seconds} s until ${what}, in vain${seen}; see ${logs}`);
    }
    await wait(interval, undefined, { signal });
  }
}
