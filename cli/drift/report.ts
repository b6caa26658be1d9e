import { shellWord } from "../../command/shellWord.ts";
import { formatTable, wrapLine } from "../../command/table.ts";
import { visibleLine } from "../../command/visibleText.ts";
import type { Plain } from "../../recorder/registeredResource.ts";
import { formatFieldPath } from "./fieldPath.ts";
import { type Drift, isClean } from "./findDrift.ts";
import type { Healed } from "./heal.ts";
import type { FieldManager } from "./managedFields.ts";
import { formatObjectName } from "./objectName.ts";
import type { UnknownObject } from "./unknownObjects.ts";

/** What the command reports. */
export interface DriftReport extends Drift {
  readonly site: string;
  /** The site's context in the kubeconfig. */
  readonly context: string;
  /**
   * What `--heal` did; everything else in the report is what is left then.
   * @default the command ran without it
   */
  readonly healed?: readonly Healed[];
}

/** Longest value in a table on a terminal, in characters. */
const widest = 40;

/** The report as JSON, with values in full. */
export function formatDriftJson(report: DriftReport): string {
  const { site, objects, drifted, missing, unknown, containers, unreadable, healed, context } = report;
  const differences = drifted.flatMap(({ object, fields }) =>
    fields.map(({ path, kind, rendered, live, manager }) => ({
      object,
      field: formatFieldPath(path),
      kind,
      rendered,
      live,
      ...who(manager),
    })),
  );
  const strangers = unknown.map((each) => ({
    object: each.object,
    ...who(each.manager),
    created: each.created,
    removal: removal(context, each),
  }));
  const extra = containers.map(({ pod, list, name, image, manager, created }) => ({
    pod,
    list,
    name,
    image,
    ...who(manager),
    created,
  }));
  return `${JSON.stringify({ site, objects, differences, missing, unknown: strangers, containers: extra, unreadable, healed }, null, 2)}\n`;
}

function who(manager: FieldManager | undefined): { readonly manager?: string; readonly time?: string | undefined } {
  return manager === undefined ? {} : { manager: manager.name, time: manager.time };
}

/**
 * The report as text, in tables.
 * @param width columns of the terminal, where long values are cut; undefined shows everything, whatever its width.
 */
export function formatDrift(report: DriftReport, width: number | undefined): string {
  const { site, objects, drifted, missing, healed } = report;
  const parts = [
    formatHealing(healed ?? []),
    isClean(report)
      ? `drift: all ${objects} objects of ${site} are as rendered, and nothing else is in their namespaces\n`
      : `drift: ${counts(report).join(", ")}\n`,
    section(
      width,
      "",
      ["object", "field", "rendered", "live", "who", "when"],
      drifted.flatMap(({ object, fields }) =>
        fields.map(({ path, rendered, live, manager }) => [
          formatObjectName(object),
          formatFieldPath(path),
          shorten(rendered, width),
          shorten(live, width),
          manager?.name ?? "nobody",
          manager?.time ?? "-",
        ]),
      ),
    ),
    ...(missing.length === 0
      ? []
      : [
          `not there; npm run deploy -- --site ${site} makes it:\n${missing.map((name) => `  ${formatObjectName(name)}\n`).join("")}`,
        ]),
    ...strangers(report, width),
    cutNote(report, width),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function strangers({ context, unknown, containers }: DriftReport, width: number | undefined): string[] {
  const commands = [
    ...unknown.map((each) => removal(context, each)),
    ...new Set(containers.map(({ pod }) => kubectl(context, pod.namespace, "delete", "pod", pod.name))),
  ];
  return [
    section(
      width,
      "objects that the program does not know:\n",
      ["object", "made by", "when"],
      unknown.map(({ object, manager, created }) => [
        formatObjectName(object),
        manager?.name ?? "unknown",
        created ?? manager?.time ?? "-",
      ]),
    ),
    section(
      width,
      "containers that no template has:\n",
      ["pod", "container", "image", "who", "when"],
      containers.map(({ pod, list, name, image, manager, created }) => [
        formatObjectName(pod),
        `${list}[${name}]`,
        image,
        manager?.name ?? "unknown",
        manager?.time ?? created ?? "-",
      ]),
    ),
    commands.length === 0
      ? ""
      : `nothing of these is deleted by this command; if nobody needs it:\n${commands.map((line) => `  ${line}\n`).join("")}`,
  ];
}

function counts({ drifted, missing, unknown, containers }: DriftReport): string[] {
  const fields = drifted.reduce((sum, each) => sum + each.fields.length, 0);
  return [
    ...(fields === 0 ? [] : [`${plural(fields, "field")} in ${plural(drifted.length, "object")} not as rendered`]),
    ...(missing.length === 0 ? [] : [`${plural(missing.length, "object")} not there`]),
    ...(unknown.length === 0 ? [] : [`${plural(unknown.length, "object")} unknown to the program`]),
    ...(containers.length === 0 ? [] : [`${plural(containers.length, "container")} more than the templates say`]),
  ];
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** What was done, a line for each object. */
export function formatHealing(healed: readonly Healed[]): string {
  return healed.map((each) => `${formatHealed(each)}\n`).join("");
}

function formatHealed({ object, restored, removed, failure }: Healed): string {
  const name = formatObjectName(object);
  if (failure !== undefined) return `${name} was not put right: ${visibleLine(failure)}`;
  const done = [
    ...(restored.length === 0 ? [] : [`restored ${restored.join(", ")}`]),
    ...(removed.length === 0 ? [] : [`removed ${removed.join(", ")}`]),
  ];
  return `${name}: ${visibleLine(done.join("; "))}`;
}

function section(
  width: number | undefined,
  title: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return rows.length === 0
    ? ""
    : `${title}${formatTable({ titles, rows: rows.map((row) => row.map(visibleLine)) }, width)}`;
}

/** Says how the rest of the values is seen that are cut. */
function cutNote({ drifted }: DriftReport, width: number | undefined): string {
  const values = drifted.flatMap(({ fields }) => fields.flatMap(({ rendered, live }) => [rendered, live]));
  const isCut = values.some((value) => shorten(value, width) !== shorten(value, undefined));
  return isCut ? `${wrapLine("values that end with ... are cut; --format wide shows them whole", width)}\n` : "";
}

/** A value in one line, cut where a terminal shows it. */
function shorten(value: Plain | undefined, width: number | undefined): string {
  if (value === undefined) return "-";
  const characters = [...(typeof value === "string" ? value : JSON.stringify(value))];
  if (width === undefined || characters.length <= widest) return characters.join("");
  return `${characters.slice(0, widest - 3).join("")}...`;
}

function removal(context: string, { object, resource }: UnknownObject): string {
  return kubectl(context, object.namespace, "delete", resource, object.name);
}

function kubectl(context: string, namespace: string | undefined, ...words: readonly string[]): string {
  const where = namespace === undefined ? [] : ["--namespace", namespace];
  return ["kubectl", "--context", context, ...where, ...words].map(shellWord).join(" ");
}
