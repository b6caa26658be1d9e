import { setTimeout } from "node:timers/promises";
import { type Cause, firstCause, isComplete } from "./cause.ts";
import { isJobComplete, jobCause } from "./jobs.ts";
import type { Deployment, Job, List } from "./objects.ts";

/** Milliseconds between two looks at the cluster. */
const interval = 1000;

/** How rollouts are followed. */
export interface WatchOptions {
  readonly list: List;
  /** The namespaces to look into, asked anew at each look. */
  readonly namespaces: () => Iterable<string>;
  /**
   * Which Deployments of these namespaces count, asked anew at each look.
   * @default all
   */
  readonly counts?: (deployment: Deployment) => boolean;
  /**
   * Which Jobs of these namespaces count, asked anew at each look.
   * @default none
   */
  readonly countsJob?: (job: Job) => boolean;
  /**
   * Whether the watch ends as soon as every rollout that counts is complete, asked anew before each look.
   * @default never
   */
  readonly endsComplete?: () => boolean;
  /** Called once for each service and kind of cause, as soon as it is stable. */
  readonly onCause: (cause: Cause) => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /**
   * The time in milliseconds, from any beginning.
   * @default the process's own monotonic clock
   */
  readonly now?: () => number;
  /**
   * Waits that many milliseconds, or until the signal is aborted.
   * @default a timer
   */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Follows rollouts, about once a second with at most five requests for each namespace, until one cannot heal by itself.
 * A look that fails, such as for an API server that restarts, is skipped.
 * @returns the cause of the rollout that cannot heal, or undefined if all are complete or the signal was aborted before.
 */
export async function watchRollouts(options: WatchOptions): Promise<Cause | undefined> {
  const { namespaces, endsComplete = () => false, onCause, signal } = options;
  const { now = () => performance.now(), wait = waitFor } = options;
  const stable = new StableCauses(onCause);
  const versions = new Map<string, number>();
  while (!signal.aborted) {
    const mayEnd = endsComplete();
    const looks = [...namespaces()].map((namespace) => lookInto(namespace, options, versions, now()));
    // After a look that failed, what was seen so far stays as it is.
    const seen = await Promise.all(looks).catch(() => undefined);
    if (signal.aborted) break;
    if (seen !== undefined) {
      const final = stable.see(
        seen.flatMap(({ causes }) => causes),
        now(),
      );
      if (final !== undefined) return final;
      if (mayEnd && seen.every(({ incomplete }) => incomplete === 0)) return undefined;
    }
    await wait(interval, signal);
  }
  return undefined;
}

/** What one look into a namespace shows. */
interface Look {
  /** How many rollouts that count are not complete. */
  readonly incomplete: number;
  /** The first cause of each of them that does not get on. */
  readonly causes: readonly Cause[];
}

/** @param versions since when, in milliseconds, each version of a Deployment has been seen; new ones are added */
async function lookInto(
  namespace: string,
  { list, counts = () => true, countsJob }: Pick<WatchOptions, "list" | "counts" | "countsJob">,
  versions: Map<string, number>,
  now: number,
): Promise<Look> {
  // First, so that what is listed afterwards is not older than it.
  const deployments = (await list("Deployment", namespace)).filter((each) => !isComplete(each) && counts(each));
  const jobs =
    countsJob === undefined
      ? []
      : (await list("Job", namespace)).filter((each) => !isJobComplete(each) && countsJob(each));
  const incomplete = deployments.length + jobs.length;
  if (incomplete === 0) return { incomplete, causes: [] };
  const [replicaSets, pods, events] = await Promise.all([
    list("ReplicaSet", namespace),
    list("Pod", namespace),
    list("Event", namespace),
  ]);
  const ofDeployments = deployments.flatMap((deployment) => {
    const version = `${deployment.metadata?.uid} ${deployment.metadata?.generation}`;
    const first = versions.get(version) ?? now;
    versions.set(version, first);
    const cause = firstCause({ deployment, replicaSets, pods, events }, (now - first) / 1000);
    return cause === undefined ? [] : [cause];
  });
  const ofJobs = jobs.flatMap((job) => jobCause({ job, pods, events }) ?? []);
  return { incomplete, causes: [...ofJobs, ...ofDeployments] };
}

/** Since when a rollout has had the same kind of cause, and since when that may be final; in milliseconds. */
interface Seen {
  readonly first: number;
  readonly mayBeFinal: number | undefined;
}

/** Remembers since when each service's rollout has had the same kind of cause, and what was told of it. */
class StableCauses {
  readonly #onCause: (cause: Cause) => void;
  readonly #told = new Set<string>();
  #seen: ReadonlyMap<string, Seen> = new Map();

  constructor(onCause: (cause: Cause) => void) {
    this.#onCause = onCause;
  }

  /**
   * Takes in what is seen now, and tells what has become stable.
   * @returns the first cause that cannot heal
   */
  see(causes: readonly Cause[], now: number): Cause | undefined {
    const seen = new Map(causes.map((cause) => [keyOf(cause), this.#update(cause, now)]));
    this.#seen = seen;
    let result: Cause | undefined;
    for (const cause of causes) {
      const { first, mayBeFinal } = seen.get(keyOf(cause)) ?? { first: now, mayBeFinal: undefined };
      const { shown, final = Number.POSITIVE_INFINITY } = cause.patience;
      const isFinal = mayBeFinal !== undefined && now - mayBeFinal >= final * 1000;
      if ((isFinal || now - first >= shown * 1000) && !this.#told.has(keyOf(cause))) {
        this.#told.add(keyOf(cause));
        this.#onCause(cause);
      }
      if (isFinal) result ??= cause;
    }
    return result;
  }

  #update(cause: Cause, now: number): Seen {
    const before = this.#seen.get(keyOf(cause));
    const mayBeFinal = cause.patience.final === undefined ? undefined : (before?.mayBeFinal ?? now);
    return { first: before?.first ?? now, mayBeFinal };
  }
}

function keyOf({ namespace, name, kind }: Cause): string {
  return `${namespace}/${name} ${kind}`;
}

async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
