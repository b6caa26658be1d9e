import { setTimeout } from "node:timers/promises";
import type { Observation, Source } from "./condition.ts";
import { beginSoak, type SoakRules, type SoakState, takeLook } from "./soak.ts";

/** How the time is told and passed; stated by tests, which have none to lose. */
export interface Clock {
  /** Milliseconds since 1970, by a clock that never goes back. */
  readonly now: () => number;
  /** Waits that many milliseconds, or until the signal is aborted. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** The clock of this process: right when it began, and steady since, whoever sets the machine's. */
export const processClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  wait: async (milliseconds, signal) => {
    await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  },
};

/** What is followed, and how. */
export interface FollowOptions {
  readonly sources: readonly Source[];
  readonly rules: SoakRules;
  /** Milliseconds from the end of a look to the beginning of the next. */
  readonly interval: number;
  readonly clock: Clock;
  /** Called after each look. */
  readonly onState: (state: SoakState) => void;
  /** Ends it; then the state has no verdict. */
  readonly signal: AbortSignal;
}

/** Looks at all conditions until there is a verdict, or the signal is aborted. */
export async function followConditions(options: FollowOptions): Promise<SoakState> {
  const { sources, rules, interval, clock, onState, signal } = options;
  const conditions = sources.flatMap((source) => source.conditions);
  let state = beginSoak(conditions, clock.now());
  try {
    while (!signal.aborted) {
      const began = clock.now();
      const before = { now: began, met: state.soaking !== undefined };
      const looks = sources.map((source) => lookSafely(source, () => source.look(before, signal)));
      const observations = (await Promise.all(looks)).flat();
      // What an aborted request says is no news.
      if (signal.aborted) break;
      state = takeLook(state, { began, ended: clock.now(), observations }, rules);
      onState(state);
      if (state.verdict !== undefined) break;
      await clock.wait(interval, signal);
    }
  } finally {
    await Promise.all(sources.map((source) => source.end?.()));
  }
  return state;
}

/** A look that fails says of each of its conditions that nothing is known, and why. */
async function lookSafely(
  { conditions }: Source,
  look: () => Promise<readonly Observation[]>,
): Promise<readonly Observation[]> {
  try {
    return await look();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return conditions.map(({ name }): Observation => ({ condition: name, state: "no-data", what }));
  }
}
