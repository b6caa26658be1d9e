import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { at } from "../../recorder/registeredResource.ts";
import type { Cause } from "../../rollout/cause.ts";
import { ChangingRollouts, type RolloutName } from "../../rollout/changes.ts";
import type { Kinds } from "../../rollout/objects.ts";
import { watchRollouts } from "../../rollout/watch.ts";
import { askApiServer } from "../sites/apiServer.ts";
import type { SiteRecord } from "../sites/siteFolder.ts";
import { type Deployment, type DeploymentResult, deploy } from "./deployment.ts";
import { DeploymentReport } from "./report.ts";

/** A cause that ended a deployment. */
interface FinalCause {
  readonly cause: Cause;
  /** What the engine had reported before it was told to stop; everything after is only that it stopped. */
  readonly errorsBefore: readonly string[];
}

/** Result of a deployment whose rollouts were followed. */
export interface WatchedResult extends DeploymentResult {
  /** Why rollouts that this update changed, and that are not done, did not get on. */
  readonly causes: readonly Cause[];
  /** The cause for which the deployment was stopped; absent if it ended by itself. */
  readonly final?: FinalCause | undefined;
}

/**
 * Runs a deployment like `deploy`. During an `up`, it tells the first cause of each service that does not get on, and
 * stops the engine in good order as soon as one of them cannot heal by itself.
 * @param onCause called once for each service and kind of cause
 */
export async function deployWatched(deployment: Deployment, onCause: (cause: Cause) => void): Promise<WatchedResult> {
  if (deployment.operation !== "up") return { ...(await deploy(deployment)), causes: [] };
  const { record } = deployment.site;
  const before = await list(record, "Deployment").catch(() => undefined);
  // The engine says better why a cluster cannot be reached.
  if (before === undefined) return { ...(await deploy(deployment)), causes: [] };
  const rollouts = new ChangingRollouts(before);
  const report = new DeploymentReport();
  const causes: Cause[] = [];
  const [stop, ended] = [new AbortController(), new AbortController()];
  let engineIsDone = false;
  const onAbort = () => ended.abort();
  deployment.signal.addEventListener("abort", onAbort, { once: true });
  const watching = watchRollouts({
    list: (kind, namespace) => list(record, kind, namespace),
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
    deployment.onEvent(event);
  };
  try {
    const { failure, providers } = await deploy({ ...deployment, stop: stop.signal, onEvent });
    engineIsDone = true;
    // The provider takes a rollout for done that has not begun, if it reads the old version's status: so it is seen to.
    if (failure !== undefined) ended.abort();
    const final = await watching;
    const open = causes.filter(
      ({ namespace, name }) => name === final?.cause.name || !done.has(`${namespace}/${name}`),
    );
    const stopped = final === undefined ? undefined : `${final.cause.name} did not get on`;
    // What was under way is in the cluster and not in the state, so that going back would find nothing to change.
    if (final !== undefined) await deploy({ ...deployment, operation: "refresh", onEvent: () => undefined });
    return { providers, failure: failure ?? stopped, causes: open, final };
  } finally {
    ended.abort();
    deployment.signal.removeEventListener("abort", onAbort);
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

/** Objects of a kind in one namespace, or in all. */
async function list<Kind extends keyof Kinds>(
  record: SiteRecord,
  kind: Kind,
  namespace?: string,
): Promise<readonly Kinds[Kind][]> {
  const [group, plural] = collections[kind];
  const path = namespace === undefined ? `${group}/${plural}` : `${group}/namespaces/${namespace}/${plural}`;
  const { status, body } = await askApiServer(record, "GET", path);
  const items = at(body, "items");
  if (status !== 200 || !Array.isArray(items)) throw new Error(`${path} cannot be listed: ${status}`);
  // The API server's own schema says what a list of this kind holds.
  return items as Kinds[Kind][];
}
