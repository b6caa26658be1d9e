import type { Calendar, CalendarSite, Window } from "./calendar.ts";

/** Whether a window holds for a site. */
export function appliesTo({ sites }: Pick<Window, "sites">, site: string): boolean {
  return sites === undefined || sites.includes(site);
}

/** The time zone in which a window's times are meant at a site. */
export function zoneOf({ timeZone }: Pick<Window, "timeZone">, site: CalendarSite): string {
  return timeZone ?? site.timeZone;
}

/** @throws Error where the calendar knows no such site. */
export function siteOfCalendar({ sites }: Pick<Calendar, "sites">, name: string): CalendarSite {
  const site = sites.find((each) => each.name === name);
  if (site === undefined)
    throw new Error(`the calendar was read for ${sites.map((each) => each.name)}, without ${name}`);
  return site;
}
