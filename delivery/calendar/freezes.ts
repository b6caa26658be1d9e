import type { Calendar, Freeze, Occurrence } from "./calendar.ts";
import { appliesTo, siteOfCalendar, zoneOf } from "./calendarSites.ts";
import { Recurrence } from "./recurrence.ts";

/** A freeze at a time that it takes place. */
export interface FreezeTime extends Occurrence {
  readonly freeze: Freeze;
}

/** That nothing may be deployed, and until when. */
export interface Frozen {
  /** All freezes that are in force, in the order of the calendar; at least one. */
  readonly freezes: readonly FreezeTime[];
  /** When the freezes that follow each other without a pause began. */
  readonly since: Date;
  /** When deployments are let through again. */
  readonly until: Date;
}

/**
 * Whether a site is frozen at an instant, which is so from the first minute of a freeze on and no longer at its end. A freeze
 * stops deployments that have not begun; a rollback passes, and a deployment that runs goes on.
 * @throws Error where the calendar knows no such site.
 */
export function freezeAt(calendar: Calendar, site: string, instant: Date): Frozen | undefined {
  return new SiteFreezes(calendar, site).at(instant);
}

/** The next time of each freeze of a site that begins after an instant, soonest first; in the calendar's order where some begin together. */
export function nextFreezes(calendar: Calendar, site: string, instant: Date): FreezeTime[] {
  return new SiteFreezes(calendar, site).nextAfter(instant);
}

/** In milliseconds: freezes that follow each other for as long without a pause are not followed further. */
const longest = 800 * 86_400_000;

/** All freezes of one site. */
export class SiteFreezes {
  readonly #freezes: readonly { readonly freeze: Freeze; readonly recurrence: Recurrence }[];

  constructor(calendar: Calendar, site: string) {
    const known = siteOfCalendar(calendar, site);
    this.#freezes = calendar.freezes
      .filter((freeze) => appliesTo(freeze, site))
      .map((freeze) => ({ freeze, recurrence: new Recurrence(freeze, zoneOf(freeze, known)) }));
  }

  /** What holds at an instant. */
  at(instant: Date): Frozen | undefined {
    const freezes = this.#inForce(instant);
    if (freezes.length === 0) return undefined;
    let [since, until] = [earliest(freezes), latest(freezes)];
    for (;;) {
      const before = this.#inForce(new Date(since.getTime() - 1));
      if (before.length === 0 || instant.getTime() - since.getTime() > longest) break;
      since = earliest(before);
    }
    for (;;) {
      const after = this.#inForce(until);
      if (after.length === 0 || until.getTime() - instant.getTime() > longest) break;
      until = latest(after);
    }
    return { freezes, since, until };
  }

  /** Of each, the next that begins after an instant. */
  nextAfter(instant: Date): FreezeTime[] {
    return this.#freezes
      .flatMap(({ freeze, recurrence }) => {
        const next = recurrence.nextAfter(instant);
        return next === undefined ? [] : [{ freeze, ...next }];
      })
      .toSorted((one, other) => one.start.getTime() - other.start.getTime());
  }

  /** When the last freeze ended that was over at an instant at which none is in force. */
  lastEnd(instant: Date): Date | undefined {
    const ends = this.#freezes.flatMap(({ recurrence }) => recurrence.lastUntil(instant)?.end ?? []);
    return ends.length === 0 ? undefined : new Date(Math.max(...ends.map((end) => end.getTime())));
  }

  #inForce(instant: Date): FreezeTime[] {
    return this.#freezes.flatMap(({ freeze, recurrence }) => {
      const time = recurrence.at(instant);
      return time === undefined ? [] : [{ freeze, ...time }];
    });
  }
}

function earliest(times: readonly Occurrence[]): Date {
  return new Date(Math.min(...times.map(({ start }) => start.getTime())));
}

function latest(times: readonly Occurrence[]): Date {
  return new Date(Math.max(...times.map(({ end }) => end.getTime())));
}
