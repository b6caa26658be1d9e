import { setTimeout as delay } from "node:timers/promises";
import { isProperties, listAt, type Properties, textAt } from "../protocol/values.ts";
import { ApiError, type Cluster, ConnectionError } from "./cluster.ts";

/** Which objects of a collection: `{ fieldSelector: "metadata.name=receipts" }`. */
export interface Selector {
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** Milliseconds until an API server that cannot be reached is asked again. */
const reconnectAfter = 1000;

/**
 * What stands in a collection, now and after each change: a list, then a watch from there on, and again from the start
 * when the watch ends or the API server goes away for a while. It ends by the signal only.
 * @throws ApiError where the API server refuses the list.
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

/** Whether an error is one of an API server that is restarting or has lost the watch's place. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500 || error.status === 410;
  // A stream that breaks off in its middle carries the socket's own error.
  return error instanceof ConnectionError || (error instanceof Error && "code" in error && error.code === "ECONNRESET");
}

function uidOf(object: Properties): string {
  return textAt(object, "metadata", "uid") ?? "";
}
