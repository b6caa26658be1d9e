import { at } from "../recorder/registeredResource.ts";
import type { Kinds, List } from "../rollout/objects.ts";
import type { ApiClient } from "./apiClient.ts";

/** Where the objects of each kind are, and what is asked of them. */
const collections = {
  Deployment: ["apis/apps/v1", "deployments"],
  ReplicaSet: ["apis/apps/v1", "replicasets"],
  Job: ["apis/batch/v1", "jobs"],
  Pod: ["api/v1", "pods"],
  Event: ["api/v1", "events?fieldSelector=type%3DWarning"],
} as const;

/**
 * Lists what tells how rollouts go, with a site's client.
 * @throws ApiError if the API server refuses.
 * @throws RemoteError if it cannot be reached.
 */
export function listWith(client: Pick<ApiClient, "send">, signal?: AbortSignal): List {
  return async <Kind extends keyof Kinds>(kind: Kind, namespace: string): Promise<readonly Kinds[Kind][]> => {
    const [group, plural] = collections[kind];
    const path = `/${group}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
    const items = at(await client.send({ path, ...(signal === undefined ? {} : { signal }) }), "items");
    // The API server's own schema says what a list of this kind holds.
    return Array.isArray(items) ? (items as Kinds[Kind][]) : [];
  };
}
