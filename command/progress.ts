/** Refresh interval of the progress line, in milliseconds. */
const interval = 1000;

/**
 * Runs a task. If standard error is a terminal, shows the task's name and elapsed seconds, starting after two seconds.
 * In a log it prints nothing.
 */
export async function withProgress<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
  if (process.stderr.isTTY !== true) return work();
  const start = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.floor((performance.now() - start) / 1000);
    if (seconds >= 2) process.stderr.write(`\r\u001b[K${step} ... ${seconds} s`);
  }, interval);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write("\r\u001b[K");
  }
}
