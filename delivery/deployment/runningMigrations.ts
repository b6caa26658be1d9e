import { setTimeout as wait } from "node:timers/promises";
import { ApiError } from "../../clusterClient/index.ts";
import { isJobOver, jobCause, migratedService } from "../../rollout/jobs.ts";
import { type Job, type ListAnywhere, milliseconds, type Pod } from "../../rollout/objects.ts";

/** How migrations are waited for that a deployment has left running. */
export interface RunningMigrations {
  /** Context of the site in KUBECONFIG. */
  readonly context: string;
  /** @throws ApiError where the API server refuses */
  readonly list: ListAnywhere;
  readonly tell: (line: string) => void;
  /** Ends the wait: its reason is thrown. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds between two looks.
   * @default 2000
   */
  readonly interval?: number;
}

/**
 * Waits for the migrations that a deployment before this one has left running when it was stopped: the engine would replace their
 * Jobs, and end a tool in the middle of a change. A Job that cannot get on is not waited for, since nothing runs in it.
 */
export async function awaitMigrations(running: RunningMigrations): Promise<void> {
  const { tell, signal, interval = 2000 } = running;
  const told = new Set<string>();
  const awaited = new Set<string>();
  for (;;) {
    const found = await lookFor(running, awaited.size > 0);
    for (const { key, line } of found ?? []) {
      if (!told.has(key)) tell(line);
      told.add(key);
    }
    const open = found?.filter(({ isAwaited }) => isAwaited);
    if (open?.length === 0) break;
    for (const { service } of open ?? []) awaited.add(service);
    // The signal's own reason says who ends it.
    await wait(interval, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  if (awaited.size > 0) tell(`the migration has ended, and the deployment goes on: ${[...awaited].join(", ")}`);
}

/** A migration that has not ended, or what is said in place of one. */
interface OpenMigration {
  /** What it is known by, so that the same is told once. */
  readonly key: string;
  readonly service: string;
  readonly isAwaited: boolean;
  readonly line: string;
}

/** @returns undefined where it cannot be read for a while: what was seen to run may still do so */
async function lookFor(running: RunningMigrations, isWaiting: boolean): Promise<readonly OpenMigration[] | undefined> {
  try {
    const jobs = (await running.list("Job")).filter((job) => migratedService(job) !== undefined && !isJobOver(job));
    return await Promise.all(jobs.map((job) => lookAt(job, running)));
  } catch (error) {
    running.signal.throwIfAborted();
    if (isWaiting) return undefined;
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    const line = `whether a migration still runs is not known, since this user may not list Jobs; see to it that none does: kubectl --context ${running.context} get jobs -A`;
    return [{ key: "", service: "", isAwaited: false, line }];
  }
}

async function lookAt(job: Job, { list, context }: RunningMigrations): Promise<OpenMigration> {
  const { name = "", namespace = "default", uid = "" } = job.metadata ?? {};
  const service = migratedService(job) ?? name;
  const [pods, events] = await Promise.all([list("Pod", namespace), list("Event", namespace)]);
  const cause = jobCause({ job, pods, events });
  const isStuck = cause?.patience.final !== undefined && !pods.some((pod) => isRunningOf(pod, uid));
  const what = `the migration of ${service} (Job ${namespace}/${name}) of a deployment that was stopped`;
  return {
    ...{ key: `${uid} ${isStuck}`, service, isAwaited: !isStuck },
    line: isStuck
      ? `${what} does not get on, and is not waited for: ${cause.what}`
      : `${what} still runs: waiting for its end${deadline(job)}, since to replace it would stop it in the middle; to end it by hand: kubectl --context ${context} delete job -n ${namespace} ${name}`,
  };
}

function isRunningOf({ metadata, status }: Pod, uid: string): boolean {
  return status?.phase === "Running" && (metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);
}

/** By when Kubernetes ends it; in UTC. */
function deadline({ spec, status }: Job): string {
  const [start, seconds] = [milliseconds(status?.startTime), spec?.activeDeadlineSeconds];
  if (start === undefined || seconds === undefined) return "";
  return `, ${new Date(start + seconds * 1000).toISOString()} at the latest`;
}
