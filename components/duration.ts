const pattern = /^(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/**
 * Seconds of a time by the clock, in Prometheus' order of units: `90s`, `10m`, `1h30m`. Undefined for any other text. Days and weeks
 * are the calendar's, where a day is not always 24 hours.
 */
export function secondsOf(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
