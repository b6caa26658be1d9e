import { mebibytes } from "../../../components/kubernetes/index.ts";
import { sizeInMebibytes } from "../reading/heapWords.ts";

/** HotSpot's `MaxHeapSize` on 64 bits, in MiB: where half of the memory is less, that half is the heap (`Arguments::set_heap_size`). */
const smallHeap = 124.8;

/** The least heap of any other memory: that, in whole steps of 2 MiB. */
const leastHeap = 126;

/**
 * The largest heap of a JVM, in words: `64 MiB`, or a part of the node's memory where no limit holds.
 * @param words its options and whatever stands beside them: values of variables, words of the command line.
 * @param limit the container's memory limit, as a Kubernetes quantity.
 */
export function heapText(words: readonly string[], limit: string | undefined): string {
  const options = words.flatMap((word) => word.split(/[\s"']+/));
  const last = (pattern: RegExp) => options.map((option) => pattern.exec(option)?.[1]).findLast((found) => found);
  const fixed = last(/^-(?:Xmx|XX:MaxHeapSize=)(\d+[kKmMgGtT]?)$/);
  if (fixed !== undefined) return `${Math.floor(sizeInMebibytes(fixed))} MiB`;
  const percentage = last(/^-XX:MaxRAMPercentage=([\d.]+)$/);
  const stated = percentage === undefined ? undefined : Number(percentage);
  if (limit === undefined) return `${stated ?? 25} % of the node's memory`;
  const memory = mebibytes(limit);
  const [share, least] = [(memory * (stated ?? 25)) / 100, Number(last(/^-XX:MinRAMPercentage=([\d.]+)$/) ?? 50)];
  const half = (memory * least) / 100;
  return `${Math.floor(half < smallHeap ? half : Math.max(share, leastHeap))} MiB`;
}
