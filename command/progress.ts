/** How often a person who watches is told that work goes on, in milliseconds. */
const interval = 1000;

/**
 * Does a piece of work and, where a person watches standard error, shows its name and the elapsed seconds from the
 * third second on. In a log it stays quiet.
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
