import { hideLogins, hideSecrets } from "./cleartext/index.ts";

/** A validation error in the user's input. */
export interface Diagnostic {
  /** File or folder of the input: `Pulumi.dc1.yaml`, `services/receipts`. */
  readonly file: string;
  /** Field in the file: `gemelos:site.nodes[2].memory`. Empty where the whole file is meant. */
  readonly path: string;
  /** What is wrong, with the value, and what to do about it. */
  readonly message: string;
  /**
   * Where the field is in the file.
   * @default not known
   */
  readonly position?: Position;
}

/** A place in a text file, as editors count: from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Orders fields as people count: line 9 before line 10. The locale is stated, so that the order is the same everywhere. */
const byPath = new Intl.Collator("en", { numeric: true });

/**
 * Input that cannot be used: a site's file, the catalogue, a description. Carries all diagnostics of a run; the message has
 * one line for each, sorted by file, position and path.
 */
export class ValidationError extends Error {
  override readonly name = "ValidationError";
  /** Sorted by file, position and path; at least one. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const sorted = diagnostics.toSorted(
      (a, b) =>
        compareText(a.file, b.file) || comparePositions(a.position, b.position) || byPath.compare(a.path, b.path),
    );
    const count = sorted.length === 1 ? "1 problem" : `${sorted.length} problems`;
    super(
      [`${count}, nothing was changed:`, ...sorted.map((diagnostic) => `  ${formatDiagnostic(diagnostic)}`)].join("\n"),
    );
    this.diagnostics = sorted;
  }
}

/** A diagnostic as one line: file with line and column, which terminals and editors open, then path and message. */
export function formatDiagnostic({ file, position, path, message }: Diagnostic): string {
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  return path === "" ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
}

/** What has no position is about the whole file, and comes first. */
function comparePositions(a: Position = { line: 0, column: 0 }, b: Position = { line: 0, column: 0 }): number {
  return a.line - b.line || a.column - b.column;
}

/** The place of a character in a text, of its end where the index is behind it. */
export function positionOf(text: string, index: number): Position {
  const before = text.slice(0, index);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: before.length - start + 1 };
}

/** Shows a value in a message: as JSON, cut at 80 characters. What looks like a secret in it is not shown. */
export function formatValue(value: unknown): string {
  const json = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  const withoutUsers = hideLogins(json);
  // A part that is left of a secret would still say something of it.
  const text = hideSecrets(withoutUsers) === withoutUsers ? withoutUsers : '"[hidden]"';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** The path of a field in a nested value as people write it: `nodes[2].memory`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    // A key that holds dots or spaces is quoted: podLabels["app.kubernetes.io/name"].
    if (!/^[\w:-]+$/.test(String(key))) return `${text}[${JSON.stringify(String(key))}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

/** Orders text by UTF-16 code unit, so that the order is the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Runs two readers and returns both results.
 * @throws ValidationError with the diagnostics of both readers, so that a person sees all of them at once.
 */
export async function collectDiagnostics<First, Second>(
  first: () => First | Promise<First>,
  second: () => Second | Promise<Second>,
): Promise<[First, Second]> {
  const [one, two] = await Promise.allSettled([(async () => first())(), (async () => second())()]);
  if (one.status === "fulfilled" && two.status === "fulfilled") return [one.value, two.value];
  const reasons: unknown[] = [one, two].flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const other = reasons.find((reason) => !(reason instanceof ValidationError));
  if (other !== undefined) throw other;
  throw new ValidationError(reasons.flatMap((reason) => (reason instanceof ValidationError ? reason.diagnostics : [])));
}

/** Collects the diagnostics of several steps, each of which may throw a {@link ValidationError}. */
export class DiagnosticCollector {
  readonly #diagnostics: Diagnostic[] = [];

  /** The result of a step; `otherwise` where its input is not valid, so that the next steps can still be checked. */
  attempt<Result>(step: () => Result, otherwise: Result): Result {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      this.#diagnostics.push(...error.diagnostics);
      return otherwise;
    }
  }

  /** Waits for a step that has begun. */
  async attemptLater(step: Promise<void>): Promise<void> {
    const [ended] = await Promise.allSettled([step]);
    if (ended.status === "rejected") this.attempt(() => raise(ended.reason), undefined);
  }

  /** Adds what somebody else has found. */
  add(diagnostics: readonly Diagnostic[]): void {
    this.#diagnostics.push(...diagnostics);
  }

  /** @throws ValidationError with all that was collected, if there is any. */
  finish(): void {
    if (this.#diagnostics.length > 0) throw this.error();
  }

  /** All that was collected, which is at least one diagnostic. */
  error(): ValidationError {
    return new ValidationError(this.#diagnostics);
  }
}

function raise(error: unknown): never {
  throw error;
}
