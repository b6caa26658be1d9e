import { listAt, type Properties, textAt } from "../../protocol/values.ts";
import type { Kind, ObjectName } from "../kinds.ts";
import type { Objects } from "../objects.ts";
import type { Readiness, Step } from "./readiness.ts";

/** How long to wait, and where to report progress. */
export interface Limits {
  readonly timeoutSeconds: number;
  readonly cancelled: AbortSignal;
  /** Called whenever the status changes. */
  readonly onStatus: (message: string) => void;
}

/**
 * Waits for the steps one after the other and reports each status change.
 * @returns the readiness of the first step that fails or times out; ready if none does
 */
export async function waitForSteps(
  objects: Objects,
  steps: readonly Step[],
  { namespace }: ObjectName,
  limits: Limits,
): Promise<Readiness> {
  const timeout = AbortSignal.timeout(limits.timeoutSeconds * 1000);
  const signal = AbortSignal.any([limits.cancelled, timeout]);
  let last: Readiness = { ready: true };
  try {
    for (const { kind, selector, judge } of steps) {
      let shown = "";
      for await (const present of objects.follow(kind, namespace, selector, signal)) {
        last = judge(present);
        if (last.ready || last.failed) break;
        if (last.message !== shown) limits.onStatus(last.message);
        shown = last.message;
      }
      if (!last.ready) return last;
    }
    return last;
  } catch (error) {
    if (!signal.aborted) throw error;
    const ended = limits.cancelled.aborted ? "cancelled while waiting" : `not ready after ${limits.timeoutSeconds} s`;
    return { ready: false, failed: true, message: last.ready ? ended : `${ended}: ${last.message}` };
  }
}

/**
 * Evaluates every step once, without waiting.
 * @param itself the object that the steps belong to, which need not be read again
 */
export async function judgeSteps(
  objects: Objects,
  steps: readonly Step[],
  { namespace }: ObjectName,
  itself: { readonly kind: Kind; readonly live: Properties },
): Promise<Readiness> {
  for (const { kind, selector, judge } of steps) {
    const present =
      kind.kind === itself.kind.kind
        ? [itself.live]
        : await objects.list(kind, namespace, selector.labelSelector ?? "");
    const readiness = judge(present);
    if (!readiness.ready) return readiness;
  }
  return { ready: true };
}

/**
 * Waits until an object is gone, or its name belongs to a new object.
 * @throws Error naming the finalizers if the object remains.
 */
export async function waitUntilGone(
  objects: Objects,
  kind: Kind,
  name: ObjectName,
  uid: string | undefined,
  limits: Limits,
): Promise<void> {
  const signal = AbortSignal.any([limits.cancelled, AbortSignal.timeout(limits.timeoutSeconds * 1000)]);
  let kept = "";
  try {
    const selector = { fieldSelector: `metadata.name=${name.name}` };
    for await (const [object] of objects.follow(kind, name.namespace, selector, signal)) {
      if (object === undefined || (uid !== undefined && textAt(object, "metadata", "uid") !== uid)) return;
      const finalizers = listAt(object, "metadata", "finalizers");
      const now = finalizers.length === 0 ? "it is still running" : `its finalizers are ${finalizers.join(", ")}`;
      if (now !== kept) limits.onStatus(now);
      kept = now;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(
      limits.cancelled.aborted
        ? "cancelled while it was being deleted"
        : `is still there ${limits.timeoutSeconds} s after its deletion began; ${kept}`,
    );
  }
}
