import { explainFailure, planViolations } from "../engine/index.ts";
import type { GateResult } from "../gate/index.ts";
import { type HistoryEntry, KeptEntryError } from "../history/index.ts";
import type { DeploymentEnd, DeploymentParts, UpResult } from "./parts.ts";
import { Stopped } from "./stopped.ts";

/** How a deployment is done. */
export interface DeploymentOptions {
  /** The fields that all its records have in common. */
  readonly entry: Omit<HistoryEntry, "outcome">;
  /** Whether the state is refreshed first; see `resumption`. */
  readonly refreshes: boolean;
  /** Whether what somebody changed by hand is put right. */
  readonly heals: boolean;
  /** Whether a new plan is made and carried out where the first one does not hold any more. */
  readonly replans: boolean;
}

/** Most plans that are made of one deployment: where the third does not hold either, somebody else changes the site. */
const mostPlans = 3;

/**
 * Deploys a commit that nothing speaks against: records that it starts, does one step after the other, and records its end,
 * whatever that is.
 * @param signal ends it in good order, such as by Ctrl-C
 */
export async function deployInSteps(
  options: DeploymentOptions,
  parts: DeploymentParts,
  signal: AbortSignal,
): Promise<DeploymentEnd> {
  const { entry } = options;
  const started = await record(parts, { ...entry, outcome: "started" });
  const ends: Partial<HistoryEntry> = started === undefined ? {} : { started };
  const facts: { plan?: string; gate?: NonNullable<HistoryEntry["gate"]> } = {};
  const finish = (outcome: HistoryEntry["outcome"]) => record(parts, { ...entry, ...ends, ...facts, outcome });
  let gate: GateResult;
  try {
    await changeSite(options, parts, signal, (hash) => {
      facts.plan = hash;
    });
    gate = await parts.gate(signal);
    facts.gate = recordedGate(gate);
    signal.throwIfAborted();
  } catch (error) {
    await finish(signal.aborted ? "interrupted" : "failed");
    if (signal.aborted) return { outcome: "interrupted", why: messageOf(signal.reason) };
    if (error instanceof Stopped) return { outcome: "failed", why: error.message };
    throw error;
  }
  const outcome = gate.outcome === "pass" ? "verified" : "failed";
  await finish(outcome);
  return { outcome, gate };
}

/** Everything that changes the site, up to what the engine takes for its end. */
async function changeSite(
  { refreshes, heals, replans }: DeploymentOptions,
  parts: DeploymentParts,
  signal: AbortSignal,
  onPlan: (hash: string) => void,
): Promise<void> {
  // Before anything is read: what they change is in the cluster only at their end.
  if (refreshes) await parts.migrations(signal);
  await parts.drift(signal, refreshes || heals);
  // What the state knows to be otherwise the plan puts right.
  if (refreshes || heals) await parts.refresh(signal);
  for (let plans = 1; ; plans += 1) {
    const plan = await parts.preview(signal);
    onPlan(plan.hash);
    const result = await parts.up(plan, signal);
    const why = notAsPlanned(result);
    if (why === undefined) {
      if (result.failure !== undefined) throw new Stopped(explainFailure(result.errors, result.failure, result));
      return;
    }
    if (!replans) {
      throw new Stopped(
        `${why}\n  to do: look at what a new plan would do (--plan-only), then go on with a new plan: --replan`,
      );
    }
    if (plans === mostPlans) throw new Stopped(`${why}\n  this was plan ${plans}: somebody else is changing the site`);
    parts.tell("plan", `${why}; making a new one`);
    if (result.hasMoved !== true) await parts.refresh(signal);
  }
}

/** Why a plan does not hold any more; undefined where it does, though the engine may have failed. */
function notAsPlanned({ hasMoved, errors }: UpResult): string | undefined {
  if (hasMoved === true) return "the state has changed since the plan was made, and nothing was done";
  const violations = planViolations(errors);
  if (violations.length === 0) return undefined;
  const lines = violations.map(({ resource, what }) => `\n    ${resource}: ${what}`);
  return `the site is not as it was planned; what fits the plan was done, and this was not:${lines.join("")}`;
}

/**
 * Appends to the history; where that cannot be reached, the entry is kept on this machine, and the deployment goes on.
 * @returns the record's place in the history; undefined where it is kept
 */
export async function record(
  parts: Pick<DeploymentParts, "append" | "tell">,
  entry: HistoryEntry,
): Promise<number | undefined> {
  try {
    return (await parts.append(entry)).sequence;
  } catch (error) {
    if (!(error instanceof KeptEntryError)) throw error;
    parts.tell("history", error.message);
    return undefined;
  }
}

function recordedGate({ outcome, conditions, failed }: GateResult): NonNullable<HistoryEntry["gate"]> {
  const state = outcome === "pass" ? "pass" : (failed?.state ?? "waiting");
  return {
    state,
    conditions: conditions.map(({ name, state: each, since, what }) => ({ name, state: each, since, message: what })),
  };
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
