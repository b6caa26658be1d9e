import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type ApiClient, listWith } from "../../clusterClient/index.ts";
import type { DescribedSite } from "../../recorder/renderSite.ts";
import type { Cause } from "../../rollout/cause.ts";
import {
  DeploymentReport,
  type EngineResult,
  type EngineRun,
  explainFailure,
  formatChanges,
  type LockedOptions,
  planLines,
  productionRun,
  runEngine,
  runUnlocked,
  runWatched,
  setupRemedy,
} from "../engine/index.ts";
import type { GateResult } from "../gate/index.ts";
import type { History } from "../history/index.ts";
import { driftLine, readDrift } from "./drift.ts";
import type { DeploymentParts, SavedPlan, StepName, UpResult } from "./parts.ts";
import { awaitMigrations } from "./runningMigrations.ts";
import { Stopped } from "./stopped.ts";

/** The real site that is deployed. */
export interface SiteParts {
  readonly described: DescribedSite;
  /** Folder of the checkout that is deployed. */
  readonly project: string;
  /** A folder of this run, which only this user can read. */
  readonly folder: string;
  readonly client: ApiClient;
  readonly history: History;
  /** A machine whose deployment is known to be dead, since this one has taken over its Lease. */
  readonly dead: LockedOptions["dead"];
  readonly gate: (signal: AbortSignal) => Promise<GateResult>;
  readonly tell: (step: StepName, line: string) => void;
  /** Called with what a plan would change, a line each. */
  readonly onPlan: (changes: readonly string[]) => void;
}

/** The steps of a deployment, done to a real site. */
export function siteParts(site: SiteParts): DeploymentParts {
  const { described, project, folder, history, tell } = site;
  const { stack } = described;
  return {
    append: (entry) => history.append(entry),
    tell,
    migrations: (signal) =>
      awaitMigrations({
        context: described.site.kubernetes.context,
        list: listWith(site.client, signal),
        tell: (line) => tell("before", line),
        signal,
      }),
    refresh: async (signal) => {
      const report = new DeploymentReport();
      const result = await runOperation(site, "refresh", report, signal);
      if (result.failure !== undefined) throw stopped(stack.stack, report, result.failure);
      const { drifted } = report;
      const found = drifted.length === 0 ? "as the state says" : `${drifted.length} objects are not as the state said`;
      tell("before", `the state was refreshed: ${found}`);
    },
    drift: async (signal, refreshes) => {
      const drift = await readDrift({ site: stack.stack, project, signal });
      tell("drift", driftLine(drift, refreshes));
      return drift;
    },
    preview: async (signal) => {
      const plans = join(folder, "plans");
      await mkdir(plans, { recursive: true, mode: 0o700 });
      const file = join(plans, `${Date.now()}.json`);
      const report = new DeploymentReport();
      const result = await runOperation(site, "preview", report, signal, { planFile: file });
      if (result.failure !== undefined) throw stopped(stack.stack, report, result.failure);
      await chmod(file, 0o600);
      const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
      site.onPlan(planLines(report));
      tell("plan", `${formatPlanned(report)}; plan ${hash.slice(0, 10)}`);
      return { hash, file, state: result.state };
    },
    up: (plan, signal) => up(site, plan, signal),
    gate: site.gate,
  };
}

async function up(site: SiteParts, plan: SavedPlan, signal: AbortSignal): Promise<UpResult> {
  const { tell, client, described } = site;
  const report = new DeploymentReport();
  const onEvent = (event: EngineEvent) => {
    const { urn, op } = event.resOutputsEvent?.metadata ?? { urn: "", op: "same" };
    if (op !== "same" && urn.includes("kubernetes:apps/v1:Deployment::")) {
      tell("up", `${report.componentOf(urn)}: ${op} done`);
    }
  };
  const more = { planFile: plan.file, plannedState: plan.state };
  const watching = {
    read: (path: string) => client.send({ path: `/${path}` }),
    onCause: ({ name, what }: Cause) => tell("up", `${name}: ${what}`),
  };
  const result = await runOperation(site, "up", report, signal, more, onEvent, (run) => runWatched(run, watching));
  if (result.failure === undefined) tell("up", formatChanges(report.counts));
  const remedy = result.failure === undefined ? undefined : setupRemedy(described.stack.stack, result.failure);
  if (remedy !== undefined) throw new Stopped(remedy);
  return { ...result, errors: report.errors };
}

/** Runs the engine once, takes off locks of the dead, and waits for the living. */
function runOperation<Result extends EngineResult = EngineResult>(
  site: SiteParts,
  operation: EngineRun["operation"],
  report: DeploymentReport,
  signal: AbortSignal,
  more: Pick<EngineRun, "planFile" | "plannedState"> = {},
  onEvent: (event: EngineEvent) => void = () => undefined,
  run: (run: EngineRun) => Promise<Result> = runEngine as (run: EngineRun) => Promise<Result>,
): Promise<Result> {
  const { described, project, folder, dead, tell } = site;
  const plain: EngineRun = {
    ...productionRun(described.stack, project, folder),
    ...more,
    operation,
    signal,
    onEvent: (event) => {
      report.add(event);
      onEvent(event);
    },
  };
  const cancel = () => runEngine({ ...plain, operation: "cancel", onEvent: () => undefined });
  return runUnlocked(described.stack.stack, () => run(plain), {
    ...{ dead, cancel, signal },
    tell: (line) => tell("before", line),
  });
}

function stopped(stack: string, report: DeploymentReport, failure: string): Stopped {
  return new Stopped(setupRemedy(stack, failure) ?? explainFailure(report.errors, failure));
}

function formatPlanned(report: DeploymentReport): string {
  const services = new Set(report.changes.map(({ urn }) => report.componentOf(urn)));
  const planned = Object.entries(report.counts).filter(([operation]) => operation !== "same" && operation !== "read");
  if (planned.length === 0) return "nothing is to be changed";
  const words = planned.map(([operation, count]) => `${count} to ${operation}`);
  return `${words.join(", ")} in ${services.size} ${services.size === 1 ? "component" : "components"}`;
}
