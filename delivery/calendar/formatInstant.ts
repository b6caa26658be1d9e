import { formatWallClock, wallClockAt } from "./wallClock.ts";

/** An instant for people, in a time zone and in UTC: `2027-06-25 08:00 Europe/Madrid, 06:00 UTC`. Seconds are left out. */
export function formatInstant(instant: Date, timeZone: string): string {
  const [day = "", time = ""] = formatWallClock(wallClockAt(instant, timeZone)).split("T");
  if (timeZone === "UTC") return `${day} ${time} UTC`;
  const [utcDay = "", utcTime = ""] = formatWallClock(instant.getTime()).split("T");
  return `${day} ${time} ${timeZone}, ${utcDay === day ? "" : `${utcDay} `}${utcTime} UTC`;
}
