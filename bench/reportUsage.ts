// Preloaded into each process of a measured program (`node --import`). When the process exits, it appends its resource
// usage as one line of JSON to the file that GEMELOS_BENCH_USAGE names. See `measure/runProcess.ts`.
import { appendFileSync, existsSync, readFileSync } from "node:fs";

process.once("exit", () => {
  const file = process.env["GEMELOS_BENCH_USAGE"];
  if (file === undefined) return;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, memoryMebibytes: peakKibibytes() / 1024 };
  appendFileSync(file, `${JSON.stringify(usage)}\n`);
});

/** Peak resident memory. On Linux not `maxRSS`, which also includes the peak of the process that forked this one. */
function peakKibibytes(): number {
  const status = "/proc/self/status";
  const peak = existsSync(status) ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}
