import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A program to run. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Environment variables in addition to the inherited ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process ID once the process has started. */
  readonly onStart?: (pid: number) => void;
}

/** Resource usage of a program, including the processes that it started. */
export interface Usage {
  /** Elapsed time from start to exit, as the user experiences it. */
  readonly wallSeconds: number;
  /** User and system time of all processes. */
  readonly cpuSeconds: number;
  /** Sum of the processes' peaks of resident memory: an upper bound of what they used at any one time. */
  readonly memoryMebibytes: number;
  /** Peak resident memory of the largest process. */
  readonly largestProcessMebibytes: number;
}

/**
 * Runs a program and returns its standard output.
 * @throws Error with its standard error if it fails.
 */
export function run({ file, args, cwd, signal, env = {}, onStart }: Program): Promise<string> {
  return new Promise((resolve, reject) => {
    // Settings that the caller's own tools pass to Node must not reach the measured program.
    const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...inherited } = process.env;
    const child = spawn(file, args, { cwd, signal, env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("spawn", () => onStart?.(child.pid ?? 0));
    child.once("error", reject);
    child.once("close", (code, killedBy) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${file} ${args.join(" ")} ended with ${code ?? killedBy}:\n${stderr}`));
    });
  });
}

/** Runs a Node program, each of whose processes reports its own usage. */
export async function measureNode(
  program: Program,
  temporary: string,
): Promise<{ readonly usage: Usage; readonly stdout: string }> {
  const usageFile = join(temporary, "usage.ndjson");
  await rm(usageFile, { force: true });
  const reporter = pathToFileURL(join(import.meta.dirname, "..", "reportUsage.ts")).href;
  const env = { ...program.env, GEMELOS_BENCH_USAGE: usageFile, NODE_OPTIONS: `--import ${reporter}` };
  const start = performance.now();
  const stdout = await run({ ...program, env });
  const wallSeconds = (performance.now() - start) / 1000;
  const lines = (await readFile(usageFile, "utf8")).trimEnd().split("\n");
  const processes = lines.map((line): { cpuSeconds: number; memoryMebibytes: number } => JSON.parse(line));
  const memory = processes.map(({ memoryMebibytes }) => memoryMebibytes);
  return {
    stdout,
    usage: {
      wallSeconds,
      cpuSeconds: sum(processes.map(({ cpuSeconds }) => cpuSeconds)),
      memoryMebibytes: sum(memory),
      largestProcessMebibytes: Math.max(...memory),
    },
  };
}

/** Whether programs other than Node's can be measured: only if the kernel shows the usage of a running process. */
export const canWatch = existsSync("/proc/self/status");

/** Runs a program that cannot report its usage, and samples it every few milliseconds. */
export async function measureWatched(program: Program): Promise<Usage> {
  let watched: Promise<{ cpuSeconds: number; memoryMebibytes: number }> | undefined;
  const start = performance.now();
  await run({
    ...program,
    onStart: (pid) => {
      watched = watch(pid);
    },
  });
  const wallSeconds = (performance.now() - start) / 1000;
  const { cpuSeconds, memoryMebibytes } = (await watched) ?? { cpuSeconds: 0, memoryMebibytes: 0 };
  return { wallSeconds, cpuSeconds, memoryMebibytes, largestProcessMebibytes: memoryMebibytes };
}

/** The kernel's unit of CPU time in `/proc`, which is the same on all common platforms. */
const ticksPerSecond = 100;

/**
 * Samples a process every `interval` milliseconds until it ends, and returns its CPU time (user and system) and its
 * peak resident memory. Sampling costs time itself, so use a longer interval for a long-running process.
 */
export async function watch(pid: number, interval = 3): Promise<{ cpuSeconds: number; memoryMebibytes: number }> {
  const seen = { cpuSeconds: 0, memoryMebibytes: 0 };
  for (;;) {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const peak = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
      // A process that has ended no longer reports its memory.
      if (peak === undefined) return seen;
      seen.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
      seen.memoryMebibytes = Number(peak) / 1024;
    } catch {
      return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
