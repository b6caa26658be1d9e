import { addressCacheOptions, splitJvmOptions } from "../../../components/description/index.ts";
import { mebibytes } from "../../../components/kubernetes/index.ts";
import type { Jvm } from "../../../components/microservice.ts";
import { wordsWithoutSecrets } from "./secretText.ts";
import type { Hindrance } from "./sourceVariables.ts";
import { statedOrNothing } from "./stated.ts";

/** Options that the component sets itself, from the memory limit and the service's fields. */
const ownOptions =
  /^-(Xm[sx]|XX:(Initial|Max|Min)RAM|XX:(Initial|Max)HeapSize|XX:[+-](ExitOnOutOfMemoryError|HeapDumpOnOutOfMemoryError)|XX:HeapDumpPath|XX:ActiveProcessorCount|XX:[+-]UseContainerSupport)/;

function isSet(option: string): boolean {
  return ownOptions.test(option) || addressCacheOptions.includes(option);
}

/** What the value of `JAVA_TOOL_OPTIONS` says in a description's terms. */
interface ReadJvm {
  readonly jvm: Jvm | undefined;
  /** Variables that the options name in the place of secrets that stood in the clear. */
  readonly variables: readonly string[];
  /** Why some of it is not in `jvm`. */
  readonly hindrance: Hindrance | undefined;
}

/**
 * Reads the JVM's options: a heap in percent of the memory limit, and those that are the service's own.
 * @param taken variable -> the secret that it stands for elsewhere; those of the options are added.
 */
export function readJvm(text: string, memoryLimit: string, taken: Map<string, string>): ReadJvm {
  const split = splitJvmOptions(text);
  if (split === undefined) return { jvm: undefined, variables: [], hindrance: openQuote };
  const read = split.map((option) => option.read);
  const heap = read.map((option) => heapPercentage(option, memoryLimit)).find((percentage) => percentage !== undefined);
  const own = split
    .filter((option) => option.read.startsWith("-") && !isSet(option.read))
    // A description wants to see that it is an option: a quote may as well open behind the hyphen.
    .map(({ written }) => written.replace(/^((?:""|'')*["'])-/, "-$1"));
  const clean = wordsWithoutSecrets(own, taken);
  return {
    jvm: statedOrNothing({
      heapPercentage: heap === undefined ? undefined : Math.min(80, Math.max(10, heap)),
      options: clean === undefined || clean.words.length === 0 ? undefined : clean.words,
      heapDump: dumps(read) ? undefined : false,
    }),
    variables: clean?.variables ?? [],
    hindrance: clean === undefined ? secretOption : undefined,
  };
}

const openQuote: Hindrance = {
  reason: "a quote in it has no partner, and no JVM starts with that",
  remedy: "close the quote, which nothing can escape, and give the file again",
};

const secretOption: Hindrance = {
  reason:
    "one of these options holds a secret without a name, and index.ts ends up in Git; none of them was taken over",
  remedy: "put the value under secrets, and the options under jvm.options, with the variable's name in it: $(VARIABLE)",
};

/** Whoever wrote what happens without memory, and not a dump, wants none. */
function dumps(options: readonly string[]): boolean {
  if (options.includes("-XX:+HeapDumpOnOutOfMemoryError")) return true;
  return !options.some((option) =>
    /^-XX:(-HeapDumpOnOutOfMemoryError|[+](ExitOn|CrashOn)OutOfMemoryError)$/.test(option),
  );
}

function heapPercentage(option: string, memoryLimit: string): number | undefined {
  const percentage = /^-XX:MaxRAMPercentage=(\d+)/.exec(option)?.[1];
  if (percentage !== undefined) return Number(percentage);
  const [, size, unit = ""] = /^-(?:Xmx|XX:MaxHeapSize=)(\d+)([kKmMgG]?)$/.exec(option) ?? [];
  if (size === undefined) return undefined;
  const factor = { "": 1 / 2 ** 20, k: 1 / 1024, m: 1, g: 1024 }[unit.toLowerCase()] ?? 1;
  return Math.round((Number(size) * factor * 100) / mebibytes(memoryLimit));
}
