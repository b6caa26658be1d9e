import { formatTable, wrapLine } from "../../command/table.ts";
import type { HistoryRecord } from "../../delivery/history/index.ts";
import { formatIdentity } from "../../delivery/identity/index.ts";
import type { ReadHistory } from "./readHistories.ts";

/** Histories as tables, the newest record last, with what is wrong with them. */
export function formatHistories(
  histories: readonly ReadHistory[],
  width: number | undefined,
  format: "table" | "wide" | "json",
): string {
  return histories
    .map((read) => {
      const { site, place, shown, records, timeZone } = read;
      const count = shown.length === records.length ? countOf(records) : `${shown.length} of ${countOf(records)}`;
      const title = wrapLine(`${site}: ${count} in ${place}`, width);
      const rows = rowsOf(read);
      const table = {
        titles: titles(timeZone, format === "wide"),
        rows: rows.map((row) => cells(row, timeZone, format === "wide")),
      };
      const body =
        rows.length === 0 ? "" : `\n${formatTable({ ...table, optional: ["changed", "who", "UTC"] }, width)}`;
      return `${title}\n${body}${remarks(read, width)}`;
    })
    .join("\n");
}

/** Whether each history is what was recorded, and what vouches for that. */
export function formatVerified(histories: readonly ReadHistory[], width: number | undefined): string {
  return histories
    .map((read) => {
      const { site, records } = read;
      const last = records.at(-1);
      const newest = last === undefined ? "no record" : `${countOf(records)}, the newest with hash ${last.hash}`;
      return `${wrapLine(`${site}: the history ${stateOf(read)}: ${newest}`, width)}\n${remarks(read, width)}`;
    })
    .join("\n");
}

/** What can be said of a history, and from which store. */
function stateOf({ place, problems, unreached }: ReadHistory): string {
  const state = problems.length === 0 ? "is what was recorded" : "is NOT what was recorded";
  if (unreached === undefined) return `in ${place} ${state}`;
  if (!unreached.isOwn)
    return `in ${place} ${state} as far as it shows by itself, since ${unreached.place} was NOT reached`;
  return `was NOT verified: ${unreached.place} was not reached, and only the copy in ${place} was looked at, which ${state}`;
}

/** Histories for programs, in JSON. */
export function formatHistoriesJson(histories: readonly ReadHistory[]): string {
  const sites = histories.map(({ site, place, timeZone, problems, notes, unreached, shown }) => ({
    ...{ site, place, timeZone, isWhole: problems.length === 0, problems, notes },
    ...{ unreached: unreached?.place ?? null, records: shown },
  }));
  return `${JSON.stringify({ sites }, null, 2)}\n`;
}

function countOf({ length }: readonly HistoryRecord[]): string {
  return length === 1 ? "1 record" : `${length} records`;
}

function remarks({ problems, notes, site }: ReadHistory, width: number | undefined): string {
  const broken = problems.map((problem) => `  ${problem}`);
  const lines = [
    ...(broken.length === 0
      ? []
      : [
          `The history of ${site} is not what was recorded (docs/delivery.md, The history, says what to do):`,
          ...broken,
        ]),
    ...notes.flatMap((note) => `note: ${note}`.split("\n")),
  ];
  return lines.length === 0 ? "" : `\n${lines.map((line) => wrapLine(line, width, "    ")).join("\n")}\n`;
}

/** A record with the one before it, by which is known what changed. */
interface Row {
  readonly record: HistoryRecord;
  readonly before: HistoryRecord | undefined;
}

function rowsOf({ records, shown }: ReadHistory): Row[] {
  return shown.map((record) => ({
    record,
    before: records.findLast(({ sequence, outcome }) => sequence < record.sequence && outcome === "verified"),
  }));
}

function titles(timeZone: string, isWide: boolean): string[] {
  const when = timeZone === "UTC" ? ["UTC"] : [`when (${timeZone})`, "UTC"];
  const more = isWide ? ["freeze, peak", "gate", "plan", "hash"] : [];
  return ["#", ...when, "what", "commit", "changed", "who", "why", ...more];
}

function cells({ record, before }: Row, timeZone: string, isWide: boolean): string[] {
  const { sequence, time, kind, outcome, commit, who, why = "", service, lost, started } = record;
  const when = timeZone === "UTC" ? [timeIn(time, "UTC")] : [timeIn(time, timeZone), timeIn(time, "UTC")];
  const of = [service, lost, started === undefined ? undefined : `of #${started}`].filter((each) => each !== undefined);
  const what = [kind, outcome === "completed" ? "" : outcome, ...of].filter((word) => word !== "").join(" ");
  const { freeze = "", peak = "", gate, plan = "", hash } = record;
  const conditions = (gate?.conditions ?? [])
    .filter(({ state }) => state !== "pass")
    .map(({ name, state }) => `${name}: ${state}`);
  const more = isWide
    ? [
        [freeze, peak].filter((name) => name !== "").join(", "),
        [gate?.state ?? "", ...conditions].join("\n"),
        plan,
        hash,
      ]
    : [];
  const shownCommit = isWide ? commit : commit.slice(0, 10);
  return [
    `${sequence}`,
    ...when,
    what,
    shownCommit,
    changed(record, before, isWide),
    formatIdentity(who),
    why,
    ...more,
  ];
}

/** The releases that are others than those of the last verified record. */
function changed({ releases }: HistoryRecord, before: HistoryRecord | undefined, isWide: boolean): string {
  const lines = Object.entries(releases).flatMap(([service, release]) => {
    const [tag = ""] = release.split("@");
    if (before === undefined || before.releases[service] === release) return [];
    return [`${service} ${isWide ? release : tag}`];
  });
  const left = Object.keys(before?.releases ?? {}).filter((service) => !Object.hasOwn(releases, service));
  const all = [...lines, ...left.map((service) => `${service} left`)];
  if (before === undefined) return `all ${Object.keys(releases).length}`;
  return isWide || all.length <= 3 ? all.join("\n") : [...all.slice(0, 2), `and ${all.length - 2} more`].join("\n");
}

/** A time in a zone, to the minute: `2026-11-26 07:12`. */
function timeIn(time: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, hourCycle: "h23" },
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  }).formatToParts(new Date(time));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
}
