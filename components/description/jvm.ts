import { mebibytes, quantity } from "../kubernetes/index.ts";
import type { Jvm } from "../microservice.ts";
import { readJvmOption } from "./jvmOptions.ts";

/** Where a heap dump goes: a bounded volume of the pod. */
export const heapDumpPath = "/dumps";

/**
 * How long a JVM keeps what a name resolves to: 5 s instead of 30, so that a failover by DNS is seen within seconds. Where the
 * resolver fails, the last answer serves for another minute (from Java 21; Java 17 has no such property). Names that are not
 * found stay so for 10 s: `java.security` of every JDK says that, and goes before the property
 * `sun.net.inetaddr.negative.ttl`.
 */
export const addressCacheOptions: readonly string[] = ["-Dsun.net.inetaddr.ttl=5", "-Dsun.net.inetaddr.stale.ttl=60"];

/** HotSpot's collectors, as in `-XX:+Use<collector>GC`. */
const collectors = ["Serial", "G1", "Parallel", "Z", "Shenandoah"] as const;
type Collector = (typeof collectors)[number];

/** Requests and limits of one replica's CPU and memory, as Kubernetes quantities. */
export interface ResolvedResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string | undefined; readonly memory: string };
}

/** The size of the JVM inside its container, and what the JVM chooses by itself from that. */
export interface ResolvedJvm {
  /** Heap in percent of the memory limit. Initial and maximum heap are the same, so that a lack of memory shows at start. */
  readonly heapPercentage: number;
  /** Heap in mebibytes, rounded down. */
  readonly heapMebibytes: number;
  /** Mebibytes of the limit that directories in memory may fill. */
  readonly directoryMebibytes: number;
  /** Mebibytes left for metaspace, code cache, threads, direct buffers and the collector itself. */
  readonly otherMebibytes: number;
  /** Processors that the JVM counts; thread pools and collector threads follow from it. */
  readonly processors: number;
  /**
   * The stated garbage collector, or the one that a JVM picks by itself: Serial under two processors or 1792 MiB, else G1.
   */
  readonly collector: Collector;
  /** Whether an OutOfMemoryError writes a heap dump to {@link heapDumpPath}. */
  readonly heapDump: boolean;
  /** The options that the description states, as the JVM reads them: without the quotes that keep a space. */
  readonly statedOptions: readonly string[];
  /** The value of `JAVA_TOOL_OPTIONS`. */
  readonly options: string;
}

/** With less memory a JVM does not take its machine for a server, and picks Serial (HotSpot, `is_server_class_machine`). */
const serverClassMebibytes = 1792;

/**
 * Derives the JVM's options from the container's limits.
 *
 * Metaspace, code cache, thread stacks and buffers do not shrink with the container: 300 MiB and 15 % of the limit are kept
 * for them, and the heap gets the rest, at most 75 %; what directories in memory may fill is no part of that limit. So 1 GiB gives 55 %, 2 GiB 70 %, 4 GiB 75 %. Under 400 MiB the heap
 * keeps 25 % at the expense of everything else, and `render` warns.
 *
 * @param cardholderData whether the heap may hold card numbers: then neither a heap dump nor a core file is written.
 * @param directoryMebibytes what directories in memory may fill. Default: nothing.
 */
export function resolveJvm(
  jvm: Jvm,
  { requests, limits }: ResolvedResources,
  cardholderData: boolean,
  directoryMebibytes = 0,
): ResolvedJvm {
  const limit = mebibytes(limits.memory);
  const heapPercentage = jvm.heapPercentage ?? derivedHeapPercentage(limit, limit - directoryMebibytes);
  const heapMebibytes = Math.floor((limit * heapPercentage) / 100);
  const statedOptions = (jvm.options ?? []).map(readJvmOption);
  const statedProcessors = statedProcessorCount(statedOptions);
  const processors =
    statedProcessors ??
    (limits.cpu === undefined ? Math.max(2, Math.ceil(quantity(requests.cpu))) : Math.ceil(quantity(limits.cpu)));
  const heapDump = jvm.heapDump ?? !cardholderData;
  const collector = chosenCollector(statedOptions, limit, processors);
  const options = [
    `-XX:InitialRAMPercentage=${heapPercentage}.0`,
    // Without it HotSpot ignores MaxRAMPercentage where the maximum heap would be under 125 MiB.
    `-XX:MinRAMPercentage=${heapPercentage}.0`,
    `-XX:MaxRAMPercentage=${heapPercentage}.0`,
    "-XX:+ExitOnOutOfMemoryError",
    ...(!heapDump ? [] : ["-XX:+HeapDumpOnOutOfMemoryError", `-XX:HeapDumpPath=${heapDumpPath}`]),
    // A core file holds the heap too, and it is on wherever the runtime allows it.
    ...(cardholderData ? ["-XX:-CreateCoredumpOnCrash"] : []),
    ...(limits.cpu === undefined && statedProcessors === undefined ? [`-XX:ActiveProcessorCount=${processors}`] : []),
    ...addressCacheOptions,
    ...(jvm.options ?? []),
  ];
  return {
    heapPercentage,
    heapMebibytes,
    directoryMebibytes,
    otherMebibytes: Math.floor(limit - directoryMebibytes) - heapMebibytes,
    processors,
    collector,
    heapDump,
    statedOptions,
    options: options.join(" "),
  };
}

function statedProcessorCount(options: readonly string[]): number | undefined {
  const [, count] =
    /^-XX:ActiveProcessorCount=(\d+)$/.exec(options.find((option) => option.includes("ActiveProcessorCount")) ?? "") ??
    [];
  return count === undefined ? undefined : Number(count);
}

/** The heap in percent of the limit, made from what the JVM may use of it. */
function derivedHeapPercentage(limitMebibytes: number, usableMebibytes: number): number {
  const kept = 300 + 0.15 * usableMebibytes;
  const share = Math.min(75, Math.max(25, Math.floor(((usableMebibytes - kept) / usableMebibytes) * 100)));
  return usableMebibytes === limitMebibytes ? share : Math.floor((share * usableMebibytes) / limitMebibytes);
}

function chosenCollector(options: readonly string[], limitMebibytes: number, processors: number): Collector {
  const stated = collectors.find((collector) => options.includes(`-XX:+Use${collector}GC`));
  return stated ?? (processors < 2 || limitMebibytes < serverClassMebibytes ? "Serial" : "G1");
}
