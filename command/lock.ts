import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

/** Polling interval of a waiting process, in milliseconds. */
const interval = 250;

/** SQLITE_BUSY: another process has locked the database. */
const busy = 5;

/**
 * Runs a task while holding a lock that excludes all other processes on this machine. The lock is SQLite's on the given
 * file: the system releases it whenever the process ends, so no stale lock is ever left behind.
 *
 * @param onWait called once if another process holds the lock and this one has to wait
 */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  { signal, onWait = () => undefined }: { signal: AbortSignal; onWait?: () => void },
): Promise<Result> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    for (let waiting = false; !acquired(database); waiting = true) {
      if (!waiting) onWait();
      await wait(interval, undefined, { signal });
    }
    return await work();
  } finally {
    database.close();
  }
}

function acquired(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === busy) return false;
    throw error;
  }
}
