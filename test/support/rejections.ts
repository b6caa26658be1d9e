import { setImmediate } from "node:timers/promises";

/** Runs a program that fails in its asynchronous part, which in a deployment would end the process. */
export async function rejectionsOf<Result>(
  action: () => Promise<Result>,
): Promise<{ result: Result; messages: string[] }> {
  const usual = process.listeners("unhandledRejection");
  const messages: string[] = [];
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => {
    messages.push(reason instanceof Error ? reason.message : String(reason));
  });
  try {
    const result = await action();
    // Node reports a rejection as unhandled once the microtasks are done.
    await setImmediate();
    return { result, messages };
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of usual) process.on("unhandledRejection", listener);
  }
}
