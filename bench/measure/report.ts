import { getBorderCharacters, table } from "table";
import type { Figures, Linearity, Ratio, Target } from "./figures.ts";
import { variantTitles } from "./variants.ts";

/** Results of the benchmark, as written to the JSON file. */
export interface BenchReport {
  readonly versions: Readonly<Record<string, string>>;
  readonly processors: number;
  /** Number of runs behind each median. */
  readonly runs: number;
  readonly figures: readonly Figures[];
  readonly ratios: readonly Ratio[];
  readonly linearity: readonly Linearity[];
  readonly targets: readonly Target[];
}

/** Formats the report as tables. */
export function formatReport(report: BenchReport): string {
  const { versions, processors, runs } = report;
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `One site; medians of ${count(runs, "run")}; ${count(processors, "processor")}; ${used.join(", ")}.\n`,
    draw(["services", "", "objects", "wall", "CPU", "peak memory", "objects/s"], report.figures.map(figuresRow), 2),
    draw(["services", "ratio", "wall", "CPU", "peak memory"], report.ratios.map(ratioRow), 2),
    draw(["linearity (1 is linear)", "wall", "peak memory"], report.linearity.map(linearityRow), 1),
    draw(["target", "services", "at most", "measured", ""], report.targets.map(targetRow), 1),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function figuresRow(each: Figures): string[] {
  return [
    String(each.size),
    variantTitles[each.variant],
    String(each.objects),
    `${each.wallSeconds.toFixed(2)} s`,
    `${each.cpuSeconds.toFixed(2)} s`,
    `${Math.round(each.memoryMebibytes)} MiB`,
    String(Math.round(each.objectsPerSecond)),
  ];
}

function ratioRow({ size, variant, to, wall, cpu, memory }: Ratio): string[] {
  const name = `${variantTitles[variant]} / ${variantTitles[to]}`;
  return [String(size), name, wall.toFixed(2), cpu.toFixed(2), memory.toFixed(2)];
}

function linearityRow({ variant, wall, memory }: Linearity): string[] {
  return [variantTitles[variant], wall.toFixed(2), memory.toFixed(2)];
}

function targetRow({ name, size, atMost, measured, met }: Target): string[] {
  return [name, String(size), atMost.toFixed(2), measured.toFixed(2), met ? "met" : "MISSED"];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A table with text in the first `textColumns` columns and numbers in the others; empty if it has no rows. */
function draw(titles: readonly string[], rows: readonly string[][], textColumns: number): string {
  if (rows.length === 0) return "";
  return table([[...titles], ...rows], {
    border: getBorderCharacters("void"),
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
    columns: titles.map((_, index) => ({ alignment: index < textColumns ? "left" : "right" })),
    drawHorizontalLine: () => false,
  });
}
