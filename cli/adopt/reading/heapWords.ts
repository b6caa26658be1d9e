/** A word that sets the heap's size, within a text. */
export interface HeapWord {
  /** As it stands: `-Xmx700m`. */
  readonly word: string;
  /** Where it begins and ends in the text. */
  readonly start: number;
  readonly end: number;
  /** Whether what it says is known, and nothing else is lost when it goes: it stands between no quotes. */
  readonly isPlain: boolean;
}

/** The largest heap that words ask for. */
export interface StatedHeap {
  readonly word: string;
  readonly mebibytes: number;
}

/** What a description refuses under `jvm.options`, since it follows from the memory limit. */
const heapWord = /(?<=^|[\s"'])-(?:Xm[sx]|XX:(?:Initial|Max|Min)RAM|XX:(?:Initial|Max)HeapSize)[^\s"']*/g;

const known =
  /^-(?:Xm[sx]\d+[kKmMgGtT]?|XX:(?:Initial|Max)HeapSize=\d+[kKmMgGtT]?|XX:MaxRAM=\d+[kKmMgGtT]?|XX:(?:Initial|Max|Min)RAM(?:Percentage=\d+(?:\.\d+)?|Fraction=\d+))$/;

/** The words of a text, such as a command line or the value of `JAVA_OPTS`, that set the heap's size. */
export function heapWords(text: string): HeapWord[] {
  let [end, doubles, singles] = [0, 0, 0];
  return [...text.matchAll(heapWord)].map(({ 0: word, index: start }) => {
    const before = text.slice(end, start);
    doubles += before.split('"').length - 1;
    singles += before.split("'").length - 1;
    end = start + word.length;
    return { word, start, end, isPlain: known.test(word) && doubles % 2 === 0 && singles % 2 === 0 };
  });
}

/** A text without those of its words that set the heap's size and are plain. */
export function withoutHeapWords(text: string): string {
  const plain = heapWords(text).filter(({ isPlain }) => isPlain);
  if (plain.length === 0) return text;
  const bounds = [0, ...plain.flatMap(({ start, end }) => [start, end]), text.length];
  const kept = bounds.flatMap((start, index) => (index % 2 === 0 ? [text.slice(start, bounds[index + 1])] : []));
  return kept
    .map((part, index) => (index === 0 ? part : part.replace(/^[ \t]+/, "")))
    .join("")
    .trim();
}

/**
 * The heap that the JVM makes of words, the last of which counts most. A size goes before every share of the memory, wherever
 * each stands: HotSpot looks at shares only where no maximum is set (`Arguments::set_heap_size`).
 * @param limit the container's memory in MiB.
 */
export function statedHeap(words: readonly string[], limit: number): StatedHeap | undefined {
  const of = (pattern: RegExp, mebibytes: (value: string) => number) =>
    words.flatMap((word) => {
      const value = pattern.exec(word)?.[1];
      return value === undefined ? [] : [{ word, mebibytes: mebibytes(value) }];
    });
  return (
    of(/^-(?:Xmx|XX:MaxHeapSize=)(\d+[kKmMgGtT]?)$/, sizeInMebibytes).at(-1) ??
    of(/^-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)$/, (share) => (limit * Number(share)) / 100).at(-1) ??
    of(/^-XX:MaxRAMFraction=(\d+)$/, (part) => limit / Math.max(1, Number(part))).at(-1)
  );
}

/** `768m` and `1g`, as the JVM reads them: bytes where no unit stands. */
export function sizeInMebibytes(size: string): number {
  const unit = "kmgt".indexOf(size.slice(-1).toLowerCase());
  return (Number.parseInt(size, 10) * 1024 ** (unit + 1)) / 2 ** 20;
}
