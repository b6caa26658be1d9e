import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { at } from "../../recorder/registeredResource.ts";
import type { Cause } from "../../rollout/cause.ts";
import { ChangingRollouts, type RolloutName } from "../../rollout/changes.ts";
import type { Kinds } from "../../rollout/objects.ts";
import { watchRollouts } from "../../rollout/watch.ts";
import { type EngineRun, runEngine } from "./engine.ts";
import { DeploymentReport } from "./report.ts";

/** A cause that ended a run of the engine. */
interface FinalCause {
  readonly cause: Cause;
  /** What the engine had reported before it was told to stop; everything after is only that it stopped. */
  readonly errorsBefore: readonly string[];
}

/** What came of a run whose rollouts were followed. */
export interface WatchedResult {
  /** Why it failed, or undefined if it succeeded. */
  readonly failure: string | undefined;
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
  const unwatched = async () => ({ failure: await runEngine(run), causes: [] });
  if (run.operation !== "up") return unwatched();
  const list: ListAnywhere = (kind, namespace) => listObjects(read, kind, namespace);
  const before = await list("Deployment").catch(() => undefined);
  // The engine says better why a cluster cannot be reached.
  if (before === undefined) return unwatched();
  const rollouts = new ChangingRollouts(before);
  const report = new DeploymentReport();
  const causes: Cause[] = [];
  const [stop, ended] = [new AbortController(), new AbortController()];
  let engineIsDone = false;
  const onAbort = () => ended.abort();
  run.signal.addEventListener("abort", onAbort, { once: true });
  const watching = watchRollouts({
    list,
    namespaces: () => rollouts.namespaces,
    counts: (each) => rollouts.counts(each),
    endsComplete: () => engineIsDone,
    onCause: (cause) => {
      causes.push(cause);
      onCause(cause);
    },
    signal: ended.signal,
  }).then((cause): FinalCause | undefined => {
    if (cause === undefined) return undefined;
    const errorsBefore = report.errors;
    stop.abort();
    return { cause, errorsBefore };
  });
  const done = new Set<string>();
  const onEvent = (event: EngineEvent) => {
    report.add(event);
    follow(rollouts, done, event);
    run.onEvent(event);
  };
  try {
    const failure = await runEngine({ ...run, stop: stop.signal, onEvent });
    engineIsDone = true;
    // The provider takes a rollout for done that has not begun, if it reads the old version's status: so it is seen to.
    if (failure !== undefined) ended.abort();
    const final = await watching;
    const open = causes.filter(
      ({ namespace, name }) => name === final?.cause.name || !done.has(`${namespace}/${name}`),
    );
    const stopped = final === undefined ? undefined : `${final.cause.name} did not get on`;
    // What was under way is in the cluster and not in the state, so that going back would find nothing to change.
    if (final !== undefined) await runEngine({ ...run, operation: "refresh", onEvent: () => undefined });
    return { failure: failure ?? stopped, causes: open, final };
  } finally {
    ended.abort();
    run.signal.removeEventListener("abort", onAbort);
  }
}

/** Notes which Deployments the engine begins to change, and with which it is done or fails. */
function follow(rollouts: ChangingRollouts, done: Set<string>, event: EngineEvent): void {
  const metadata =
    event.resourcePreEvent?.metadata ?? event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
  if (metadata?.type !== "kubernetes:apps/v1:Deployment" || !changing.has(metadata.op)) return;
  const rollout = nameOf(metadata.new?.inputs);
  if (rollout === undefined) return;
  if (event.resourcePreEvent !== undefined) rollouts.start(rollout);
  else if (event.resOpFailedEvent !== undefined) rollouts.end(rollout);
  else done.add(`${rollout.namespace}/${rollout.name}`);
}

/** The engine's operations that roll pods. */
const changing: ReadonlySet<string> = new Set(["create", "update", "create-replacement"]);

function nameOf(inputs: unknown): RolloutName | undefined {
  const [namespace, name] = [at(inputs, "metadata", "namespace"), at(inputs, "metadata", "name")];
  return typeof namespace === "string" && typeof name === "string" ? { namespace, name } : undefined;
}

const collections = {
  Deployment: ["apis/apps/v1", "deployments"],
  ReplicaSet: ["apis/apps/v1", "replicasets"],
  Pod: ["api/v1", "pods"],
  Event: ["api/v1", "events?fieldSelector=type%3DWarning"],
} as const;

/** Lists the objects of a kind in one namespace, or in all. */
type ListAnywhere = <Kind extends keyof Kinds>(kind: Kind, namespace?: string) => Promise<readonly Kinds[Kind][]>;

async function listObjects<Kind extends keyof Kinds>(
  read: Watching["read"],
  kind: Kind,
  namespace?: string,
): Promise<readonly Kinds[Kind][]> {
  const [group, plural] = collections[kind];
  const path = namespace === undefined ? `${group}/${plural}` : `${group}/namespaces/${namespace}/${plural}`;
  const items = at(await read(path), "items");
  if (!Array.isArray(items)) throw new Error(`${path} is no list`);
  // The API server's own schema says what a list of this kind holds.
  return items as Kinds[Kind][];
}
