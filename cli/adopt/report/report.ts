import { visibleLine } from "../../../command/visibleText.ts";
import type { Row } from "../fields/compare.ts";
import type { FieldOutcome } from "../fields/fieldOutcome.ts";
import { clusterFieldsTogether } from "../input/clusterFields.ts";
import type { Finding } from "./finding.ts";

/** What there is to say of one service. */
export interface ServiceReport {
  readonly name: string;
  readonly namespace: string;
  /** Files that are, or would be, written. */
  readonly files: readonly string[];
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

const titles = ["carried over", "replaced", "not carried over"] as const;

/** Whether something of a service is lost or open, so that a person has to accept it. */
export function isLossy({ rows, findings }: Pick<ServiceReport, "rows" | "findings">): boolean {
  return listOf(rows, "not carried over").length > 0 || findings.some(({ isLoss }) => isLoss);
}

/** The rows of one list. */
export function listOf(rows: readonly Row[], list: FieldOutcome["list"]): Row[] {
  return rows.filter(({ verdict }) => verdict.list === list);
}

/**
 * The three lists as text; what was not carried over comes last, where it is seen. Fields of one object that share
 * their explanation stand together, and it follows them once.
 */
export function formatLists(rows: readonly Row[]): string {
  return titles.map((title) => formatList(title, listOf(rows, title))).join("\n");
}

function formatList(title: string, rows: readonly Row[]): string {
  const lines = clusterFieldsTogether(rows).flatMap((row, index, shown) => {
    const [before, after] = [shown[index - 1], shown[index + 1]];
    const isNew = before === undefined || objectOf(before) !== objectOf(row);
    const isShared =
      after !== undefined && objectOf(after) === objectOf(row) && explain(after.verdict) === explain(row.verdict);
    return [
      ...(isNew ? [`  ${visibleLine(objectOf(row))}`] : []),
      visibleLine(`    ${row.path}: ${row.value}`),
      ...(isShared || row.verdict.list === "carried over" ? [] : [explain(row.verdict)]),
    ];
  });
  return [`${title.charAt(0).toUpperCase()}${title.slice(1)}: ${rows.length}`, ...lines, ""].join("\n");
}

function objectOf({ file, object }: Row): string {
  return `${object} (${file})`;
}

/** What stands under a field that is not simply carried over. */
function explain(verdict: FieldOutcome): string {
  switch (verdict.list) {
    case "carried over":
      return "";
    case "replaced":
      return visibleLine(`      -> ${verdict.by}`);
    case "not carried over":
      return `${visibleLine(`      because ${verdict.reason}`)}\n${visibleLine(`      remedy: ${verdict.remedy}`)}`;
  }
}

/** The findings as text, a list for each kind that has any; those of one outcome and remedy stand together. */
export function formatFindings(findings: readonly Finding[]): string {
  return [...Map.groupBy(findings, ({ list }) => list)]
    .map(([list, found]) => {
      const groups = Map.groupBy(found, ({ outcome, remedy }) => `${outcome}\n${remedy}`);
      const lines = [...groups.values()].flatMap((group) => [
        ...group.map(({ place, what }) => visibleLine(`  ${place}: ${what}`)),
        ...group
          .slice(0, 1)
          .flatMap(outcomeLines)
          .map((line) => visibleLine(`      ${line}`)),
      ]);
      return [`${list.charAt(0).toUpperCase()}${list.slice(1)}: ${found.length}`, ...lines, ""].join("\n");
    })
    .join("\n");
}

/** What becomes of a finding, and what to do. */
export function outcomeLines({ outcome, remedy, isLoss }: Finding): string[] {
  // What nobody has to do is a remark, on the same line.
  return remedy === undefined || isLoss
    ? [`-> ${outcome}`, ...(remedy === undefined ? [] : [`remedy: ${remedy}`])]
    : [`-> ${outcome}; undone by ${remedy}`];
}

/** The three lists for programs. */
export function listsAsJson(rows: readonly Row[]): Record<string, unknown> {
  const plain = (list: FieldOutcome["list"]) =>
    listOf(rows, list).map(({ verdict: { list: _, ...verdict }, ...row }) => ({ ...row, ...verdict }));
  return { carriedOver: plain("carried over"), replaced: plain("replaced"), notCarriedOver: plain("not carried over") };
}
