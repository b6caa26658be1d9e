import type { ValueToFill } from "./arrivals.ts";
import type { PreviewReport } from "./report.ts";
import { sections } from "./sections.ts";

/** Formats a preview for a terminal: sites, then each service field by field, then the counts; one line without any change. */
export function formatText(report: PreviewReport): string {
  const { base, counts, retained, toFill, memory, notes } = report;
  const remarks = [
    ...Object.entries(memory).map(([site, words]) => `${site}: memory ${words}\n`),
    ...notes.map((note) => `note: ${note}\n`),
  ].join("");
  const parts = sections(report);
  if (parts.length === 0) {
    const same = [...counts].map(([site, { same: resources }]) => `${resources} resources in ${site}`);
    return `preview against ${base}: nothing changes (${same.join(", ")})\n${remarks}`;
  }
  const totals = [...counts].map(
    ([site, { create, change, delete: deleted, same }]) =>
      `${site}: ${create} to create, ${change} to change, ${deleted} to delete, ${same} unchanged`,
  );
  return `${[
    `preview against ${base}`,
    ...parts.flatMap(({ title, lines }) => ["", title, ...lines]),
    ...list("stays behind in each site:", retained),
    ...list("to put into Vault before the pods can start:", toFill.map(commandOf)),
    "",
    ...totals,
  ].join("\n")}\n${remarks}`;
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function commandOf({ sites: [first = "", ...others], place }: ValueToFill): string {
  const again = others.length === 0 ? "" : `  (and in ${others.join(", ")})`;
  return `npm run secrets -- put --site ${first} ${place}${again}`;
}

/** Formats a preview as a pull request comment: the counts first, then one collapsed section per site and service. */
export function formatMarkdown(report: PreviewReport): string {
  const { base, counts, retained, toFill, memory, notes } = report;
  const rows = [...counts].map(
    ([site, { create, change, delete: deleted, same }]) => `| ${site} | ${create} | ${change} | ${deleted} | ${same} |`,
  );
  const details = sections(report).flatMap(({ title, summary, lines }) => [
    `<details><summary><b>${title}</b>: ${summary}</summary>`,
    "",
    ...fence(lines.join("\n")),
    "",
    "</details>",
    "",
  ]);
  return [
    `### Preview against ${base}`,
    "",
    "| site | to create | to change | to delete | unchanged |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    ...(details.length === 0 ? ["Nothing changes in any site.", ""] : details),
    ...(retained.length === 0 ? [] : ["Stays behind in each site:", "", ...retained.map((line) => `- ${line}`), ""]),
    ...(toFill.length === 0
      ? []
      : ["To put into Vault before the pods can start:", "", ...toFill.map((each) => `- \`${commandOf(each)}\``), ""]),
    ...(Object.keys(memory).length === 0 ? [] : [...Object.entries(memory).map(inBullet), ""]),
    ...notes.map((note) => `> ${note}`),
    "",
  ].join("\n");
}

function inBullet([site, words]: readonly [site: string, words: string]): string {
  return `- ${site}: memory ${words}`;
}

/** Formats a preview for scripts. */
export function formatJson({ counts, ...report }: PreviewReport): string {
  return `${JSON.stringify({ ...report, counts: Object.fromEntries(counts) }, null, 2)}\n`;
}

/** A code fence longer than any run of backticks in the content. */
function fence(content: string): string[] {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return [`${ticks}diff`, content.replace(/^ {2}/gm, ""), ticks];
}
