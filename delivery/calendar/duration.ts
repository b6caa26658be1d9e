/**
 * A length of time as people count it: days by the calendar, hours and minutes by the clock. A grammar of its own, in the same order of
 * units as all others: a day of a window may have 23 hours, and windows begin and end with a minute, so that they have no seconds.
 */
export interface Duration {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
}

/** What {@link parseDuration} takes, for messages. */
export const durationRule =
  "must be a length of time above zero in weeks, days, hours and minutes, in this order: 2d, 8h, 90m, 1d12h";

/** Parses `2d12h`, Prometheus' form of a duration without seconds. Undefined where the text is none, or is zero. */
export function parseDuration(text: string): Duration | undefined {
  const [whole, weeks, days, hours, minutes] =
    /^(?:(\d{1,3})w)?(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?$/.exec(text)?.map((part) => Number(part ?? 0)) ?? [];
  if (whole === undefined) return undefined;
  const duration = { days: 7 * (weeks ?? 0) + (days ?? 0), hours: hours ?? 0, minutes: minutes ?? 0 };
  return duration.days + duration.hours + duration.minutes === 0 ? undefined : duration;
}
