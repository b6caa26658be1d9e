import { setTimeout } from "node:timers/promises";
import { type Cause, firstCause, isComplete } from "./cause.ts";
import type { Deployment, List } from "./objects.ts";

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
 * Follows rollouts, about once a second with at most four requests for each namespace, until one cannot heal by itself.
 * A look that fails, such as for an API server that restarts, is skipped.
 * @returns the cause of the rollout that cannot heal, or undefined if the signal was aborted before.
 */
export async function watchRollouts(options: WatchOptions): Promise<Cause | undefined> {
  const { list, namespaces, counts = () => true, onCause, signal } = options;
  const { now = () => performance.now(), wait = waitFor } = options;
  const stable = new StableCauses(onCause);
  while (!signal.aborted) {
    const looks = [...namespaces()].map((namespace) => causesIn(list, namespace, counts));
    // After a look that failed, what was seen so far stays as it is.
    const causes = await Promise.all(looks).catch(() => undefined);
    if (signal.aborted) break;
    const final = causes === undefined ? undefined : stable.see(causes.flat(), now());
    if (final !== undefined) return final;
    await wait(interval, signal);
  }
  return undefined;
}

/** The first cause of each Deployment of a namespace that does not get on. */
async function causesIn(list: List, namespace: string, counts: (deployment: Deployment) => boolean): Promise<Cause[]> {
  // First, so that what is listed afterwards is not older than it.
  const deployments = (await list("Deployment", namespace)).filter((each) => !isComplete(each) && counts(each));
  if (deployments.length === 0) return [];
  const [replicaSets, pods, events] = await Promise.all([
    list("ReplicaSet", namespace),
    list("Pod", namespace),
    list("Event", namespace),
  ]);
  return deployments.flatMap((deployment) => {
    const cause = firstCause({ deployment, replicaSets, pods, events });
    return cause === undefined ? [] : [cause];
  });
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
