import { getBorderCharacters, table } from "table";
import { visibleText } from "./visibleText.ts";

/** Spaces between two columns. */
const gap = 2;

/** A table for people. */
export interface TextTable {
  readonly titles: readonly string[];
  /** Cells of each row in the order of the titles; a cell may have several lines. */
  readonly rows: readonly (readonly string[])[];
  /**
   * Titles of columns that may be left out, the most important first.
   * @default none
   */
  readonly optional?: readonly string[];
}

/**
 * The table as text, without borders. Where it is wider than the terminal, optional columns are left out until no line
 * wraps, and a last line says which. Where that is not enough, each row is a block with a line for each of its cells.
 * @param width columns of the terminal; undefined for all columns of the table, whatever their width.
 */
export function formatTable({ titles, rows, optional = [] }: TextTable, width: number | undefined): string {
  // Before it is measured: an escape is longer than what it shows.
  const lines = [titles, ...rows].map((cells) => cells.map(visibleText));
  const widths = titles.map((_, column) => Math.max(...lines.map((cells) => widthOf(cells[column] ?? ""))) + gap);
  const kept = fittingColumns(titles, widths, optional, width);
  if (kept === undefined) return blocks(titles, lines.slice(1));
  const drawn = draw(lines.map((cells) => kept.map((column) => cells[column] ?? "")));
  const left = titles.filter((_, column) => !kept.includes(column));
  if (left.length === 0) return drawn;
  const note = `left out at ${width} columns (--format wide shows all): ${left.join(", ")}`;
  return `${drawn}${wrapLine(note, width)}\n`;
}

/** Every row with all its cells under each other, each beside its title; an empty line between two rows. */
function blocks(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => draw(titles.map((title, column) => [title, cells[column] ?? ""]))).join("\n");
}

function draw(lines: readonly (readonly string[])[]): string {
  const drawn = table(
    lines.map((cells) => [...cells]),
    {
      border: getBorderCharacters("void"),
      columnDefault: { paddingLeft: 0, paddingRight: gap },
      drawHorizontalLine: () => false,
    },
  );
  return drawn.replaceAll(/ +$/gm, "");
}

/** Width of the terminal that standard output is, in columns; undefined where it is none, such as a pipe or a file. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY === true ? process.stdout.columns : undefined;
}

/**
 * Breaks a line between words, so that it fits the terminal; further lines are indented.
 * @param width columns of the terminal; undefined leaves the line as it is.
 */
export function wrapLine(line: string, width: number | undefined, indent = "  "): string {
  if (width === undefined || line.length <= width) return line;
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `${indent}${word}`);
  }
  return lines.join("\n");
}

/**
 * Indices of the columns that fit: all that are not optional, and of the optional ones as many as there is room for;
 * undefined if there is not even room for the first.
 */
function fittingColumns(
  titles: readonly string[],
  widths: readonly number[],
  optional: readonly string[],
  width: number | undefined,
): number[] | undefined {
  const all = titles.map((_, column) => column);
  const sum = (columns: readonly number[]) => columns.reduce((total, column) => total + (widths[column] ?? 0), -gap);
  if (width === undefined || sum(all) <= width) return all;
  let kept = all.filter((column) => !optional.includes(titles[column] ?? ""));
  if (sum(kept) > width) return undefined;
  for (const title of optional) {
    const more = [...kept, titles.indexOf(title)];
    if (sum(more) <= width) kept = more;
  }
  return kept.toSorted((a, b) => a - b);
}

function widthOf(cell: string): number {
  return Math.max(...cell.split("\n").map((line) => line.length));
}
