import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { lookUp } from "../../command/processes.ts";
import type { EngineResult } from "./engine.ts";
import { isBusy, judgeLock, type LockWitness, locksIn, type StackLock } from "./locks.ts";

/** What is done about a stack that is locked. */
export interface LockedOptions {
  /** A machine whose deployment is known to be dead. */
  readonly dead: LockWitness["dead"];
  /** Takes all locks off the stack, as `pulumi cancel` does. */
  readonly cancel: () => Promise<unknown>;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  /** How the makers of locks are known to live; see {@link LockWitness}. Default: by the processes of this machine. */
  readonly witness?: Omit<LockWitness, "dead">;
}

/** Somebody who cannot be seen from here holds a stack's lock. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

/** Milliseconds between two tries. */
const interval = 5000;

/**
 * Runs the engine; where a lock is in its way, takes it off if its maker is dead, and waits as long as its maker lives.
 * @param stack name of the stack, for messages
 * @throws LockedError where nobody here can tell, with who holds it, since when, and what to do
 */
export async function runUnlocked<Result extends EngineResult>(
  stack: string,
  run: () => Promise<Result>,
  { dead, cancel, tell, signal, witness = thisMachine() }: LockedOptions,
): Promise<Result> {
  let told = false;
  for (;;) {
    const result = await run();
    const { failure = "" } = result;
    const locks = locksIn(failure);
    if (locks.length === 0 && !isBusy(failure)) return result;
    const judged = locks.map((lock) => ({ lock, verdict: judgeLock(lock, { ...witness, dead }) }));
    const unknown = judged.filter(({ verdict }) => verdict === "unknown");
    if (unknown.length > 0) throw new LockedError(unknown.map(({ lock }) => unknownLine(stack, lock)).join("\n"));
    if (judged.some(({ verdict }) => verdict === "alive") || locks.length === 0) {
      const [first] = locks;
      const who = first === undefined ? "another update, as the backend says" : holderLine(first);
      if (!told) tell(`waiting: ${stack} is locked by ${who}`);
      told = true;
      await wait(interval, undefined, { signal });
      continue;
    }
    for (const { lock } of judged)
      tell(`${stack} was locked by ${holderLine(lock)}, which is dead: the lock is taken off`);
    await cancel();
  }
}

function holderLine({ user, host, pid, time }: StackLock): string {
  return `${user}@${host} (process ${pid}) since ${time.toISOString()}`;
}

function unknownLine(stack: string, lock: StackLock): string {
  return `${stack} is locked by ${holderLine(lock)}, and from this machine nobody can tell whether that still runs. If it does, wait for its end. If it does not: pulumi cancel --stack ${stack} --yes, and then this command again, which goes on`;
}

function thisMachine(): Omit<LockWitness, "dead"> {
  return {
    host: hostname(),
    startOf: (pid) => {
      const found = lookUp(pid);
      return found === undefined ? undefined : new Date(found.started);
    },
  };
}
