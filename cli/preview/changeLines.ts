import { structuredPatch } from "diff";
import { visibleLine } from "../../command/visibleText.ts";
import type { Plain } from "../../recorder/registeredResource.ts";
import type { Change, GroupedChange, SiteValues } from "./changes.ts";
import { valueWords } from "./valueWords.ts";

/** The sign before a change, as in a diff; `~` is a change. */
export const signs: Readonly<Record<Change["kind"], string>> = { create: "+", change: "~", delete: "-" };

/**
 * A change in lines: the object, then each field in which it changed.
 * @param siteCount number of sites that are compared; a change in fewer says in which
 */
export function changeLines({ title, kind, sites, fields, options }: GroupedChange, siteCount: number): string[] {
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
