import {
  type Calendar,
  formatInstant,
  freezeAt,
  nextPeaks,
  siteOfCalendar,
  type WantedPeaks,
  wantedPeaks,
} from "../../delivery/calendar/index.ts";
import type { SiteLines } from "../../delivery/siteFiles.ts";
import type { At } from "./instant.ts";

/** What a site's file says of peaks now. */
export interface StatedPeaks {
  readonly name: string;
  /** `Site.peaks`. */
  readonly peaks?: readonly string[];
}

/** The commit that brings the sites' files to what the calendar says. */
export interface PeakCommit {
  /** None where every file says what it is to say. */
  readonly changes: readonly SiteLines[];
  /** The peaks that are to last at each site whose file changes. */
  readonly peaks: ReadonlyMap<string, readonly string[]>;
  readonly message: string;
  /** For people, what changes and why, or that nothing does. */
  readonly report: string;
}

/** Plans the lines `gemelos:peak` of sites at an instant. */
export function planPeaks(calendar: Calendar, stated: readonly StatedPeaks[], at: At): PeakCommit {
  const plans = stated.map(({ name, peaks = [] }) => {
    const site = siteOfCalendar(calendar, name);
    const instant = at(site);
    return { site, instant, ...wantedPeaks(calendar, name, instant, peaks) };
  });
  const changed = plans.filter(({ raise, lower }) => raise.length + lower.length > 0);
  return {
    changes: changed.map(({ site, wanted }) => ({
      site: site.name,
      lines: [{ path: ["gemelos:peak"], value: wanted.length > 1 ? wanted : wanted[0] }],
    })),
    peaks: new Map(changed.map(({ site, wanted }) => [site.name, wanted])),
    message: messageOf(changed.map(({ site, ...plan }) => ({ site: site.name, ...plan }))),
    report: plans.map((plan) => `${linesOf(calendar, plan).join("\n")}\n`).join(""),
  };
}

/** `Raise replicas for the peak income-tax in dc1 and dc2`, with the reasons below. */
function messageOf(changed: readonly (WantedPeaks & { readonly site: string })[]): string {
  const sites = changed.map(({ site }) => site).join(" and ");
  const raised = new Map(changed.flatMap(({ raise }) => raise.map(({ peak }) => [peak.name, peak.reason])));
  const lowered = new Set(changed.flatMap(({ lower }) => lower));
  const parts = [
    ...(raised.size === 0 ? [] : [`raise replicas for the peak ${[...raised.keys()].join(" and ")}`]),
    ...(lowered.size === 0 ? [] : [`lower replicas after the peak ${[...lowered].join(" and ")}`]),
  ];
  const title = `${parts.join(", and ")} in ${sites}`;
  const reasons = [...raised].map(([name, reason]) => `${name}: ${reason}`);
  return [title.charAt(0).toUpperCase() + title.slice(1), ...(reasons.length === 0 ? [] : ["", ...reasons])].join("\n");
}

type SitePlan = WantedPeaks & { readonly site: Calendar["sites"][number]; readonly instant: Date };

function linesOf(calendar: Calendar, { site, instant, wanted, raise, lower }: SitePlan): string[] {
  const shown = (time: Date) => formatInstant(time, site.timeZone);
  const frozen = freezeAt(calendar, site.name, instant);
  if (raise.length + lower.length === 0) {
    const [next] = nextPeaks(calendar, site.name, instant);
    const then = next === undefined ? "no peak follows" : `${next.peak.name} is due ${shown(next.due)}`;
    const now = wanted.length === 0 ? "no peak" : wanted.join(" and ");
    return [`${site.name}: its file says what it is to say (${now}); ${then}`];
  }
  return [
    ...raise.map(({ peak, start, end }) => {
      return `${site.name}: ${peak.name} is due, from ${shown(start)} until ${shown(end)}: ${peak.reason}`;
    }),
    ...lower.map((name) => `${site.name}: ${name} is over`),
    ...(frozen === undefined
      ? []
      : [`${site.name}: is frozen until ${shown(frozen.until)}; until then only --break-glass deploys this`]),
  ];
}
