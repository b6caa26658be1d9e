import { wrapLine } from "../../command/table.ts";
import type { Becomes, ExplainedField } from "./findFields.ts";

/** Most fields of an object that are named. */
const named = 8;

/** Every field in a line: its name, and the first sentence of its meaning. */
export function formatList(fields: readonly ExplainedField[], width: number | undefined): string {
  const parts = [...Map.groupBy(fields, ({ of }) => of)].map(([of, own]) => {
    const names = own.map(({ path }) => path);
    const widest = Math.max(...names.map((name) => name.length));
    const room = width === undefined ? undefined : Math.max(20, width - widest - 4);
    const lines = own.map(({ path, meaning }) => `  ${path.padEnd(widest)}  ${cut(firstSentence(meaning), room)}`);
    const where = of === "service" ? "services/<name>/index.ts" : "gemelos:site in Pulumi.<site>.yaml";
    return `fields of a ${of} (${where}):\n${lines.join("\n")}\n`;
  });
  return `${parts.join("\n")}\nnpm run explain -- FIELD says more\n`;
}

/** Fields in full, with what is in them. */
export function formatFields(
  found: readonly ExplainedField[],
  known: readonly ExplainedField[],
  width: number | undefined,
): string {
  return found.map((field) => formatField(field, known, width)).join("\n");
}

function formatField(field: ExplainedField, known: readonly ExplainedField[], width: number | undefined): string {
  const { of, path, meaning, type, required, examples, becomes } = field;
  const inside = known.filter(
    (each) =>
      each.of === of && each.path.startsWith(path) && /^(\[\])?(\.<name>)?\.[^.[]+$/.test(each.path.slice(path.length)),
  );
  const rows: [title: string, text: string][] = [
    ["type", type],
    ["default", field.default ?? (required ? "none: it is required" : "none")],
    ...examples.map((example): [string, string] => ["example", example]),
    ...becomesRows(becomes),
    ...inside.map((each): [string, string] => [
      "field",
      `${each.path.slice(path.length).replace(/^(\[\])?(\.<name>)?\./, "")}: ${firstSentence(each.meaning)}`,
    ]),
  ];
  const shown = rows.map(([title, text], index) => [rows[index - 1]?.[0] === title ? "" : title, text]);
  const room = width === undefined ? undefined : Math.max(30, width - 12);
  const lines = shown.map(([title = "", text = ""]) => {
    const [first, ...more] = text.split("\n").flatMap((line) => wrapLine(line, room).split("\n"));
    return [`  ${title.padEnd(8)}  ${first}`, ...more.map((line) => `            ${line}`)].join("\n");
  });
  const paragraphs = meaning.split("\n").map((line) => wrapLine(line === "" ? "" : `  ${line}`, width));
  return `${of}.${path}\n${paragraphs.join("\n")}\n\n${lines.join("\n")}\n`;
}

/** A line for each object and, where several of its fields change, for each of them. */
function becomesRows(becomes: readonly Becomes[]): [title: string, text: string][] {
  const lines = becomes.flatMap(({ kind, change, fields }) => {
    if (change !== "changed") return [`${kind} (${change})`];
    const [only = "", ...more] = fields;
    if (more.length === 0) return [`${kind}: ${only}`];
    const left = fields.length > named ? [`  and ${fields.length - named} more`] : [];
    return [`${kind}:`, ...fields.slice(0, named).map((field) => `  ${field}`), ...left];
  });
  const none = "no object of the example that was rendered: checks, reports and deployments read it";
  return (lines.length === 0 ? [none] : lines).map((line) => ["becomes", line]);
}

/** The same for scripts. */
export function formatFieldsJson(found: readonly ExplainedField[]): string {
  return `${JSON.stringify({ fields: found }, null, 2)}\n`;
}

function firstSentence(text: string): string {
  return /^(.*?[^.])\.(\s|$)/s.exec(text)?.[1]?.replaceAll("\n", " ") ?? text;
}

function cut(text: string, room: number | undefined): string {
  return room === undefined || text.length <= room ? text : `${text.slice(0, room - 3)}...`;
}
