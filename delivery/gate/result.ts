import type { ConditionState, Standing } from "./condition.ts";
import type { TestCounts } from "./junit.ts";
import { byUrgency, type SoakState } from "./soak.ts";

/** A condition in a result. Times are of ISO 8601, in UTC. */
interface ResultCondition {
  /** `Deployment payments/card-payments`. */
  readonly name: string;
  readonly state: ConditionState;
  /** What was seen, in one plain line. */
  readonly what: string;
  /** Since when it is in this state. */
  readonly since: string;
  /** What to do about it; absent where the state says enough. */
  readonly remedy?: string;
}

/** What came of the tests of one service. */
export interface VerificationResult {
  /** Name of the service. */
  readonly service: string;
  readonly outcome: "pass" | "fail";
  /** Seconds that passed until their end was seen. */
  readonly seconds: number;
  /** How many tests its reports have, and how many of them did not pass; absent without a report. */
  readonly tests?: TestCounts;
  /** Paths of its reports (JUnit's XML); empty without any. */
  readonly reports: readonly string[];
  /** The last lines of its log, where the tests did not pass. */
  readonly log?: readonly string[];
}

/** What came of a gate, for people and for the history. It holds no secret. */
export interface GateResult {
  readonly version: 1;
  /** Name of the site. */
  readonly site: string;
  readonly outcome: "pass" | "fail" | "interrupted";
  /** When it began and ended, ISO 8601 in UTC. */
  readonly began: string;
  readonly ended: string;
  /** How long all conditions had to be met, in seconds. */
  readonly soakSeconds: number;
  /** Since when all lasting conditions were met; absent where one was not. */
  readonly soaking?: string;
  /** How often a condition that was met was no longer, so that the soak began again. */
  readonly interruptions: number;
  /** The condition that failed the gate, and why that ended it; absent otherwise. */
  readonly failed?: ResultCondition & { readonly because: string };
  /** All conditions; what is not met comes first. */
  readonly conditions: readonly ResultCondition[];
  readonly verification: readonly VerificationResult[];
  /** What was not asked, and why: `alerts are not asked: monitoring is none`. */
  readonly notes: readonly string[];
}

/** What a result says beside its conditions. */
export interface ResultContext {
  readonly site: string;
  readonly soakSeconds: number;
  /** When the gate ended, in milliseconds since 1970. */
  readonly ended: number;
  readonly verification: readonly VerificationResult[];
  readonly notes: readonly string[];
}

/** The result of a gate that has ended in a state; without a verdict, it was interrupted. */
export function gateResult(state: SoakState, context: ResultContext): GateResult {
  const { verdict, soaking } = state;
  const { site, soakSeconds, ended, verification, notes } = context;
  return {
    ...{ version: 1, site, outcome: verdict?.outcome ?? "interrupted", began: iso(state.began), ended: iso(ended) },
    soakSeconds,
    ...(soaking === undefined ? {} : { soaking: iso(soaking) }),
    interruptions: state.interruptions,
    ...(verdict?.outcome === "fail"
      ? { failed: { ...resultCondition(verdict.failed), because: verdict.because } }
      : {}),
    conditions: state.standings.toSorted(byUrgency).map(resultCondition),
    ...{ verification, notes },
  };
}

function resultCondition({ condition, state, what, since, remedy }: Standing): ResultCondition {
  return { name: condition, state, what, since: iso(since), ...(remedy === undefined ? {} : { remedy }) };
}

function iso(milliseconds: number): string {
  return new Date(Math.round(milliseconds)).toISOString();
}
