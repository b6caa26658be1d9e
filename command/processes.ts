import { spawnSync } from "node:child_process";

/** Whether a process of this number runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Sends a signal to a process that leads a group, and to everything it started. It is no error if there is none any more. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Whether a process with this ID is running, even as a child of another process. False for a zombie. */
export function isRunning(pid: number): boolean {
  return lookUp(pid) !== undefined;
}

/**
 * When a process started, as the system writes it, and its resident memory in bytes; undefined if it does not run, or is a
 * zombie, which has ended and only waits for its parent.
 */
export function lookUp(pid: number): { started: string; memory: number } | undefined {
  const { stdout } = spawnSync("ps", ["-o", "stat=,rss=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  const [, state = "", kibibytes, started] = /^\s*(\S+)\s+(\d+)\s+(.+?)\s*$/.exec(stdout ?? "") ?? [];
  if (started === undefined || state.startsWith("Z")) return undefined;
  return { started, memory: Number(kibibytes) * 1024 };
}
