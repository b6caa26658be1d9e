import { Temporal } from "temporal-polyfill";
import type { Duration } from "./duration.ts";

/** What {@link parseWallClock} takes, for messages. */
export const wallClockRule =
  "must be a minute that exists, such as 2027-06-25T08:00 (years 2000 to 2199; midnight is 00:00 of the day that begins)";

/** A minute of the wall clock, in milliseconds since 1970 as if the clock showed UTC: order and distances are those that people read. */
export type WallClock = number;

const minute = 60_000;
const hour = 60 * minute;

/** Parses `2027-06-25T08:00`. Undefined where the text is none, or there is no such day, as 2027-02-29. */
export function parseWallClock(text: string): WallClock | undefined {
  if (!/^2[01]\d\d-\d\d-\d\dT\d\d:\d\d$/.test(text)) return undefined;
  const time = Date.parse(`${text}Z`);
  return !Number.isNaN(time) && formatWallClock(time) === text ? time : undefined;
}

/** `2027-06-25T08:00`. */
export function formatWallClock(time: WallClock): string {
  return new Date(time).toISOString().slice(0, 16);
}

/** What the wall clock shows in a time zone. */
export function wallClockAt(instant: Date, timeZone: string): WallClock {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  return Date.parse(`${zoned.toPlainDateTime().toString({ smallestUnit: "millisecond" })}Z`);
}

/**
 * When the wall clock shows a time. Where clocks go forward past it, that is when they change; where they go back and show it
 * twice, the first time.
 */
export function instantOf(time: WallClock, timeZone: string): Date {
  const earlier = plain(time).toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (earlier.toPlainDateTime().equals(plain(time))) return toDate(earlier);
  return toDate(earlier.getTimeZoneTransition("next") ?? earlier);
}

/** The second of the two where clocks show a time twice, otherwise {@link instantOf}. */
export function lastInstantOf(time: WallClock, timeZone: string): Date {
  const later = plain(time).toZonedDateTime(timeZone, { disambiguation: "later" });
  return later.toPlainDateTime().equals(plain(time)) ? toDate(later) : instantOf(time, timeZone);
}

/** Whether clocks of a time zone never show a time, because they go forward past it. */
export function isLeftOut(time: WallClock, timeZone: string): boolean {
  return wallClockAt(instantOf(time, timeZone), timeZone) !== time;
}

/**
 * When a length of time is over that begins when the wall clock shows a time: whole days later it shows the same, hours and
 * minutes after that are those of a clock that nobody changes.
 */
export function endOf(start: WallClock, { days, hours, minutes }: Duration, timeZone: string): Date {
  return new Date(instantOf(start + days * 24 * hour, timeZone).getTime() + hours * hour + minutes * minute);
}

function plain(time: WallClock): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(new Date(time).toISOString().slice(0, -1));
}

function toDate({ epochMilliseconds }: Temporal.ZonedDateTime): Date {
  return new Date(epochMilliseconds);
}

/** When the wall clock shows `2027-06-25T08:00`; undefined where the text is no minute that exists. See {@link instantOf}. */
export function instantOfWallClock(text: string, timeZone: string): Date | undefined {
  const time = parseWallClock(text);
  return time === undefined ? undefined : instantOf(time, timeZone);
}
