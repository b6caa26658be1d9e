import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { findInText } from "../../components/cleartext/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { Cause } from "../../rollout/cause.ts";
import { ChangingRollouts, type RolloutName } from "../../rollout/changes.ts";
import { collectionPath } from "../../rollout/collections.ts";
import { jobCause } from "../../rollout/jobs.ts";
import type { Kinds, ListAnywhere } from "../../rollout/objects.ts";
import { watchRollouts } from "../../rollout/watch.ts";
import { type EngineResult, type EngineRun, runEngine } from "./engine.ts";
import { DeploymentReport } from "./report.ts";

/** A cause that ended a run of the engine. */
interface FinalCause {
  readonly cause: Cause;
  /** What the engine had reported before it was told to stop; everything after is only that it stopped. */
  readonly errorsBefore: readonly string[];
}

/** What came of a run whose rollouts were followed. */
export interface WatchedResult extends EngineResult {
  /** Why rollouts that this update changed, and that are not done, did not get on. */
  readonly causes: readonly Cause[];
  /** The cause for which the run was stopped; absent if it ended by itself. */
  readonly final?: FinalCause | undefined;
}

/** How the rollouts of a run are followed. */
export interface Watching {
  /**
   * Reads a path of the site's API server: `api/v1/pods`.
   * @throws Error if it cannot be read
   */
  readonly read: (path: string) => Promise<unknown>;
  /** Called once for each service and kind of cause. */
  readonly onCause: (cause: Cause) => void;
}

/**
 * Runs the engine like `runEngine`. During an `up`, it tells the first cause of each service that does not get on, and stops
 * the engine in good order as soon as one of them cannot heal by itself.
 */
export async function runWatched(run: EngineRun, { read, onCause }: Watching): Promise<WatchedResult> {
  const unwatched = async () => ({ ...(await runEngine(run)), causes: [] });
  if (run.operation !== "up") return unwatched();
  const list: ListAnywhere = (kind, namespace) => listObjects(read, kind, namespace);
  const before = await Promise.all([list("Deployment"), list("Job")]).catch(() => undefined);
  // The engine says better why a cluster cannot be reached.
  if (before === undefined) return unwatched();
  const [rollouts, jobs] = [new ChangingRollouts(before[0]), new ChangingRollouts(before[1])];
  const report = new DeploymentReport();
  const causes: Cause[] = [];
  const [stop, ended] = [new AbortController(), new AbortController()];
  let engineIsDone = false;
  const onAbort = () => ended.abort();
  run.signal.addEventListener("abort", onAbort, { once: true });
  const tell = (told: Cause) => {
    const cause = withoutSecrets(told);
    causes.push(cause);
    onCause(cause);
  };
  const watching = watchRollouts({
    list,
    namespaces: () => new Set([...rollouts.namespaces, ...jobs.namespaces]),
    counts: (each) => rollouts.counts(each),
    countsJob: (each) => jobs.counts(each),
    endsComplete: () => engineIsDone,
    onCause: tell,
    signal: ended.signal,
  }).then((cause): FinalCause | undefined => {
    if (cause === undefined) return undefined;
    const errorsBefore = report.errors;
    stop.abort();
    return { cause: withoutSecrets(cause), errorsBefore };
  });
  const [done, failedJobs] = [new Set<string>(), new Map<string, RolloutName>()];
  const onEvent = (event: EngineEvent) => {
    report.add(event);
    const { metadata } = event.resOpFailedEvent ?? {};
    const job = metadata?.type === types.Job ? nameOf(metadata.new?.inputs) : undefined;
    if (job !== undefined) failedJobs.set(keyOf(job), job);
    follow(rollouts, types.Deployment, done, event);
    follow(jobs, types.Job, done, event);
    run.onEvent(event);
  };
  try {
    const result = await runEngine({ ...run, stop: stop.signal, onEvent });
    engineIsDone = true;
    // The provider takes a rollout for done that has not begun, if it reads the old version's status: so it is seen to.
    if (result.failure !== undefined) ended.abort();
    const final = await watching;
    if (final === undefined) for (const cause of await causesOfJobs(list, failedJobs)) tell(cause);
    const open = openCauses(causes, final?.cause, done);
    const stopped = final === undefined ? undefined : `${final.cause.name} did not get on`;
    // What was under way is in the cluster and not in the state, so that going back would find nothing to change.
    if (final !== undefined) await runEngine({ ...run, operation: "refresh", onEvent: () => undefined });
    return { ...result, failure: result.failure ?? stopped, causes: open, final };
  } finally {
    ended.abort();
    run.signal.removeEventListener("abort", onAbort);
  }
}

/** Pulumi's names of the kinds that are followed. */
const types = { Deployment: "kubernetes:apps/v1:Deployment", Job: "kubernetes:batch/v1:Job" } as const;

/** Why Jobs have failed with which the engine has ended: it ends with them before a look has seen them. */
async function causesOfJobs(list: ListAnywhere, failed: ReadonlyMap<string, RolloutName>): Promise<readonly Cause[]> {
  const looks = [...new Set([...failed.values()].map(({ namespace }) => namespace))].map(async (namespace) => {
    const [jobs, pods, events] = await Promise.all([
      list("Job", namespace),
      list("Pod", namespace),
      list("Event", namespace),
    ]);
    return jobs
      .filter(({ metadata }) => failed.has(keyOf({ namespace, name: metadata?.name ?? "" })))
      .flatMap((job) => jobCause({ job, pods, events }) ?? []);
  });
  // Without them, what the engine says remains.
  return (await Promise.all(looks).catch(() => [])).flat();
}

/** A cause whose log shows no line that may hold a secret. */
function withoutSecrets(cause: Cause): Cause {
  if (cause.log === undefined) return cause;
  const hidden = "(a line that may hold a secret: kubectl logs shows it)";
  return { ...cause, log: cause.log.map((line) => (findInText(line, "command").length === 0 ? line : hidden)) };
}

/**
 * What is still in the way at the end, the last that is known of each service and kind: that a migration has failed, and not that
 * it was tried again.
 * @param done the Deployments and Jobs that the engine is done with, as `namespace/name`
 */
export function openCauses(
  told: readonly Cause[],
  final: Cause | undefined,
  done: ReadonlySet<string>,
): readonly Cause[] {
  const known = final === undefined ? told : [...told, final];
  const lastOf = new Map(known.map((cause) => [`${keyOf(cause)} ${cause.kind}`, cause]));
  return [...lastOf.values()].filter(
    (cause) => cause.name === final?.name || !done.has(keyOf({ ...cause, name: cause.job ?? cause.name })),
  );
}

function keyOf({ namespace, name }: RolloutName): string {
  return `${namespace}/${name}`;
}

/** Notes which objects of a type the engine begins to change, and with which it is done or fails. */
function follow(rollouts: ChangingRollouts, type: string, done: Set<string>, event: EngineEvent): void {
  const metadata =
    event.resourcePreEvent?.metadata ?? event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
  if (metadata?.type !== type || !changing.has(metadata.op)) return;
  const rollout = nameOf(metadata.new?.inputs);
  if (rollout === undefined) return;
  if (event.resourcePreEvent !== undefined) rollouts.start(rollout);
  else if (event.resOpFailedEvent !== undefined) rollouts.end(rollout);
  else done.add(keyOf(rollout));
}

/** The engine's operations that roll pods. */
const changing: ReadonlySet<string> = new Set(["create", "update", "create-replacement"]);

function nameOf(inputs: unknown): RolloutName | undefined {
  const [namespace, name] = [at(inputs, "metadata", "namespace"), at(inputs, "metadata", "name")];
  return typeof namespace === "string" && typeof name === "string" ? { namespace, name } : undefined;
}

async function listObjects<Kind extends keyof Kinds>(
  read: Watching["read"],
  kind: Kind,
  namespace?: string,
): Promise<readonly Kinds[Kind][]> {
  const path = collectionPath(kind, namespace);
  const items = at(await read(path), "items");
  if (!Array.isArray(items)) throw new Error(`${path} is no list`);
  // The API server's own schema says what a list of this kind holds.
  return items as Kinds[Kind][];
}
