import { mebibytes } from "../../../components/kubernetes/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { heapWords, type StatedHeap, statedHeap, withoutHeapWords } from "./heapWords.ts";

/** A description whose heap is said in one place, and what became of the other places. */
export interface SettledHeap {
  readonly service: Microservice;
  /** Variables of `env` from which words were taken out. */
  readonly variables: ReadonlySet<string>;
  /** `command` and `args`, where words were taken out: each word of before, as it is now or undefined where it went. */
  readonly lists: ReadonlyMap<string, readonly (string | undefined)[]>;
  /** `env.JAVA_OPTS`, `command[2]` -> the word there that sets the heap's size and cannot be taken out. */
  readonly left: ReadonlyMap<string, string>;
  /** What the heap was and is, a sentence; none where nobody stated it. */
  readonly notes: readonly string[];
}

/** The bounds of `jvm.heapPercentage`. */
const [least, most] = [10, 80];

/**
 * Moves what sets the heap's size into `jvm.heapPercentage`. A size on the command line or in a variable that its options
 * come from would go before what the component sets in `JAVA_TOOL_OPTIONS`.
 *
 * The JVM reads `JAVA_TOOL_OPTIONS`, then `JDK_JAVA_OPTIONS`, then the command line, then `_JAVA_OPTIONS`, and takes the last
 * word on a thing (java(1); `Arguments::parse`). `JAVA_OPTS`, `CATALINA_OPTS` and their like are read by scripts, which put
 * them onto the command line: where it names them, else before its own words, as Tomcat does.
 *
 * @param toolOptions the value of `JAVA_TOOL_OPTIONS` in the manifests; empty where there is none.
 * @param isLimited whether the manifests limit the memory. If not, the limit is raised to hold the heap.
 */
export function settleHeap(service: Microservice, toolOptions: string, isLimited: boolean): SettledHeap {
  const { requests, limits } = service.resources;
  const assumed = mebibytes(limits?.memory ?? requests.memory);
  const reads = readerOf(service);
  const found = statedHeap(effectiveWords(service, toolOptions, reads), assumed);
  const held =
    found === undefined || isLimited || fits(found.mebibytes, assumed) ? undefined : limitFor(found.mebibytes);
  const limit = held ?? assumed;
  const percentage = found === undefined ? undefined : Math.round((found.mebibytes * 100) / limit);
  const heapPercentage = percentage === undefined ? undefined : Math.min(most, Math.max(least, percentage));

  const own = new Set(words(service));
  const variables = new Map<string, string>();
  const left = new Map<string, string>();
  for (const [name, value] of Object.entries(service.env ?? {})) {
    if (typeof value !== "string" || !reads(name)) continue;
    const rest = withoutHeapWords(value);
    // A word of the command line that is nothing but this variable would be empty.
    const isWord = rest === "" && own.has(`$(${name})`);
    if (rest !== value && !isWord) variables.set(name, rest);
    const [word] = heapWords(isWord ? value : rest);
    if (word !== undefined) left.set(`env.${name}`, word.word);
  }
  const lists = new Map<string, readonly (string | undefined)[]>();
  for (const list of ["command", "args"] as const) {
    const before = service[list] ?? [];
    const after = before.map((text) => withoutHeapWords(text));
    // An empty list would be the image's own.
    const isEmpty = after.every((text, index) => text === "" && before[index] !== "");
    const now = isEmpty ? before : after;
    if (now.some((text, index) => text !== before[index])) {
      lists.set(
        list,
        now.map((text, index) => (text === "" && before[index] !== "" ? undefined : text)),
      );
    }
    for (const [index, text] of now.entries()) {
      const [word] = heapWords(text);
      if (word !== undefined) left.set(`${list}[${index}]`, word.word);
    }
  }
  return {
    service: {
      ...service,
      ...(held === undefined ? {} : { resources: { requests, limits: { ...limits, memory: `${held}Mi` } } }),
      ...(heapPercentage === undefined ? {} : { jvm: { ...service.jvm, heapPercentage } }),
      ...(variables.size === 0 ? {} : { env: { ...service.env, ...Object.fromEntries(variables) } }),
      ...Object.fromEntries([...lists].map(([list, texts]) => [list, texts.filter((text) => text !== undefined)])),
    },
    variables: new Set(variables.keys()),
    lists,
    left,
    notes:
      found === undefined || heapPercentage === undefined
        ? []
        : told(found, { heapPercentage, percentage, limit, held }),
  };
}

/** Before and after; nothing where they are the same. */
function told(
  { word, mebibytes: before }: StatedHeap,
  now: {
    readonly heapPercentage: number;
    readonly percentage: number | undefined;
    readonly limit: number;
    readonly held: number | undefined;
  },
): string[] {
  const { heapPercentage, percentage, limit, held } = now;
  const after = Math.floor((limit * heapPercentage) / 100);
  if (after === Math.floor(before) && held === undefined) return [];
  const parts = [
    `the heap was ${Math.floor(before)} MiB (${word}) and is ${after} MiB: jvm.heapPercentage ${heapPercentage} of the memory limit ${Math.floor(limit)}Mi`,
    ...(percentage === heapPercentage ? [] : [`${percentage} % is outside ${least} to ${most}: correct the limit`]),
    ...(held === undefined ? [] : ["no limit was stated, so it is one that holds this heap: measure and correct it"]),
  ];
  return [parts.join("; ")];
}

/** All words of a JVM that set its heap's size, the one that counts most last. */
function effectiveWords(service: Microservice, toolOptions: string, reads: (variable: string) => boolean): string[] {
  const texts = new Map(
    Object.entries(service.env ?? {}).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
  const named: ReadonlySet<string> = new Set(["JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"]);
  const mentioned = new Set(words(service).flatMap(referencesOf));
  const ofScripts = [...texts]
    .filter(([name]) => !named.has(name) && !mentioned.has(name) && reads(name))
    .sort(([one], [other]) => Number(one === "CATALINA_OPTS") - Number(other === "CATALINA_OPTS"))
    .map(([, text]) => text);
  const commandLine = words(service).map((word) =>
    word.replaceAll(reference, (whole, name: string) => texts.get(name) ?? whole),
  );
  const inOrder = [
    toolOptions,
    texts.get("JDK_JAVA_OPTIONS") ?? "",
    ...ofScripts,
    ...commandLine,
    texts.get("_JAVA_OPTIONS") ?? "",
  ];
  return inOrder.flatMap((text) => heapWords(text).map(({ word }) => word));
}

/** `$NAME`, `${NAME}` and `$(NAME)`: the shell's two forms, and Kubernetes' own. */
const reference = /\$[({]?([A-Za-z_][A-Za-z0-9_]*)[)}]?/g;

function referencesOf(text: string): string[] {
  return [...text.matchAll(reference)].map(([, name = ""]) => name);
}

function words({ command = [], args = [] }: Microservice): string[] {
  return [...command, ...args];
}

/**
 * Whether a JVM gets a variable's options. Where `java` is the command there is no script, so that beside the JVM's own
 * variables only those count that the command line names.
 */
function readerOf(service: Microservice): (variable: string) => boolean {
  const isJava = /(^|\/)java$/.test(service.command?.[0] ?? "");
  const mentioned = new Set(words(service).flatMap(referencesOf));
  return (variable) => !isJava || /^(JDK)?_JAVA_OPTIONS$/.test(variable) || mentioned.has(variable);
}

/** Whether a heap leaves a quarter of the memory for the rest, as the largest one of the component's own does. */
function fits(heap: number, limit: number): boolean {
  return heap <= 0.75 * limit;
}

/** The least limit from which the component would derive that heap: it keeps 300 MiB and 15 % of the limit for the rest. */
function limitFor(heap: number): number {
  return Math.ceil(Math.max(heap / 0.75, (heap + 300) / 0.85));
}
