import {
  type Calendar,
  type Freeze,
  freezeAt,
  nextFreezes,
  nextPeaks,
  type Occurrence,
  type PeakTime,
  peaksDue,
  siteOfCalendar,
  wantedPeaks,
} from "../../delivery/calendar/index.ts";
import type { StatedPeaks } from "./apply.ts";
import type { At } from "./instant.ts";

/** What the calendar says of a site at an instant. */
export interface SiteStatus {
  readonly site: string;
  readonly timeZone: string;
  readonly at: Date;
  /** `null` where deployments are let through. */
  readonly frozen: { readonly since: Date; readonly until: Date; readonly freezes: readonly NamedTime[] } | null;
  /** The next time of each freeze that begins once more, soonest first. */
  readonly nextFreezes: readonly NamedTime[];
  /** Of each peak, the time that lasts or is due, and then the next that is not. */
  readonly peaks: readonly SitePeak[];
  /** The peaks that the site's file names: `gemelos:peak`. */
  readonly stated: readonly string[];
  /** Whether the file names the peaks that are due, and no other. */
  readonly isAsWanted: boolean;
}

/** A freeze or a peak at a time that it takes place. */
interface NamedTime extends Occurrence {
  readonly name: string;
  readonly reason: string;
}

/** A peak, and whether its replicas are to run. */
export interface SitePeak extends NamedTime {
  readonly due: Date;
  /** `due` once it is to be deployed, `in force` from its start on. */
  readonly state: "next" | "due" | "in force";
  readonly minReplicas: Readonly<Record<string, number>>;
  readonly maxReplicas: Readonly<Record<string, number>>;
}

/** What the calendar says of each site. */
export function calendarStatus(calendar: Calendar, sites: readonly StatedPeaks[], at: At): SiteStatus[] {
  return sites.map(({ name, peaks: stated = [] }) => {
    const site = siteOfCalendar(calendar, name);
    const instant = at(site);
    const { raise, lower } = wantedPeaks(calendar, name, instant, stated);
    const frozen = freezeAt(calendar, site.name, instant);
    const peaks = [...peaksDue(calendar, name, instant), ...nextPeaks(calendar, name, instant)];
    return {
      site: site.name,
      timeZone: site.timeZone,
      at: instant,
      frozen:
        frozen === undefined
          ? null
          : {
              since: frozen.since,
              until: frozen.until,
              freezes: frozen.freezes.map((time) => named(time.freeze, time)),
            },
      nextFreezes: nextFreezes(calendar, name, instant).map((time) => named(time.freeze, time)),
      peaks: peaks.map((time) => sitePeak(time, instant)),
      stated,
      isAsWanted: raise.length + lower.length === 0,
    };
  });
}

function named({ name, reason }: Pick<Freeze, "name" | "reason">, { start, end }: Occurrence): NamedTime {
  return { name, reason, start, end };
}

function sitePeak({ peak, due, ...time }: PeakTime, instant: Date): SitePeak {
  const state = time.start <= instant ? "in force" : due <= instant ? "due" : "next";
  const { minReplicas = {}, maxReplicas = {} } = peak;
  return { ...named(peak, time), due, state, minReplicas, maxReplicas };
}
