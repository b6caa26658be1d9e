import { RRuleTemporal } from "rrule-temporal";
import type { Occurrence, Window } from "./calendar.ts";
import { parseDuration } from "./duration.ts";
import { parseUntil, rulePartsOf } from "./recurrenceRule.ts";
import { endOf, instantOf, lastInstantOf, parseWallClock, type WallClock, wallClockAt } from "./wallClock.ts";

/** What of a window says when it takes place. */
export type WindowTimes = Pick<Window, "start" | "end" | "duration" | "rrule" | "exdate">;

/**
 * More than any change of clocks, one that leaves out a whole day included, in milliseconds: the order of two instants that are
 * further apart is that of their wall clocks.
 */
const anyChange = 26 * 3_600_000;

/** Finds the times that a valid window takes place in a time zone. Pure: it asks no clock. */
export class Recurrence {
  readonly #times: WindowTimes;
  readonly #timeZone: string;
  readonly #first: WallClock;
  readonly #rule: RRuleTemporal | undefined;
  readonly #until: Date | undefined;

  /** @throws Error where the library does not take the rule; the message is the library's. */
  constructor(times: WindowTimes, timeZone: string) {
    this.#times = times;
    this.#timeZone = timeZone;
    this.#first = parseWallClock(times.start) ?? 0;
    if (times.rrule === undefined) return;
    const parts = new Map(rulePartsOf(times.rrule));
    this.#until = parseUntil(parts.get("UNTIL") ?? "");
    // The rule counts on the wall clock as if it were UTC, where no time is left out: RFC 5545 lets a rule pass over the times
    // that a change of clocks leaves out, and a freeze that begins at such a midnight must not be passed over.
    if (this.#until !== undefined) {
      parts.set("UNTIL", compact(wallClockAt(this.#until, timeZone) + anyChange));
    }
    const rule = [...parts].map(([name, value]) => `${name}=${value}`).join(";");
    const except = (times.exdate ?? []).map((text) => compact(parseWallClock(text) ?? 0));
    const lines = [
      `DTSTART:${compact(this.#first)}`,
      `RRULE:${rule}`,
      ...(except.length === 0 ? [] : [`EXDATE:${except.join(",")}`]),
    ];
    this.#rule = new RRuleTemporal({ rruleString: lines.join("\n"), strict: true });
  }

  /** The last time that begins at an instant or before it. */
  lastUntil(instant: Date): Occurrence | undefined {
    const near = this.#near(instant).findLast(({ start }) => start <= instant);
    if (near !== undefined) return near;
    const before = new Date(wallClockAt(instant, this.#timeZone) - anyChange);
    if (this.#rule === undefined) return this.#first <= before.getTime() ? this.#occurrence(this.#first) : undefined;
    const found = this.#rule.previous(before, true);
    const occurrence = found === null ? undefined : this.#occurrence(found.epochMilliseconds);
    // Of those after UNTIL, the rule has at most those of a day.
    if (occurrence !== undefined && this.#until !== undefined && occurrence.start > this.#until) {
      return this.lastUntil(this.#until);
    }
    return occurrence;
  }

  /** The first time that begins after an instant. */
  nextAfter(instant: Date): Occurrence | undefined {
    const near = this.#near(instant).find(({ start }) => start > instant);
    if (near !== undefined) return near;
    const after = new Date(wallClockAt(instant, this.#timeZone) + anyChange);
    if (this.#rule === undefined) return this.#first >= after.getTime() ? this.#occurrence(this.#first) : undefined;
    const found = this.#rule.next(after, true);
    const occurrence = found === null ? undefined : this.#occurrence(found.epochMilliseconds);
    return occurrence !== undefined && this.#isPast(occurrence) ? undefined : occurrence;
  }

  /** The time at an instant: `start` is part of it, `end` is not. */
  at(instant: Date): Occurrence | undefined {
    // Where a time lasts until after the next begins, the next lasts longer.
    const last = this.lastUntil(instant);
    return last !== undefined && last.end > instant ? last : undefined;
  }

  /** Whether one time starts when the wall clock shows this. */
  startsAt(time: WallClock): boolean {
    if (this.#rule === undefined) return time === this.#first;
    const [found] = this.#rule.between(new Date(time), new Date(time), true);
    return found !== undefined && !this.#isPast(this.#occurrence(time));
  }

  /** The first time of all. */
  first(): Occurrence | undefined {
    return this.nextAfter(new Date(instantOf(this.#first, this.#timeZone).getTime() - 1));
  }

  /** The times that begin in some days from an instant on, in the order of their starts. */
  during(from: Date, days: number): Occurrence[] {
    const clock = wallClockAt(from, this.#timeZone);
    return this.#between(clock - anyChange, clock + days * 86_400_000 + anyChange).filter(({ start }) => start >= from);
  }

  /** Those that begin about the time of an instant. */
  #near(instant: Date): Occurrence[] {
    const clock = wallClockAt(instant, this.#timeZone);
    return this.#between(clock - anyChange, clock + anyChange);
  }

  /** In the order of their starts. */
  #between(from: WallClock, to: WallClock): Occurrence[] {
    const starts =
      this.#rule === undefined
        ? [this.#first].filter((time) => time >= from && time <= to)
        : this.#rule.between(new Date(from), new Date(to), true).map(({ epochMilliseconds }) => epochMilliseconds);
    return starts
      .map((time) => this.#occurrence(time))
      .filter((occurrence) => !this.#isPast(occurrence))
      .sort((one, other) => one.start.getTime() - other.start.getTime());
  }

  #isPast({ start }: Occurrence): boolean {
    return this.#until !== undefined && start > this.#until;
  }

  #occurrence(time: WallClock): Occurrence {
    const start = instantOf(time, this.#timeZone);
    const { end, duration } = this.#times;
    const length = parseDuration(duration ?? "");
    if (length !== undefined) return { start, end: endOf(time, length, this.#timeZone) };
    return { start, end: lastInstantOf(parseWallClock(end ?? "") ?? time, this.#timeZone) };
  }
}

/** A wall clock in the form of RFC 5545, as if it were UTC. */
function compact(time: WallClock): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}
