import type { Kinds } from "./objects.ts";

/** Group with version and plural of each kind, and what is asked of it. */
const collections = {
  Deployment: ["apis/apps/v1", "deployments"],
  ReplicaSet: ["apis/apps/v1", "replicasets"],
  StatefulSet: ["apis/apps/v1", "statefulsets"],
  DaemonSet: ["apis/apps/v1", "daemonsets"],
  Job: ["apis/batch/v1", "jobs"],
  Node: ["api/v1", "nodes"],
  Pod: ["api/v1", "pods"],
  Event: ["api/v1", "events?fieldSelector=type%3DWarning"],
} as const satisfies Record<keyof Kinds, readonly [string, string]>;

/**
 * Where the API server lists the objects of a kind, without a slash at the beginning: `apis/batch/v1/namespaces/payments/jobs`.
 * @param namespace default: all
 */
export function collectionPath(kind: keyof Kinds, namespace?: string): string {
  const [group, plural] = collections[kind];
  return namespace === undefined
    ? `${group}/${plural}`
    : `${group}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}
