import type { Calendar, Occurrence, Peak } from "./calendar.ts";
import { appliesTo, siteOfCalendar, zoneOf } from "./calendarSites.ts";
import { parseDuration } from "./duration.ts";
import { SiteFreezes } from "./freezes.ts";
import { Recurrence } from "./recurrence.ts";
import { endOf, wallClockAt } from "./wallClock.ts";

/** A peak at a time that it takes place. */
export interface PeakTime extends Occurrence {
  readonly peak: Peak;
  /** From when on its replicas are to be deployed. */
  readonly due: Date;
}

/**
 * The peaks whose replicas are to run at a site at an instant: those that last, and those that come so soon that they are to be
 * deployed. That is `deployBefore` before the start, not counting time in which the site is frozen, so that a peak within a
 * freeze is deployed before the freeze begins.
 * @throws Error where the calendar knows no such site.
 */
export function peaksDue(calendar: Calendar, site: string, instant: Date): PeakTime[] {
  return sitePeaks(calendar, site)
    .flatMap(({ recurrence, timeOf }) => timeOf(recurrence.at(instant) ?? recurrence.nextAfter(instant)))
    .filter(({ due }) => due <= instant)
    .toSorted((one, other) => one.start.getTime() - other.start.getTime());
}

/** Of each peak of a site, the first time that is not due yet at an instant, the soonest to be due first. */
export function nextPeaks(calendar: Calendar, site: string, instant: Date): PeakTime[] {
  return sitePeaks(calendar, site)
    .flatMap(({ recurrence, timeOf }) => {
      let next = timeOf(recurrence.nextAfter(instant));
      while (next.some(({ due }) => due <= instant)) {
        next = next.flatMap(({ start }) => timeOf(recurrence.nextAfter(start)));
      }
      return next;
    })
    .toSorted((one, other) => one.due.getTime() - other.due.getTime());
}

/** The peaks of a site, and how one of their times, if there is one, becomes that of a peak. */
function sitePeaks(calendar: Calendar, site: string) {
  const known = siteOfCalendar(calendar, site);
  const freezes = new SiteFreezes(calendar, site);
  return calendar.peaks
    .filter((peak) => appliesTo(peak, site))
    .map((peak) => {
      const zone = zoneOf(peak, known);
      const timeOf = (time: Occurrence | undefined): PeakTime[] =>
        time === undefined ? [] : [{ peak, ...time, due: dueBefore(time.start, peak, zone, freezes) }];
      return { recurrence: new Recurrence(peak, zone), timeOf };
    });
}

/** In milliseconds. Whoever has not had the time in a year never has it, and is told to begin at once. */
const longest = 366 * 86_400_000;

/** The latest instant from which on the time without freezes until the start is as long as the peak asks for. */
function dueBefore(start: Date, peak: Peak, timeZone: string, freezes: SiteFreezes): Date {
  const { days = 0, hours = 0, minutes = 0 } = parseDuration(peak.deployBefore) ?? {};
  const clock = wallClockAt(start, timeZone);
  let missing = start.getTime() - endOf(clock, { days: -days, hours: -hours, minutes: -minutes }, timeZone).getTime();
  let from = start.getTime();
  while (start.getTime() - from < longest) {
    const frozen = freezes.at(new Date(from - 1));
    if (frozen !== undefined) {
      from = frozen.since.getTime();
      continue;
    }
    const free = from - (freezes.lastEnd(new Date(from - 1))?.getTime() ?? Number.NEGATIVE_INFINITY);
    if (free >= missing) return new Date(from - missing);
    missing -= free;
    from -= free;
  }
  return new Date(from);
}
