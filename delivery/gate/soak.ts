import type { Condition, ConditionState, Observation, Standing } from "./condition.ts";

/** How long what may last. All in seconds. */
export interface SoakRules {
  /** How long every lasting condition has to be met without interruption; a state without data or a failure may last as long. */
  readonly soak: number;
  /** How long conditions may take until they are met; a soak that has begun by then is let run, but not begin again. */
  readonly timeout: number;
  /** The longest time between two looks; after a longer one nobody knows what was between, so the soak begins again. */
  readonly longestGap: number;
}

/** One look at all conditions. Times are in milliseconds since 1970, by a clock that never goes back. */
export interface Look {
  readonly began: number;
  readonly ended: number;
  readonly observations: readonly Observation[];
}

/** How a gate ended, and by which condition. */
type Verdict =
  | { readonly outcome: "pass" }
  | {
      readonly outcome: "fail";
      /** The condition that was not met. */
      readonly failed: Standing;
      /** Why that ended the gate: `it cannot heal by itself`. */
      readonly because: string;
    };

/** Where a gate stands after some looks. */
export interface SoakState {
  /** When it began, in milliseconds since 1970. */
  readonly began: number;
  /** In the order of the conditions. */
  readonly standings: readonly Standing[];
  /** Since when all lasting conditions are met, in milliseconds since 1970; undefined while one is not. */
  readonly soaking: number | undefined;
  /** How often the soak was interrupted. */
  readonly interruptions: number;
  /** When the last look ended; undefined before the first. */
  readonly looked: number | undefined;
  /** Undefined while the gate goes on. */
  readonly verdict: Verdict | undefined;
}

/** A gate before its first look: of every condition, nothing is known. */
export function beginSoak(conditions: readonly Condition[], now: number): SoakState {
  const standings = conditions.map(
    ({ name, once = false }): Standing => ({
      ...{ condition: name, once, state: "no-data", what: "not looked at yet", since: now, kindSince: now },
    }),
  );
  return { began: now, standings, soaking: undefined, interruptions: 0, looked: undefined, verdict: undefined };
}

/** Takes in one look. After the verdict nothing changes any more. */
export function takeLook(state: SoakState, look: Look, rules: SoakRules): SoakState {
  if (state.verdict !== undefined) return state;
  const observed = new Map(look.observations.map((each) => [each.condition, each]));
  const standings = state.standings.map((standing) => stand(standing, observed.get(standing.condition), look.ended));
  const met = standings.every(({ once, state: its }) => once || its === "pass");
  const seen = state.looked !== undefined && seconds(state.looked, look.began) <= rules.longestGap;
  const unbroken = met && seen ? state.soaking : undefined;
  const soaking = met ? (unbroken ?? look.ended) : undefined;
  const broken = state.soaking !== undefined && unbroken === undefined;
  const next = {
    ...{ began: state.began, standings, soaking, looked: look.ended },
    interruptions: state.interruptions + (broken ? 1 : 0),
  };
  return { ...next, verdict: verdictOf(next, look, rules) };
}

/** Seconds between two times in milliseconds. */
function seconds(from: number, to: number): number {
  return (to - from) / 1000;
}

function stand(before: Standing, observed: Observation | undefined, now: number): Standing {
  const { condition, once } = before;
  const { state, what, remedy, kind, finalAfter }: Omit<Observation, "condition"> = observed ?? {
    state: "no-data",
    what: "nothing was said of it",
  };
  const same = before.state === state;
  return {
    ...{ condition, once, state, what, since: same ? before.since : now },
    kindSince: same && before.kind === kind ? before.kindSince : now,
    ...(remedy === undefined ? {} : { remedy }),
    ...(kind === undefined ? {} : { kind }),
    ...(finalAfter === undefined ? {} : { finalAfter }),
  };
}

type Undecided = Omit<SoakState, "verdict">;

function verdictOf({ standings, soaking, began }: Undecided, look: Look, rules: SoakRules): Verdict | undefined {
  const now = look.ended;
  const open = standings.filter(({ state }) => state !== "pass").toSorted(byUrgency);
  const final = open.find(({ finalAfter, kindSince }) => {
    return finalAfter !== undefined && seconds(kindSince, now) >= finalAfter;
  });
  if (final !== undefined) return { outcome: "fail", failed: final, because: "it cannot heal by itself" };
  const lasting = open.find(
    ({ state, since }) => state !== "waiting" && seconds(since, now) >= rules.soak && now > since,
  );
  if (lasting !== undefined) {
    const because =
      lasting.state === "no-data" ? "there was no data for as long as the soak" : "it lasted as long as the soak";
    return { outcome: "fail", failed: lasting, because };
  }
  const [first] = open;
  if (first === undefined) {
    // From the end of the first look to the beginning of the last: between them, everything was met.
    return soaking !== undefined && seconds(soaking, look.began) >= rules.soak ? { outcome: "pass" } : undefined;
  }
  const late = seconds(began, now) >= rules.timeout && soaking === undefined;
  return late ? { outcome: "fail", failed: first, because: "it was not met in time" } : undefined;
}

const urgency: Readonly<Record<ConditionState, number>> = { fail: 0, "no-data": 1, waiting: 2, pass: 3 };

/** What fails comes first, then what is not known; of the same, what began earlier. */
export function byUrgency(a: Standing, b: Standing): number {
  return urgency[a.state] - urgency[b.state] || a.since - b.since;
}
