import type { HistoryRecord } from "./record.ts";
import { historyRecord } from "./record.ts";
import { canonicalLine, hashOf, noRecord } from "./seal.ts";

/** What a store holds of a site, and what is wrong with it. */
export interface ReadRecords {
  /** Those that can be read, in the order of the store. */
  readonly records: readonly HistoryRecord[];
  /** Each names its record; empty where the chain is whole. */
  readonly problems: readonly string[];
}

/** Reads a site's lines and verifies their chain. */
export function readRecords(site: string, lines: readonly string[]): ReadRecords {
  const problems: string[] = [];
  const records = lines.flatMap((line, index) => {
    const record = parseRecord(line);
    if (typeof record !== "string") return [record];
    problems.push(`line ${index + 1} ${record}`);
    return [];
  });
  return { records, problems: [...problems, ...verifyChain(site, records)] };
}

/** The record of a line, or what is wrong with the line. */
function parseRecord(line: string): HistoryRecord | string {
  let content: unknown;
  try {
    content = JSON.parse(line);
    // Half a character, which JSON may hold and canonical JSON may not.
    if (!isWellFormed(content)) return "is no record: it was edited";
  } catch {
    return "is no JSON: it was edited, or written by halves";
  }
  const { data, error } = historyRecord.safeParse(content);
  if (data === undefined) {
    if (isNewer(content)) return "was written by a newer version of this program; use that one";
    const fields = error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    return `is no record (${fields.join("; ")}): it was edited`;
  }
  // The hash is over what the fields mean. The same meaning in other letters has been edited, too.
  if (canonicalLine(data) !== line)
    return `(record ${data.sequence}) was edited: it is not written as this program does`;
  return data;
}

function isWellFormed(content: unknown): boolean {
  if (typeof content === "string") return content.isWellFormed();
  if (typeof content !== "object" || content === null) return true;
  return Object.entries(content).every(([key, value]) => key.isWellFormed() && isWellFormed(value));
}

function isNewer(content: unknown): boolean {
  return (
    typeof content === "object" &&
    content !== null &&
    "version" in content &&
    typeof content.version === "number" &&
    content.version > 1
  );
}

/**
 * Verifies that records are a site's whole chain from the first: every hash is that of its record, each record names the one
 * before, none is missing, none is there twice, none is another site's. Whether the end was cut, only another store or
 * another site's records can tell: see {@link compareCopies} and {@link checkAnchors}.
 * @returns what is wrong, each with the record's number; nothing for a whole chain
 */
export function verifyChain(site: string, records: readonly HistoryRecord[]): string[] {
  const seen = new Set<number>();
  return records.flatMap((record, index) => {
    const { sequence } = record;
    const before = records[index - 1];
    const isRepeated = seen.has(sequence);
    seen.add(sequence);
    return [
      ...(record.site === site ? [] : [`record ${sequence} is of site ${record.site} and not of ${site}`]),
      ...(record.hash === hashOf(record) ? [] : [`record ${sequence} was edited: its hash is not that of its fields`]),
      ...(isRepeated ? [`record ${sequence} is there twice`] : sequenceProblems(before?.sequence ?? 0, sequence)),
      // Where a record is missing or in the wrong place, that it names another one is no news.
      ...(isRepeated || sequence !== (before?.sequence ?? 0) + 1 || record.previous === (before?.hash ?? noRecord)
        ? []
        : [linkProblem(sequence)]),
    ];
  });
}

function sequenceProblems(before: number, sequence: number): string[] {
  if (sequence === before + 1) return [];
  if (sequence <= before) return [`record ${sequence} stands behind record ${before}`];
  return [missing(before + 1, sequence - 1)];
}

function linkProblem(sequence: number): string {
  return sequence === 1
    ? "record 1 names a record before it, so it was not the first one"
    : `record ${sequence} does not follow record ${sequence - 1}: one of the two was replaced`;
}

function missing(first: number, last: number): string {
  return first === last ? `record ${first} is missing` : `records ${first} to ${last} are missing`;
}

/**
 * Holds a history against its copy in another store. The copy may be behind, never ahead.
 * @param place where the copy is, for people
 */
export function compareCopies(own: readonly HistoryRecord[], copy: readonly HistoryRecord[], place: string): string[] {
  const hashes = new Map(own.map(({ sequence, hash }) => [sequence, hash]));
  const different = copy.filter(({ sequence, hash }) => hashes.has(sequence) && hashes.get(sequence) !== hash);
  const [first, last] = [own.at(-1)?.sequence ?? 0, copy.at(-1)?.sequence ?? 0];
  return [
    ...different.map(({ sequence }) => `record ${sequence} is another one in the copy in ${place}`),
    ...(last > first ? [`${missing(first + 1, last)} at the end; the copy in ${place} has more`] : []),
  ];
}

/** Holds a site's records against what another site's records say of them. */
export function checkAnchors(
  site: string,
  records: readonly HistoryRecord[],
  others: readonly HistoryRecord[],
): string[] {
  const hashes = new Map(records.map(({ sequence, hash }) => [sequence, hash]));
  return others.flatMap(({ site: other, sequence: witness, peer }) => {
    if (peer?.site !== site || hashes.get(peer.sequence) === peer.hash) return [];
    const seen = `record ${witness} of ${other} has seen it`;
    return hashes.has(peer.sequence)
      ? [`record ${peer.sequence} is another one now: ${seen} with another hash`]
      : [`record ${peer.sequence} is missing: ${seen}`];
  });
}
