/** Something that a person must mend before anything can be made. */
export interface Problem {
  /** The file or folder in which it stands: `Pulumi.dc1.yaml`, `services/receipts`. */
  readonly file: string;
  /** The field in it: `gemelos:site.nodes[2].memory`. Empty where the whole file is meant. */
  readonly path: string;
  /** What is wrong, with the value, and what to do about it. */
  readonly message: string;
}

/** Orders fields as people count: line 9 before line 10. The locale is stated, so that the order is the same everywhere. */
const places = new Intl.Collator("en", { numeric: true });

/** All problems of one run, at once. Its message is what a person reads: one line a problem, sorted by place. */
export class ProblemsError extends Error {
  override readonly name = "ProblemsError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = problems.toSorted((a, b) => compareText(a.file, b.file) || places.compare(a.path, b.path));
    const count = sorted.length === 1 ? "1 problem" : `${sorted.length} problems`;
    super([`${count}, nothing was made:`, ...sorted.map((problem) => `  ${formatProblem(problem)}`)].join("\n"));
    this.problems = sorted;
  }
}

/** One problem as a line: file, field, message. */
function formatProblem({ file, path, message }: Problem): string {
  return path === "" ? `${file}: ${message}` : `${file}: ${path}: ${message}`;
}

/** Shows a value in a message: as JSON, cut at 80 characters, without the password of a URL. */
export function show(value: unknown): string {
  const json = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  const text = json.replace(/:\/\/[^/@\s"]+@/g, "://[hidden]@");
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Orders by UTF-16 code unit, so that the order is the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The path of a field in a nested value as a person writes it: `nodes[2].memory`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    // A key that holds dots or spaces stands in quotes: podLabels["app.kubernetes.io/name"].
    if (!/^[\w:-]+$/.test(String(key))) return `${text}[${JSON.stringify(String(key))}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

/**
 * Runs two readers and returns both results.
 * @throws ProblemsError with the problems of both, so that a person sees all of them at once.
 */
export async function collectProblems<First, Second>(
  first: () => First | Promise<First>,
  second: () => Second | Promise<Second>,
): Promise<[First, Second]> {
  const [one, two] = await Promise.allSettled([(async () => first())(), (async () => second())()]);
  if (one.status === "fulfilled" && two.status === "fulfilled") return [one.value, two.value];
  const reasons: unknown[] = [one, two].flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const other = reasons.find((reason) => !(reason instanceof ProblemsError));
  if (other !== undefined) throw other;
  throw new ProblemsError(reasons.flatMap((reason) => (reason instanceof ProblemsError ? reason.problems : [])));
}
