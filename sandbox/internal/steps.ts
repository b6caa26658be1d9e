import { withProgress } from "../../command/progress.ts";

/** Does a named step of a longer piece of work and shows it. */
export type Step = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Shows steps on standard error: where a person watches, the running one with its elapsed seconds; everywhere a line
 * for each that is done and took a second or more.
 */
export const step: Step = async (name, work) => {
  const start = performance.now();
  const result = await withProgress(name, work);
  const seconds = (performance.now() - start) / 1000;
  if (seconds >= 1) process.stderr.write(`${name}: ${seconds.toFixed(seconds < 10 ? 1 : 0)} s\n`);
  return result;
};
