import { stripVTControlCharacters } from "node:util";
import type { Cause } from "./cause.ts";
import { atOnce, remedies, triedAgain } from "./kinds.ts";
import { conditionOf, type Job, type KubernetesEvent, milliseconds, type Pod } from "./objects.ts";
import { plainLine } from "./plainLine.ts";
import { type PodCause, podCauses } from "./pods.ts";
import { refusalOf } from "./refusals.ts";

/** The annotation of a Job that names the service whose databases it changes. */
const serviceAnnotation = "gemelos.dev/migration-of";

/** Lines of a log that are shown: the stack trace of a tool is longer, its last cause is not. */
const mostLines = 12;

/** What tells how a migration goes. Objects of other Jobs may be among them. */
export interface JobObjects {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly events: readonly KubernetesEvent[];
}

/** Whether a Job has ended well. */
export function isJobComplete(job: Job): boolean {
  return conditionOf(job, "Complete")?.status === "True";
}

/** Whether a Job has ended, well or not: none of its pods runs any more. */
export function isJobOver(job: Job): boolean {
  return isJobComplete(job) || conditionOf(job, "Failed")?.status === "True";
}

/** The service whose databases a Job changes; undefined where it is another's. */
export function migratedService({ metadata }: Job): string | undefined {
  return metadata?.annotations?.[serviceAnnotation];
}

/** Why a migration does not get on, or has failed; undefined while nothing is known against it. */
export function jobCause({ job, pods, events }: JobObjects): Cause | undefined {
  if (isJobComplete(job)) return undefined;
  const { uid, name = "", namespace = "default", annotations = {} } = job.metadata ?? {};
  const own = pods
    .filter(({ metadata }) => (metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid))
    .toSorted((a, b) => created(b) - created(a));
  const of = (cause: PodCause, log: readonly string[] = []): Cause => ({
    ...{ ...cause, namespace, name: annotations[serviceAnnotation] ?? name, job: name },
    remedy: remedies[cause.kind],
    ...(log.length === 0 ? {} : { log }),
  });
  const failed = conditionOf(job, "Failed");
  const ended = own.flatMap((pod) => endOf(pod) ?? [])[0];
  const log = logOf(ended?.message);
  if (failed?.status === "True") {
    const why =
      failed.reason === "DeadlineExceeded"
        ? "did not end within its timeout (migration.timeout)"
        : `failed${ended === undefined ? `: ${plainLine(failed.message)}` : `, the last time with exit code ${ended.exitCode}`}`;
    const what = `the migration ${why}; the rollout has not begun, and the old release goes on`;
    return of({ kind: "migration", what, patience: atOnce, since: milliseconds(failed.lastTransitionTime) }, log);
  }
  const [newest] = own;
  const waiting = newest === undefined ? [] : podCauses(newest, about(newest.metadata?.uid, events));
  const [first] = newest !== undefined && endOf(newest) === undefined ? waiting : [];
  if (first !== undefined) return of(first);
  const refused = own.length > 0 ? undefined : about(uid, events).find(({ reason }) => reason === "FailedCreate");
  if (refused !== undefined) {
    const { kind, title, patience } = refusalOf(refused.message ?? "");
    return of({ kind, what: `${title}: ${plainLine(refused.message)}`, patience, since: undefined });
  }
  if (ended === undefined) return undefined;
  const what = `the migration ended with exit code ${ended.exitCode}, and is tried again`;
  return of({ kind: "migration", what, patience: triedAgain, since: undefined }, log);
}

function created({ metadata }: Pod): number {
  return milliseconds(metadata?.creationTimestamp) ?? 0;
}

function about(uid: string | undefined, events: readonly KubernetesEvent[]): KubernetesEvent[] {
  return events.filter(({ involvedObject }) => uid !== undefined && involvedObject.uid === uid);
}

/** How the container of a pod that failed ended. */
function endOf({ status }: Pod): { readonly exitCode: number; readonly message?: string } | undefined {
  if (status?.phase !== "Failed") return undefined;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.map(({ state }) => state?.terminated).find((ended) => ended !== undefined && ended.exitCode !== 0);
}

/** The last lines of a log, without what a terminal would obey. */
function logOf(message: string | undefined): string[] {
  return stripVTControlCharacters(message ?? "")
    .split(/\r?\n/)
    .map((line) => line.replace(/\p{Cc}+/gu, " ").trimEnd())
    .filter((line) => line !== "")
    .slice(-mostLines);
}
