import { at } from "../recorder/registeredResource.ts";
import { collectionPath } from "../rollout/collections.ts";
import type { Kinds, ListAnywhere } from "../rollout/objects.ts";
import type { ApiClient } from "./apiClient.ts";

/**
 * Lists what tells how rollouts go, with a site's client.
 * @throws ApiError if the API server refuses.
 * @throws RemoteError if it cannot be reached.
 */
export function listWith(client: Pick<ApiClient, "send">, signal?: AbortSignal): ListAnywhere {
  return async <Kind extends keyof Kinds>(kind: Kind, namespace?: string): Promise<readonly Kinds[Kind][]> => {
    const path = `/${collectionPath(kind, namespace)}`;
    const items = at(await client.send({ path, ...(signal === undefined ? {} : { signal }) }), "items");
    // The API server's own schema says what a list of this kind holds.
    return Array.isArray(items) ? (items as Kinds[Kind][]) : [];
  };
}
