/** What keeps a rollout from getting on, by kind. */
export type CauseKind =
  | "refused"
  | "quota"
  | "image"
  | "unschedulable"
  | "crash"
  | "out-of-memory"
  | "configuration"
  | "start"
  | "probe"
  | "deadline"
  | "migration";

/** How long a cause has to be seen without a break before it is shown, and before it no longer heals by itself. */
export interface Patience {
  /** Seconds before it is shown. */
  readonly shown: number;
  /** Seconds before it is final; undefined while only the Deployment's deadline makes it so. */
  readonly final: number | undefined;
}

/** For what only a change of the object can heal. */
export const atOnce: Patience = { shown: 0, final: 0 };

/** A cause that is gone in the next few seconds is not worth a line. */
const shown = 5;

/**
 * A pod that is stopped keeps its node's room and its share of the quota for its grace period, at most 45 s here; a
 * kubelet asks an image registry again after 10, 20 and 40 s; the External Secrets Operator and a kubelet try again
 * within a minute.
 */
export const retried: Patience = { shown, final: 60 };

/** What lacks room while the rollout itself is about to give some back. */
export const roomComes: Patience = { shown, final: undefined };

/** A webhook's `no` may come from a pod of its own that has just started with old rules; a second one counts. */
export const denied: Patience = { shown: 0, final: 15 };

/** As long as a container crashes and starts again, it is shown, and may still come up. */
export const starting: Patience = { shown, final: undefined };

/** What a container has tried often enough. */
export const triedEnough: Patience = { shown: 0, final: 0 };

/**
 * Restarts after which a crash does not heal: between them a kubelet pauses for 10, 20 and 40 s, longer than what a
 * service waits for takes to come up.
 */
export const crashRestarts = 3;

/** Restarts after which memory that was not enough is not going to be: nothing but the limit decides it. */
export const memoryRestarts = 2;

/** A readiness probe fails while an application starts: only one that goes on failing is shown. */
export const probing: Patience = { shown: 20, final: undefined };

/** A start-up probe fails until an application has started, which takes a Java service up to a minute. */
export const probingStart: Patience = { shown: 60, final: undefined };

/** A Job tries again, with another pod, until it has failed. */
export const triedAgain: Patience = { shown: 0, final: undefined };

/** What to do, by kind. */
export const remedies: Readonly<Record<CauseKind, string>> = {
  refused: "change the pod so that the namespace's rules allow it, or the rules, and deploy again",
  quota: "free some of the namespace's quota or raise it; a quota of this program follows from its services",
  image: "check that the image and its tag are in the registry, and that the namespace's pull Secret may read it",
  unschedulable: "lower the requests or the rules for nodes, or free or add a node",
  crash: "read the log of the container that ended: kubectl logs --previous",
  "out-of-memory": "raise the memory limit, or lower what the application uses",
  configuration: "create what is missing, or correct its name; npm run secrets -- status shows secrets in Vault",
  start: "correct the container's command, arguments or mounts",
  probe: "read the container's log; correct the probe's path and port, or what the application waits for",
  migration:
    "correct the change or what it needs, and deploy again, which runs it anew; a lock that is left behind or a failed version: docs/delivery.md, Database changes",
  deadline: "look at the pods: kubectl describe pod; raise startupSeconds if the service only needs longer",
};
