/** A lock on a stack in a backend that is no service (a file, S3, ...): it never expires, and a killed engine leaves it behind. */
export interface StackLock {
  readonly user: string;
  /** Name of the machine whose engine made it. */
  readonly host: string;
  /** Process ID of the engine on that machine. */
  readonly pid: number;
  readonly time: Date;
}

/**
 * The locks that kept the engine from a stack, by its own words, which are the same for every such backend; empty where it failed
 * for another reason.
 * @param failure the command line's message
 */
export function locksIn(failure: string): readonly StackLock[] {
  if (!failure.includes("the stack is currently locked by")) return [];
  return [...failure.matchAll(/created by (\S*)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", host = "", pid, time = ""]) => ({ user, host, pid: Number(pid), time: new Date(time) }),
  );
}

/** Whether the engine failed because a backend that is a service, and knows its clients itself, has another update of the stack. */
export function isBusy(failure: string): boolean {
  return /Another update is currently in progress/.test(failure);
}

/** The machine on which a command runs, and what else tells whether the maker of a lock lives. */
export interface LockWitness {
  readonly host: string;
  /** When the process of that ID started on this machine; undefined where there is none. */
  readonly startOf: (pid: number) => Date | undefined;
  /** A machine whose deployment is known to be dead, and from when until when it was known to live. */
  readonly dead?: { readonly host: string; readonly from: Date; readonly until: Date } | undefined;
}

/** Milliseconds by which the clocks of two machines, or of a process and a file, may differ. */
const clocks = 60_000;

/**
 * Whether the maker of a lock still runs. Only its own machine can tell, or somebody who knows that its deployment is dead; of
 * another machine it is `unknown`.
 */
export function judgeLock(lock: StackLock, { host, startOf, dead }: LockWitness): "alive" | "dead" | "unknown" {
  const made = lock.time.getTime();
  if (lock.host === host) {
    const start = startOf(lock.pid);
    // A process that is younger than the lock has only inherited the number.
    return start === undefined || start.getTime() > made + clocks ? "dead" : "alive";
  }
  const isOfDead =
    dead?.host === lock.host && made >= dead.from.getTime() - clocks && made <= dead.until.getTime() + clocks;
  return isOfDead ? "dead" : "unknown";
}
