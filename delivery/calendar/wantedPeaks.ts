import type { Calendar } from "./calendar.ts";
import { freezeAt } from "./freezes.ts";
import { type PeakTime, peaksDue } from "./peaks.ts";

/** What a site's file is to say of peaks at an instant. */
export interface WantedPeaks {
  /** The names for `gemelos:peak`, in the order of the calendar. */
  readonly wanted: readonly string[];
  /** The peaks that are due and that the file does not name. */
  readonly raise: readonly PeakTime[];
  /** The names in the file that are over, or of no peak of the calendar. */
  readonly lower: readonly string[];
}

/**
 * What a site's file is to say of peaks at an instant: those that are due. In a freeze nobody lowers anything, so that a peak
 * which is over stays until the freeze is.
 * @param stated the names in the site's file, `Site.peaks`
 * @throws Error where the calendar knows no such site.
 */
export function wantedPeaks(calendar: Calendar, site: string, instant: Date, stated: readonly string[]): WantedPeaks {
  const due = peaksDue(calendar, site, instant);
  const isFrozen = freezeAt(calendar, site, instant) !== undefined;
  const wanted = calendar.peaks
    .map(({ name }) => name)
    .filter((name) => due.some(({ peak }) => peak.name === name) || (isFrozen && stated.includes(name)));
  return {
    wanted,
    raise: due.filter(({ peak }) => !stated.includes(peak.name)),
    lower: stated.filter((name) => !wanted.includes(name)),
  };
}
