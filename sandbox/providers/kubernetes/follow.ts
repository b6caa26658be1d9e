import { setTimeout as delay } from "node:timers/promises";
import { isProperties, listAt, type Properties, textAt } from "../protocol/values.ts";
import { ApiError, type Cluster, ConnectionError } from "./cluster.ts";

/** Selects objects of a collection: `{ fieldSelector: "metadata.name=receipts" }`. */
export interface Selector {
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** Milliseconds before retrying an unreachable API server. */
const reconnectAfter = 1000;

/**
 * Yields the contents of a collection, now and after each change: a list, followed by a watch. Starts over when the
 * watch ends or the API server is temporarily unreachable. Only the signal ends it.
 * @throws ApiError if the API server rejects the list request.
 */
export async function* follow(
  cluster: Cluster,
  path: string,
  selector: Selector,
  signal: AbortSignal,
): AsyncGenerator<readonly Properties[]> {
  const query = new URLSearchParams({ ...selector });
  while (true) {
    try {
      const { body } = await cluster.request({ method: "GET", path: `${path}?${query}` }, signal);
      const present = new Map(
        listAt(body, "items")
          .filter(isProperties)
          .map((item) => [uidOf(item), item]),
      );
      yield [...present.values()];
      const watch = new URLSearchParams(query);
      watch.set("watch", "1");
      watch.set("resourceVersion", textAt(body, "metadata", "resourceVersion") ?? "");
      for await (const { type, object } of cluster.watch(`${path}?${watch}`, signal)) {
        if (type === "ERROR") break;
        if (type === "DELETED") present.delete(uidOf(object));
        else present.set(uidOf(object), object);
        yield [...present.values()];
      }
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      await delay(reconnectAfter, undefined, { signal });
    }
  }
}

/** Whether an error is temporary: the API server is restarting, or the watch has expired. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500 || error.status === 410;
  // A stream that is cut off fails with the socket's own error.
  return error instanceof ConnectionError || (error instanceof Error && "code" in error && error.code === "ECONNRESET");
}

function uidOf(object: Properties): string {
  return textAt(object, "metadata", "uid") ?? "";
}
