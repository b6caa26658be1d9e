import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../../command/errors.ts";
import { isAlive, type ServerProcess } from "./processes.ts";

/** Polling interval in milliseconds. */
const interval = 100;

/**
 * Waits until a condition holds.
 * @param what the condition in words: "the API server is ready"
 * @param servers servers that must keep running; if one exits, the wait fails at once and names its log file
 * @throws UsageError on timeout, or if a server exits.
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
      throw new UsageError(`timed out after ${seconds} s waiting until ${what}${seen}; see ${logs}`);
    }
    await wait(interval, undefined, { signal });
  }
}
