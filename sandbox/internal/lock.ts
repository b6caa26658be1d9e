import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

/** How often a waiting process asks again, in milliseconds. */
const interval = 250;

/** SQLite's code for a database that another process has locked. */
const busy = 5;

/**
 * Does a piece of work while no other process on this machine does any under the same lock. The lock is SQLite's on a
 * file of that name: the system takes it back when the process ends, however it ends, so none is ever left behind.
 *
 * @param onWait told once, when another process has the lock and this one begins to wait.
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
