import { hostname } from "node:os";
import { isRunning } from "../../command/processes.ts";
import { withTemporaryFolder } from "../../command/temporaryFolder.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { LockedError } from "../engine/index.ts";
import { type GateResult, gateLines, runGate, type SoakState } from "../gate/index.ts";
import { type HistoryEntry, openHistory } from "../history/index.ts";
import { formatIdentity } from "../identity/index.ts";
import { type Investigation, investigate, type Readiness } from "./investigate.ts";
import { type Holder, takeLease } from "./lease.ts";
import type { DeploymentEnd, StepName } from "./parts.ts";
import { type Refusal, refusalsOf } from "./refusals.ts";
import { resumption } from "./resume.ts";
import { siteParts } from "./siteParts.ts";
import { deployInSteps, record } from "./steps.ts";

/** What is to be deployed where, and how. */
export interface DeployOptions {
  readonly site: string;
  /** Whether it goes back to a commit that was verified before; see `Stated`. */
  readonly isRollback: boolean;
  /** Whether nothing is changed after the plan was made. */
  readonly isPlanOnly: boolean;
  readonly heals: boolean;
  readonly replans: boolean;
  /** The reasons that were stated. */
  readonly breakGlass?: string | undefined;
  readonly releaseHold?: string | undefined;
  readonly siteLost?: string | undefined;
  /** Why a rollback is made. */
  readonly why?: string | undefined;
}

/** How it is told. */
export interface DeployListener {
  /** A step's outcome in one line, which may be followed by others. */
  readonly onStep: (step: StepName, line: string) => void;
  /** What the plan would change, a line each. */
  readonly onPlan: (changes: readonly string[]) => void;
}

/** What came of it. */
export type DeployOutcome = { readonly commit: string } & (
  | { readonly outcome: "refused"; readonly refusals: readonly Refusal[] }
  | { readonly outcome: "planned" }
  | DeploymentEnd
);

/**
 * Deploys the commit that is checked out to a site, or says everything that speaks against it.
 * @param signal ends it in good order
 */
export async function deploySite(
  options: DeployOptions,
  listener: DeployListener,
  signal: AbortSignal,
): Promise<DeployOutcome> {
  const { site, breakGlass, isRollback, releaseHold, siteLost } = options;
  const asked = { site, project: projectFolder, now: new Date(), environment: process.env, breakGlass };
  const found = await investigate(asked);
  const { commit } = found.findings;
  const refusals = refusalsOf(found.findings, { isRollback, releaseHold, siteLost });
  const { ready } = found;
  if (refusals.length > 0 || ready === undefined) return { commit, outcome: "refused", refusals };
  listener.onStep("checks", checksLine(found, ready, lostSites(options, found.findings.order)));
  return withTemporaryFolder("deploy", async (folder) => {
    if (options.isPlanOnly) return planOnly(ready, folder, listener, { commit, signal });
    return deployReady(options, { found, ready, folder, listener, signal });
  });
}

/** What a deployment has by then. */
interface Deploying {
  readonly found: Investigation;
  readonly ready: Readiness;
  readonly folder: string;
  readonly listener: DeployListener;
  readonly signal: AbortSignal;
}

async function deployReady(options: DeployOptions, deploying: Deploying): Promise<DeployOutcome> {
  const { found, ready, folder, listener, signal: interrupt } = deploying;
  const { commit, order } = found.findings;
  const { site } = ready.described;
  const history = await openHistory(site);
  const lease = await takeLease({
    ...{ client: ready.client, host: hostname(), pid: process.pid, isRunning, signal: interrupt },
    what: `${options.isRollback ? "rollback to" : "deployment of"} ${commit.slice(0, 10)}`,
    endsRunning: options.isRollback,
    onWait: (holder) => listener.onStep("before", waitLine(site.name, holder, options.isRollback)),
  });
  const signal = AbortSignal.any([interrupt, lease.lost]);
  try {
    // Only now, since another deployment may have ended in between.
    const records = await history.records();
    const { abandoned, refreshes, said } = resumption(records);
    if (said !== undefined) listener.onStep("before", said);
    const entry = entryOf(options, found, ready);
    const parts = siteParts({
      ...{ described: ready.described, project: projectFolder, folder, client: ready.client, history },
      dead: lease.dead && { host: lease.dead.host, from: lease.dead.acquired, until: lease.dead.renewed },
      gate: (ending) => gate(ready, listener, ending),
      tell: listener.onStep,
      onPlan: listener.onPlan,
    });
    for (const { kind, who, commit: left, releases, sequence } of abandoned) {
      await record(parts, { kind, who, commit: left, releases, started: sequence, outcome: "interrupted" });
    }
    for (const each of statements(options, entry, order)) await record(parts, each);
    const how = { entry, refreshes, heals: options.heals, replans: options.replans };
    return { commit, ...(await deployInSteps(how, parts, signal)) };
  } catch (error) {
    if (error instanceof LockedError) return { commit, outcome: "failed", why: error.message };
    throw error;
  } finally {
    await lease.release();
  }
}

async function planOnly(
  ready: Readiness,
  folder: string,
  listener: DeployListener,
  { commit, signal }: { commit: string; signal: AbortSignal },
): Promise<DeployOutcome> {
  const history = await openHistory(ready.described.site);
  const parts = siteParts({
    ...{ described: ready.described, project: projectFolder, folder, client: ready.client, history, dead: undefined },
    gate: () => Promise.reject(new Error("a plan has no gate")),
    tell: listener.onStep,
    onPlan: listener.onPlan,
  });
  await parts.drift(signal, false);
  await parts.preview(signal);
  return { commit, outcome: "planned" };
}

async function gate(ready: Readiness, listener: DeployListener, signal: AbortSignal): Promise<GateResult> {
  const { described, expected, client, vault, settings } = ready;
  let told = "";
  const onState = (state: SoakState) => {
    const line = gateLine(state);
    if (line !== told) listener.onStep("gate", line);
    told = line;
  };
  const result = await runGate({
    ...{ site: described.site, expected, client, vault, environment: process.env, soakSeconds: settings.soak },
    ...{ onState, signal },
  });
  listener.onStep("gate", gateLines(result).join("\n  "));
  return result;
}

/** Where a gate stands, without what changes at each look. */
function gateLine({ soaking, standings }: SoakState): string {
  const open = standings.filter(({ state }) => state !== "pass");
  if (open.length === 0)
    return soaking === undefined ? "all conditions are met" : `all ${standings.length} conditions are met; soaking`;
  const named = open.slice(0, 3).map(({ condition, state }) => `${condition} ${state}`);
  const more = open.length > 3 ? `, and ${open.length - 3} more` : "";
  return `${standings.length - open.length} of ${standings.length} conditions are met; ${named.join(", ")}${more}`;
}

function entryOf(options: DeployOptions, found: Investigation, ready: Readiness): Omit<HistoryEntry, "outcome"> {
  const { why, breakGlass, releaseHold, isRollback } = options;
  const stated = why ?? breakGlass ?? releaseHold;
  const [freeze] = found.brokenFreezes;
  const [peak] = found.peaks;
  return {
    kind: isRollback ? "rollback" : "deployment",
    who: ready.who,
    commit: found.findings.commit,
    releases: ready.described.site.releases,
    ...(stated === undefined ? {} : { why: stated }),
    ...(freeze === undefined ? {} : { freeze }),
    ...(peak === undefined ? {} : { peak }),
  };
}

/** What was stated on the command line and is recorded by itself. */
function statements(
  options: DeployOptions,
  { who, commit, releases }: Omit<HistoryEntry, "outcome">,
  order: readonly string[],
): readonly HistoryEntry[] {
  const { releaseHold, siteLost } = options;
  const done = { who, commit, releases, outcome: "completed" } as const;
  return [
    ...(releaseHold === undefined ? [] : [{ ...done, kind: "hold-release", why: releaseHold } as const]),
    ...(siteLost === undefined
      ? []
      : lostSites(options, order).map((lost) => ({ ...done, kind: "site-lost", lost, why: siteLost }) as const)),
  ];
}

/** The sites before this one, where it is stated that they are lost. */
function lostSites({ site, siteLost }: DeployOptions, order: readonly string[]): readonly string[] {
  return siteLost === undefined ? [] : order.slice(0, Math.max(0, order.indexOf(site)));
}

function checksLine(
  { findings, subject, brokenFreezes }: Investigation,
  { who, described }: Readiness,
  lost: readonly string[],
): string {
  const releases = Object.keys(described.site.releases).length;
  const broken = brokenFreezes.length === 0 ? "" : `; the glass is broken in the freeze ${brokenFreezes.join(", ")}`;
  const without = lost.length === 0 ? "" : `; it goes without ${lost.join(" and ")}, stated as lost`;
  return `commit ${findings.commit.slice(0, 10)} (${subject}), ${releases} releases, by ${formatIdentity(who)}: nothing speaks against it${broken}${without}`;
}

function waitLine(site: string, { what, host, pid, acquired }: Holder, isRollback: boolean): string {
  const who = `the ${what} on ${host} (process ${pid}), which runs since ${acquired.toISOString()}`;
  return isRollback ? `asking ${who}, to end` : `waiting for ${who}: one deployment of ${site} at a time`;
}
