import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";

/** What a person or the system ends a command with. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long an ended child may take for its own clean-up, in milliseconds, before it is killed. */
const patience = 5000;

const removals = new Set<() => void>();
const children = new Set<ChildProcess>();

/**
 * Has something removed however the command ends: by itself, by an error, or by SIGINT, SIGTERM or SIGHUP. Nothing can be done
 * about SIGKILL.
 * @param remove runs at once and does not wait
 * @returns takes the removal back, once it is done or no longer wanted
 */
export function removeAtExit(remove: () => void): () => void {
  removals.add(remove);
  listen();
  return () => {
    removals.delete(remove);
    listen();
  };
}

/** Ends a child where the command is interrupted, and waits for it before anything is removed that it may still write. */
export function endAtExit(child: ChildProcess): void {
  children.add(child);
  listen();
  child.once("close", () => {
    children.delete(child);
    listen();
  });
}

let endInOrder: ((signal: NodeJS.Signals) => void) | undefined;

/**
 * Lets a command end in good order by itself where it is interrupted: it is told, once, and nothing is removed or ended before it
 * has ended. Whoever interrupts it again ends it as any other.
 * @returns takes that back
 */
export function endsInOrder(end: (signal: NodeJS.Signals) => void): () => void {
  endInOrder = end;
  listen();
  return () => {
    endInOrder = undefined;
    listen();
  };
}

/** Listens only while there is something to do, so that a signal otherwise does what it always does. */
function listen(): void {
  for (const signal of signals) process.off(signal, interrupted);
  process.off("exit", removeAll);
  if (removals.size === 0 && children.size === 0 && endInOrder === undefined) return;
  for (const signal of signals) process.on(signal, interrupted);
  process.on("exit", removeAll);
}

let isEndedByPerson = false;

/** Says that Ctrl-C is how a person ends this command, which is no failure: it ends with 0, whatever is under way. */
export function endByInterrupt(): void {
  isEndedByPerson = true;
}

function interrupted(signal: NodeJS.Signals): void {
  if (endInOrder !== undefined) {
    const end = endInOrder;
    endInOrder = undefined;
    end(signal);
    return;
  }
  // The status by which shells say that a signal has ended a process.
  const end = () => process.exit(signal === "SIGINT" && isEndedByPerson ? 0 : 128 + constants.signals[signal]);
  if (children.size === 0) end();
  else Promise.all([...children].map(ended)).then(end, end);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), patience);
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill();
  });
}

function removeAll(): void {
  for (const child of children) child.kill();
  for (const remove of removals) remove();
}
