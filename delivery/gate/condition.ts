/**
 * How a condition stands. `waiting` is on its way by itself; `fail` is wrong and may still be put right; `no-data` is that
 * nobody knows, which is never taken for a pass.
 */
export type ConditionState = "pass" | "waiting" | "fail" | "no-data";

/** A condition that a site has to meet. */
export interface Condition {
  /** What it is about, the same all the time: `Deployment payments/card-payments`. */
  readonly name: string;
  /**
   * Whether it has to be met at the end only, such as tests that ran once, and not all through the soak.
   * @default false
   */
  readonly once?: true;
}

/** What one look says of one condition. */
export interface Observation {
  /** Name of the condition. */
  readonly condition: string;
  readonly state: ConditionState;
  /** What was seen, in one plain line. */
  readonly what: string;
  /**
   * What to do about it.
   * @default nothing; then the state says enough
   */
  readonly remedy?: string;
  /**
   * What kind of trouble it is, so that one that changes its words is known again.
   * @default the state itself
   */
  readonly kind?: string;
  /**
   * Seconds after which trouble of this kind cannot heal by itself any more, so that the gate ends; 0 is at once.
   * @default it may heal
   */
  readonly finalAfter?: number;
}

/** Where a condition stands, and since when. */
export interface Standing extends Observation {
  readonly once: boolean;
  /** Since when it is in this state, in milliseconds since 1970. */
  readonly since: number;
  /** Since when its trouble is of this kind, in milliseconds since 1970. */
  readonly kindSince: number;
}

/** Asks for a part of a site's conditions, again and again. */
export interface Source {
  /** The conditions that it says something about. */
  readonly conditions: readonly Condition[];
  /**
   * Looks once. What it leaves out, and everything where it throws, has no data.
   * @param signal ends the look
   */
  look(before: Before, signal: AbortSignal): Promise<readonly Observation[]>;
  /**
   * Ends what it has begun, whatever the gate's outcome.
   * @default nothing is to be ended
   */
  end?(): Promise<void>;
}

/** What is known when a look begins. */
export interface Before {
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** Whether every condition that has to last was met at the look before. */
  readonly met: boolean;
}
