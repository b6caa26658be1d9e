import { parseXml, XmlElement } from "@rgrove/parse-xml";

/** How many tests there were, and how many of them did not pass or were left out. */
export interface TestCounts {
  readonly total: number;
  /** Failures and errors. */
  readonly failed: number;
  readonly skipped: number;
}

/** What a log holds. */
export interface ReadLog {
  /** The reports between the markers, as they are. */
  readonly reports: readonly string[];
  /** All of them together; undefined without any. */
  readonly counts: TestCounts | undefined;
  /** What is wrong with a report; undefined where nothing is. */
  readonly problem: string | undefined;
  /** The lines outside the markers. */
  readonly lines: readonly string[];
}

/** Lines between which a report stands in a log. */
export const markers = { begin: "-----BEGIN JUNIT-----", end: "-----END JUNIT-----" } as const;

/** Takes the reports (JUnit's XML) out of a log, which is how they leave a pod without a volume. */
export function readLog(log: string): ReadLog {
  const reports: string[] = [];
  const lines: string[] = [];
  let report: string[] | undefined;
  for (const line of log.split(/\r?\n/)) {
    if (line.trim() === markers.begin) report = [];
    else if (line.trim() === markers.end && report !== undefined) {
      reports.push(`${report.join("\n").trim()}\n`);
      report = undefined;
    } else (report ?? lines).push(line);
  }
  const counted = reports.map(count);
  const unreadable = counted.indexOf(undefined);
  const problem =
    report !== undefined
      ? "the log ends within a report"
      : unreadable >= 0
        ? `report ${unreadable + 1} is no JUnit XML`
        : undefined;
  const counts = counted.filter((each) => each !== undefined);
  return {
    ...{ reports, problem, lines },
    counts: counts.length === 0 ? undefined : counts.reduce(add),
  };
}

function count(report: string): TestCounts | undefined {
  try {
    const { root } = parseXml(report);
    if (root === null || (root.name !== "testsuite" && root.name !== "testsuites")) return undefined;
    return casesBelow(root).map(countCase).reduce(add, { total: 0, failed: 0, skipped: 0 });
  } catch {
    return undefined;
  }
}

function casesBelow({ children }: XmlElement): XmlElement[] {
  return children
    .filter((child) => child instanceof XmlElement)
    .flatMap((child) => (child.name === "testcase" ? [child] : casesBelow(child)));
}

function countCase({ children }: XmlElement): TestCounts {
  const has = (...names: readonly string[]) =>
    children.some((child) => child instanceof XmlElement && names.includes(child.name)) ? 1 : 0;
  return { total: 1, failed: has("failure", "error"), skipped: has("skipped") };
}

function add(one: TestCounts, other: TestCounts): TestCounts {
  return {
    total: one.total + other.total,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}
