import { styleText } from "node:util";
import { structuredPatch } from "diff";
import { visibleLine } from "../../command/visibleText.ts";
import type { Plain } from "../../recorder/registeredResource.ts";
import type { Change, Counts, GroupedChange, SiteValues } from "./changes.ts";
import { valueWords } from "./valueWords.ts";

/** Contents of a preview. */
export interface PreviewReport {
  /** Commit that the working tree is compared with: `1a2b3c4d5e (merge base with main)`. */
  readonly base: string;
  readonly counts: ReadonlyMap<string, Counts>;
  readonly changes: readonly GroupedChange[];
  /** What stays behind of deleted objects, in every site: a sentence each. */
  readonly retained: readonly string[];
  readonly notes: readonly string[];
}

const signs: Readonly<Record<Change["kind"], string>> = { create: "+", change: "~", delete: "-" };
const verbs: Readonly<Record<Change["kind"], string>> = { create: "created", change: "changed", delete: "deleted" };

/** Formats a preview for a terminal: the changes of each service field by field, then the counts. */
export function formatText({ base, counts, changes, retained, notes }: PreviewReport): string {
  const remarks = notes.map((note) => `note: ${note}\n`).join("");
  if (changes.length === 0) {
    const same = [...counts].map(([site, { same: resources }]) => `${resources} resources in ${site}`);
    return `preview against ${base}: nothing changes (${same.join(", ")})\n${remarks}`;
  }
  const groups = byService(changes).flatMap(([service, found]) => [
    "",
    service,
    ...found.flatMap((change) => changeLines(change, counts.size)),
  ]);
  const totals = [...counts].map(
    ([site, { create, change, delete: deleted, same }]) =>
      `${site}: ${create} to create, ${change} to change, ${deleted} to delete, ${same} unchanged`,
  );
  const behind =
    retained.length === 0 ? [] : ["", "stays behind in each site:", ...retained.map((line) => `  ${line}`)];
  return `${[`preview against ${base}`, ...groups, ...behind, "", ...totals].join("\n")}\n${remarks}`;
}

/** Colours a preview for a terminal: what comes, what changes and what goes, by the sign at the beginning of each line. */
export function paintText(text: string): string {
  // The places of signs, so that a list's dash in a file is none: an object's, a field's, and that of a file's line.
  return text.replaceAll(/^(?: {2}| {6}| {8})([-+~@]).*$|^\S.*$/gm, (line, sign: string | undefined) =>
    styleText(colours[sign ?? ""] ?? "bold", line),
  );
}

const colours: Readonly<Record<string, "green" | "yellow" | "red" | "cyan">> = {
  "+": "green",
  "~": "yellow",
  "-": "red",
  "@": "cyan",
};

/** Formats a preview as a pull request comment: the counts first, then one collapsed section per service. */
export function formatMarkdown({ base, counts, changes, retained, notes }: PreviewReport): string {
  const rows = [...counts].map(
    ([site, { create, change, delete: deleted, same }]) => `| ${site} | ${create} | ${change} | ${deleted} | ${same} |`,
  );
  const details = byService(changes).flatMap(([service, found]) => [
    `<details><summary><b>${service}</b>: ${summary(found)}</summary>`,
    "",
    ...fence(found.flatMap((change) => changeLines(change, counts.size)).join("\n")),
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
    ...(changes.length === 0 ? ["Nothing changes in any site.", ""] : details),
    ...(retained.length === 0 ? [] : ["Stays behind in each site:", "", ...retained.map((line) => `- ${line}`), ""]),
    ...notes.map((note) => `> ${note}`),
    "",
  ].join("\n");
}

/** Formats a preview for scripts. */
export function formatJson({ counts, ...report }: PreviewReport): string {
  return `${JSON.stringify({ ...report, counts: Object.fromEntries(counts) }, null, 2)}\n`;
}

function byService(changes: readonly GroupedChange[]): [string, GroupedChange[]][] {
  const groups = Map.groupBy(changes, ({ service }) => service ?? "");
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([service, found]) => [service === "" ? "the site itself" : service, found]);
}

function summary(changes: readonly GroupedChange[]): string {
  const kinds = Map.groupBy(changes, ({ kind }) => kind);
  return [...kinds].map(([kind, found]) => `${found.length} ${verbs[kind]}`).join(", ");
}

function changeLines({ title, kind, sites, fields, options }: GroupedChange, siteCount: number): string[] {
  const where = sites.length === siteCount ? "" : `  (only ${sites.join(", ")})`;
  return [
    `  ${signs[kind]} ${visibleLine(title)}${where}`,
    ...options.map((change) => `      ${visibleLine(change)}`),
    ...fields.flatMap(({ path, values }) => fieldLines(path, values, sites.length)),
  ];
}

/** Average length above which the old and the new value are printed on separate lines. */
const shortValue = 60;

function fieldLines(path: string, values: readonly SiteValues[], siteCount: number): string[] {
  const name = visibleLine(path);
  const texts = values.filter(({ one, other }) => isText(one) || isText(other));
  if (texts.length > 0) return textLines(name, texts, siteCount);
  return values.flatMap(({ sites, one, other }) => {
    const where = sites.length === siteCount ? "" : `${sites.join(", ")}: `;
    const [old, current] = [valueWords(one), valueWords(other)];
    if (one === undefined) return [`      + ${name}  ${where}${current}`];
    if (other === undefined) return [`      - ${name}  ${where}${old}`];
    if (old.length + current.length <= 2 * shortValue) return [`      ${name}  ${where}${old} -> ${current}`];
    return [`      ${name}  ${where}`.trimEnd(), `        - ${old}`, `        + ${current}`];
  });
}

function isText(value: Plain | undefined): boolean {
  return typeof value === "string" && value.includes("\n");
}

/** The changed lines of a multi-line text with two lines of context, once for all sites that change the same lines. */
function textLines(path: string, values: readonly SiteValues[], siteCount: number): string[] {
  const patches = values.map(({ sites, one, other }) => ({
    sites,
    lines: textDiff(String(one ?? ""), String(other ?? "")),
  }));
  const changed = ({ lines }: { lines: readonly string[] }) => lines.filter((line) => /^[-+]/.test(line)).join("\n");
  return [...Map.groupBy(patches, changed).values()].flatMap((same) => {
    const sites = same.flatMap((patch) => patch.sites);
    const where = sites.length === siteCount ? "" : `  ${sites.join(", ")}:`;
    return [`      ${path}${where}`, ...(same[0]?.lines ?? []).map((line) => `        ${line}`)];
  });
}

function textDiff(one: string, other: string): string[] {
  return structuredPatch("", "", one, other, "", "", { context: 2 }).hunks.flatMap(({ oldStart, lines }) => [
    `@ line ${oldStart}`,
    ...lines.filter((line) => !line.startsWith("\\")),
  ]);
}

/** A code fence longer than any run of backticks in the content. */
function fence(content: string): string[] {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return [`${ticks}diff`, content.replace(/^ {2}/gm, ""), ticks];
}
