// Loaded before a measured program (`node --import`), into each of its processes: at the end of a process, appends what
// it used as one line of JSON to the file that GEMELOS_BENCH_USAGE names. See `internal/measure.ts`.
import { appendFileSync, existsSync, readFileSync } from "node:fs";

process.once("exit", () => {
  const file = process.env["GEMELOS_BENCH_USAGE"];
  if (file === undefined) return;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, memoryMebibytes: peakKibibytes() / 1024 };
  appendFileSync(file, `${JSON.stringify(usage)}\n`);
});

/** The peak of resident memory. On Linux of this program alone: `maxRSS` there remembers the process that forked it. */
function peakKibibytes(): number {
  const status = "/proc/self/status";
  const peak = existsSync(status) ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}
