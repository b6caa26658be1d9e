// Preloaded into each process of a measured program (`node --import`). When the process exits, it appends its resource
// usage as one line of JSON to the file that GEMELOS_BENCH_USAGE names. See `measure/runProcess.ts`.
import childProcess, { type ForkOptions } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";

const status = "/proc/self/status";
const file = process.env["GEMELOS_BENCH_USAGE"];
if (file !== undefined) {
  process.once("exit", () => report(file));
  preloadIntoForks(file);
}

function report(file: string): void {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, memoryMebibytes: peakKibibytes() / 1024 };
  appendFileSync(file, `${JSON.stringify(usage)}\n`);
}

/** The processes of `render` inherit no variable and may read and write next to nothing; this much more, to be measured. */
function preloadIntoForks(file: string): void {
  const { fork } = childProcess;
  const own = fileURLToPath(import.meta.url);
  const more = [`--import=${import.meta.url}`, `--allow-fs-read=${own}`, `--allow-fs-read=${status}`];
  const measured = (program: string, options: ForkOptions = {}) =>
    fork(program, {
      ...options,
      execArgv: [...(options.execArgv ?? []), ...more, `--allow-fs-write=${file}`],
      env: { ...options.env, GEMELOS_BENCH_USAGE: file },
    });
  Object.assign(childProcess, { fork: measured });
  syncBuiltinESMExports();
}

/** Peak resident memory. On Linux not `maxRSS`, which also includes the peak of the process that forked this one. */
function peakKibibytes(): number {
  const peak = existsSync(status) ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}
