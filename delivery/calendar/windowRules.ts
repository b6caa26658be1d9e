import type { Window } from "./calendar.ts";
import { parseDuration } from "./duration.ts";
import { Recurrence } from "./recurrence.ts";
import { recurrenceRuleProblems } from "./recurrenceRule.ts";
import { formatWallClock, instantOf, isLeftOut, lastInstantOf, parseWallClock, wallClockAt } from "./wallClock.ts";

/** What is wrong with a field of a window. */
export interface WindowProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** In days. What is longer is a mistaken year, or nobody would ever deploy. */
const longest = 366;

const day = 86_400_000;

/** What is wrong with the times of a window in a time zone. Of a field that is not well-formed the schema says so. */
export function windowProblems(window: Window, timeZone: string): WindowProblem[] {
  const problems: WindowProblem[] = [];
  const report = (path: readonly PropertyKey[], message: string) => problems.push({ path, message });
  const { end, duration, rrule, exdate } = window;
  if (rrule === undefined) {
    if (exdate !== undefined) report(["exdate"], "leaves out times of a recurrence; add rrule, or remove it");
    if (end !== undefined && duration !== undefined)
      report(["duration"], "is stated beside end; remove one of the two");
    if (end === undefined && duration === undefined) report(["end"], "is missing; add it, or a duration");
  } else {
    if (end !== undefined) report(["end"], "is for what happens once; a recurrence has a duration instead");
    if (duration === undefined) report(["duration"], "is missing; add how long each time lasts, such as 8h or 2d");
    for (const problem of recurrenceRuleProblems(rrule)) report(["rrule"], problem);
  }
  for (const field of ["start", "end"] as const) {
    const time = parseWallClock(window[field] ?? "");
    if (time === undefined || !isLeftOut(time, timeZone)) continue;
    const meant = formatWallClock(wallClockAt(instantOf(time, timeZone), timeZone));
    report([field], `is left out in ${timeZone}, where clocks go forward past it; write ${meant}`);
  }
  const isWellFormed =
    [window.start, end ?? window.start, ...(exdate ?? [])].every((text) => parseWallClock(text) !== undefined) &&
    (duration === undefined || parseDuration(duration) !== undefined);
  if (!isWellFormed) return problems;
  if (problems.length === 0) problems.push(...lengthProblems(window, timeZone));
  if (problems.length === 0 && rrule !== undefined) problems.push(...recurrenceProblems(window, timeZone));
  return problems;
}

function lengthProblems({ start, end, duration }: Window, timeZone: string): WindowProblem[] {
  const from = instantOf(parseWallClock(start) ?? 0, timeZone);
  const to = lastInstantOf(parseWallClock(end ?? "") ?? 0, timeZone);
  // Where clocks go back, a time that is shown twice is after itself.
  if (end !== undefined && end <= start) {
    const how = end === start ? "is the start itself, so that it would last no time" : `is before the start, ${start}`;
    return [{ path: ["end"], message: `${how}; write the first minute after it` }];
  }
  const { days = 0, hours = 0, minutes = 0 } = parseDuration(duration ?? "") ?? {};
  const length = end === undefined ? days * day + hours * 3_600_000 + minutes * 60_000 : to.getTime() - from.getTime();
  if (length <= longest * day) return [];
  const field = end === undefined ? "duration" : "end";
  return [{ path: [field], message: `makes it last more than ${longest} days; correct the year, or split it` }];
}

function recurrenceProblems(window: Window, timeZone: string): WindowProblem[] {
  const start = parseWallClock(window.start) ?? 0;
  const exceptions = (window.exdate ?? []).map((text) => parseWallClock(text) ?? 0);
  const { exdate: _, ...regular } = window;
  try {
    const rule = new Recurrence(regular, timeZone);
    const first = rule.first();
    if (first === undefined) return [{ path: ["rrule"], message: "never takes place from the start on; correct it" }];
    if (!rule.startsAt(start)) {
      const meant = formatWallClock(wallClockAt(first.start, timeZone));
      return [
        { path: ["start"], message: `is no time of the rule, whose first is ${meant}; write that, or correct rrule` },
      ];
    }
    const pointless = exceptions.flatMap((time, index): WindowProblem[] => {
      const message = "leaves out nothing: the rule has no start then; write the very minute of a start";
      return rule.startsAt(time) ? [] : [{ path: ["exdate", index], message }];
    });
    if (pointless.length > 0) return pointless;
    const whole = new Recurrence(window, timeZone);
    if (whole.first() === undefined)
      return [{ path: ["exdate"], message: "leaves out every time of the rule; remove both" }];
    return neverPauses(whole) ? [{ path: ["duration"], message: pauseless }] : [];
  } catch (error) {
    // The library gives up on a rule that it finds no time for.
    const found = error instanceof Error ? error.message : String(error);
    const message = /maximum|iterations|evaluations/i.test(found) ? "never takes place; correct it" : found;
    return [{ path: ["rrule"], message }];
  }
}

const pauseless = `lets each time last until the next begins, for more than ${longest} days without a pause; shorten it, or end the rule with UNTIL or COUNT`;

/** Whether the times follow each other for longer than any single one may last. */
function neverPauses(recurrence: Recurrence): boolean {
  const first = recurrence.first();
  if (first === undefined) return false;
  let until = first.end.getTime();
  for (let looked = 0; looked < longest; looked += step) {
    const from = first.start.getTime() + looked * day;
    for (const { start, end } of recurrence.during(new Date(from), step)) {
      if (start.getTime() > until) return false;
      until = Math.max(until, end.getTime());
    }
    if (until < from + step * day) return false;
  }
  return true;
}

/** In days, how far is looked at once: most rules pause within days. */
const step = 31;
