import type { Deployment, Job } from "./objects.ts";

/** A Deployment or a Job by its name. */
export interface RolloutName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Seconds after which a Deployment counts although its `spec` is as before: the update is the same as one that failed
 * before, or concerns labels only. Until then it may still be the old one, which the update is about to heal.
 */
const sameSpecSeconds = 20;

/**
 * The Deployments, or the Jobs, that an update changes at the moment. One that was broken before does not count while the update has
 * not reached it.
 */
export class ChangingRollouts {
  readonly #before: ReadonlyMap<string, Deployment | Job>;
  readonly #now: () => number;
  readonly #started = new Map<string, RolloutName & { readonly start: number }>();

  /**
   * @param before all of them before the update
   * @param now the time in milliseconds, from any beginning; default the process's own monotonic clock
   */
  constructor(before: readonly (Deployment | Job)[], now: () => number = () => performance.now()) {
    this.#before = new Map(before.map((each) => [keyOf(each.metadata ?? {}), each]));
    this.#now = now;
  }

  /** The update begins to change one. */
  start(rollout: RolloutName): void {
    this.#started.set(keyOf(rollout), { ...rollout, start: this.#now() });
  }

  /** The update is done with one. */
  end(rollout: RolloutName): void {
    this.#started.delete(keyOf(rollout));
  }

  /** The namespaces of those that the update is changing. */
  get namespaces(): ReadonlySet<string> {
    return new Set([...this.#started.values()].map(({ namespace }) => namespace));
  }

  /** Whether the update is changing this one and has reached it. */
  counts({ metadata = {} }: Deployment | Job): boolean {
    const started = this.#started.get(keyOf(metadata));
    if (started === undefined) return false;
    const before = this.#before.get(keyOf(metadata))?.metadata;
    const reached = before?.uid !== metadata.uid || (before?.generation ?? 0) < (metadata.generation ?? 0);
    return reached || this.#now() - started.start >= sameSpecSeconds * 1000;
  }
}

function keyOf({ namespace = "default", name = "" }: { readonly namespace?: string; readonly name?: string }): string {
  return `${namespace}/${name}`;
}
