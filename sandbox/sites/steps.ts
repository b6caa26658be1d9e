import { withProgress } from "../../command/progress.ts";

/** Runs a named step of a longer task and shows its progress. */
export type Step = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Shows steps on standard error: on a terminal the running step with its elapsed seconds, and everywhere one line for
 * each completed step that took at least a second.
 */
export const step: Step = async (name, work) => {
  const start = performance.now();
  const result = await withProgress(name, work);
  const seconds = (performance.now() - start) / 1000;
  if (seconds >= 1) process.stderr.write(`${name}: ${seconds.toFixed(seconds < 10 ? 1 : 0)} s\n`);
  return result;
};
