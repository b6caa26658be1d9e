/** Freezes and peaks: the calendar's file, and what it says of a site at an instant. Knows no command and asks no clock. */
export { mayBreakGlass } from "./breakGlass.ts";
export type { Calendar, CalendarSite, Freeze, Occurrence } from "./calendar.ts";
export { siteOfCalendar } from "./calendarSites.ts";
export { formatInstant } from "./formatInstant.ts";
export { type Frozen, freezeAt, nextFreezes } from "./freezes.ts";
export { nextPeaks, type PeakTime, peaksDue } from "./peaks.ts";
export { readCalendar } from "./readCalendar.ts";
export { instantOfWallClock } from "./wallClock.ts";
export { type WantedPeaks, wantedPeaks } from "./wantedPeaks.ts";
