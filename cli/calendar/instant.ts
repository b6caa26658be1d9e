import { UsageError } from "../../command/errors.ts";
import { type CalendarSite, instantOfWallClock } from "../../delivery/calendar/index.ts";

const instantRule =
  "Write 2027-06-25T08:00Z or 2027-06-25T08:00+02:00, or 2027-06-25T08:00 for what the clocks of the site show.";

/** What `--at` names: an instant, or what the wall clock of a site shows. */
export type At = (site: CalendarSite) => Date;

/**
 * Parses `--at`.
 * @throws UsageError where it is no time, with what it may be.
 */
export function parseAt(text: string): At {
  const [, minute = "", offset] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::00)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  if (offset === undefined) {
    // That there is such a minute does not depend on the time zone.
    if (instantOfWallClock(minute, "UTC") === undefined) throw new UsageError(`--at: must be a time. ${instantRule}`);
    return ({ timeZone }) => instantOfWallClock(minute, timeZone) ?? new Date(Number.NaN);
  }
  const instant = new Date(`${minute}${offset}`);
  if (instantOfWallClock(minute, "UTC") === undefined || Number.isNaN(instant.getTime())) {
    throw new UsageError(`--at: must be a time. ${instantRule}`);
  }
  return () => instant;
}
