import { getBorderCharacters, table } from "table";
import type { Row } from "./compare.ts";
import type { Verdict } from "./verdict.ts";

const titles = ["carried over", "replaced", "not carried over"] as const;

/** The rows of one list. */
export function listOf(rows: readonly Row[], list: Verdict["list"]): Row[] {
  return rows.filter(({ verdict }) => verdict.list === list);
}

/** The three lists as text; what was not carried over comes last, where it is seen. */
export function formatLists(rows: readonly Row[]): string {
  return titles
    .map((title) => {
      const listed = listOf(rows, title);
      const heading = `${title.charAt(0).toUpperCase()}${title.slice(1)}: ${listed.length}`;
      return listed.length === 0 ? `${heading}\n` : `${heading}\n${draw(listed)}`;
    })
    .join("\n");
}

/** The three lists for programs. */
export function listsAsJson(rows: readonly Row[]): Record<string, unknown> {
  const plain = (list: Verdict["list"]) =>
    listOf(rows, list).map(({ verdict: { list: _, ...verdict }, ...row }) => ({ ...row, ...verdict }));
  return { carriedOver: plain("carried over"), replaced: plain("replaced"), notCarriedOver: plain("not carried over") };
}

function draw(rows: readonly Row[]): string {
  const cells = rows.map((row, index) => {
    const object = rows[index - 1]?.object === row.object ? "" : row.object;
    const field = `${row.path}: ${row.value}`;
    const { verdict } = row;
    if (verdict.list === "carried over") return [object, field];
    return verdict.list === "replaced"
      ? [object, field, `-> ${verdict.by}`]
      : [object, field, `${verdict.reason}\n=> ${verdict.remedy}`];
  });
  return table(cells, {
    border: getBorderCharacters("void"),
    columnDefault: { paddingLeft: 2, paddingRight: 0 },
    drawHorizontalLine: () => false,
  }).replaceAll(/ +$/gm, "");
}
