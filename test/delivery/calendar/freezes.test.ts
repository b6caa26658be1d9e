import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Calendar, Freeze } from "../../../delivery/calendar/calendar.ts";
import { freezeAt, nextFreezes } from "../../../delivery/calendar/freezes.ts";
import { windowProblems } from "../../../delivery/calendar/windowRules.ts";

const common = { name: "income-tax", reason: "the campaign of the income tax ends" };

function calendarOf(freezes: readonly Omit<Freeze, "reason">[], timeZone = "Europe/Madrid"): Calendar {
  const sites = ["dc1", "dc2"].map((name) => ({ name, timeZone }));
  const named = freezes.map((freeze) => ({ ...common, ...freeze }));
  return { breakGlass: { vaultEntities: [], signers: [] }, freezes: named, peaks: [], sites };
}

const once = { ...common, start: "2027-06-25T00:00", end: "2027-07-01T12:00" };

function isFrozen(calendar: Calendar, instant: string, site = "dc1"): boolean {
  return freezeAt(calendar, site, new Date(instant)) !== undefined;
}

test("the first minute is part of a freeze, and its end is not", () => {
  const calendar = calendarOf([once]);
  const seen = ["2027-06-24T21:59:59.999Z", "2027-06-24T22:00Z", "2027-07-01T09:59:59.999Z", "2027-07-01T10:00Z"];
  expect(seen.map((instant) => isFrozen(calendar, instant))).toEqual([false, true, true, false]);
});

test("a freeze of one site leaves the other alone", () => {
  const calendar = calendarOf([{ ...once, sites: ["dc1"] }]);
  expect(isFrozen(calendar, "2027-06-28T00:00Z", "dc1")).toBe(true);
  expect(isFrozen(calendar, "2027-06-28T00:00Z", "dc2")).toBe(false);
  expect(() => freezeAt(calendar, "dc9", new Date())).toThrow("without dc9");
});

test("freezes that overlap or follow each other are one, until the last ends", () => {
  const inside = { name: "inside", start: "2027-06-26T00:00", end: "2027-06-27T00:00" };
  const across = { name: "across", start: "2027-06-30T00:00", end: "2027-07-02T00:00" };
  const after = { name: "after", start: "2027-07-02T00:00", end: "2027-07-03T00:00" };
  const later = { name: "later", start: "2027-07-03T00:01", end: "2027-07-04T00:00" };
  const frozen = freezeAt(calendarOf([later, once, inside, across, after]), "dc1", new Date("2027-06-26T10:00Z"));
  expect(frozen?.freezes.map(({ freeze }) => freeze.name)).toEqual(["income-tax", "inside"]);
  expect(frozen?.since).toEqual(new Date("2027-06-24T22:00Z"));
  expect(frozen?.until).toEqual(new Date("2027-07-02T22:00Z"));
});

test("the next freeze is the first that begins after an instant", () => {
  const nightly = { name: "night", start: "2027-01-01T22:00", duration: "8h", rrule: "FREQ=DAILY" };
  const calendar = calendarOf([nightly, once]);
  const next = (instant: string) => nextFreezes(calendar, "dc1", new Date(instant))[0];
  expect(next("2027-06-24T20:00Z")).toMatchObject({
    start: new Date("2027-06-24T22:00Z"),
    freeze: { name: "income-tax" },
  });
  expect(next("2027-06-24T19:59:59Z")).toMatchObject({
    start: new Date("2027-06-24T20:00Z"),
    freeze: { name: "night" },
  });
  expect(nextFreezes(calendarOf([once]), "dc1", new Date("2027-06-24T22:00Z"))[0]).toBeUndefined();
});

describe("where clocks change", () => {
  test("a freeze from midnight on begins at one o'clock where that midnight is left out", () => {
    // In Chile clocks go from 24:00 of a Saturday to 01:00.
    const weekly = { name: "sundays", start: "2027-08-22T00:00", duration: "1d", rrule: "FREQ=WEEKLY;BYDAY=SU" };
    const calendar = calendarOf([weekly], "America/Santiago");
    expect(freezeAt(calendar, "dc1", new Date("2027-09-05T12:00Z"))?.freezes[0]).toMatchObject({
      start: new Date("2027-09-05T04:00Z"),
      end: new Date("2027-09-06T03:00Z"),
    });
  });

  test("a freeze from a half hour on that is left out begins with the change", () => {
    const night = { name: "night", start: "2028-03-26T02:30", duration: "8h" };
    expect(freezeAt(calendarOf([night]), "dc1", new Date("2028-03-26T05:00Z"))).toMatchObject({
      since: new Date("2028-03-26T01:00Z"),
      until: new Date("2028-03-26T09:00Z"),
    });
  });

  test("a night that is an hour longer is frozen to its end, and hours are counted by the clock that does not change", () => {
    const until = { name: "nights", start: "2027-10-01T22:00", duration: "1d", rrule: "FREQ=WEEKLY;BYDAY=FR,SA" };
    expect(freezeAt(calendarOf([until]), "dc1", new Date("2027-10-31T10:00Z"))?.until).toEqual(
      new Date("2027-10-31T21:00Z"),
    );
    const hours = { name: "hours", start: "2027-10-30T22:00", duration: "8h" };
    expect(freezeAt(calendarOf([hours]), "dc1", new Date("2027-10-31T01:00Z"))?.until).toEqual(
      new Date("2027-10-31T04:00Z"),
    );
  });

  test("a time that clocks show twice begins with the first and ends with the second", () => {
    const twice = { name: "twice", start: "2027-10-31T02:10", end: "2027-10-31T02:50" };
    const seen = ["2027-10-31T00:09Z", "2027-10-31T00:10Z", "2027-10-31T01:49Z", "2027-10-31T01:50Z"];
    expect(seen.map((instant) => isFrozen(calendarOf([twice]), instant))).toEqual([false, true, true, false]);
  });
});

test("29 February comes in leap years, the last day of February in all", () => {
  const leap = { name: "leap", start: "2028-02-29T00:00", duration: "1d", rrule: "FREQ=YEARLY" };
  const last = { ...leap, rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1" };
  const days = ["2028-02-29T12:00Z", "2029-02-28T12:00Z", "2032-02-29T12:00Z"];
  expect(days.map((instant) => isFrozen(calendarOf([leap]), instant))).toEqual([true, false, true]);
  expect(days.map((instant) => isFrozen(calendarOf([last]), instant))).toEqual([true, true, true]);
});

describe("an instant is frozen exactly if it is in a time that is found day by day", () => {
  const zones = ["Europe/Madrid", "America/Lima", "America/Santiago", "UTC", "Pacific/Apia"];
  const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
  const pad = (value: number) => String(value).padStart(2, "0");

  const formats = new Map(
    zones.map((timeZone) => {
      return [
        timeZone,
        new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }),
      ] as const;
    }),
  );

  /** What the wall clock shows, by the runtime's own time zones and not by the library's. */
  function shown(instant: number, timeZone: string): string {
    return (formats.get(timeZone)?.format(instant) ?? "").replace(" ", "T");
  }

  /** The first instant at which the wall clock shows a minute or has gone past it, searched minute by minute. */
  function firstShowing(text: string, timeZone: string): number {
    const about = Date.parse(`${text}Z`);
    let from = about - 27 * 3_600_000;
    for (const step of [3_600_000, 60_000]) {
      while (shown(from + step, timeZone) < text) from += step;
    }
    return from + 60_000;
  }

  const freeze = fc.record({
    timeZone: fc.constantFrom(...zones),
    year: fc.integer({ min: 2023, max: 2032 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.constantFrom(0, 1, 30, 59),
    kind: fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    interval: fc.integer({ min: 1, max: 3 }),
    hours: fc.integer({ min: 1, max: 20 }),
    count: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    left: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  });

  /** The days on which a rule starts, one after the other: as a person would strike them out on a paper calendar. */
  function daysOf({ year, month, day, kind, interval, count }: Parameters<typeof textOf>[0]): string[] {
    const days: string[] = [];
    for (let step = 0; days.length < Math.min(count ?? 20, 20); step += interval) {
      const at = {
        DAILY: [year, month - 1, day + step],
        WEEKLY: [year, month - 1, day + 7 * step],
        MONTHLY: [year, month - 1 + step, day],
        YEARLY: [year + step, month - 1, day],
      }[kind] as [number, number, number];
      days.push(new Date(Date.UTC(...at)).toISOString().slice(0, 10));
    }
    return days;
  }

  function textOf(stated: typeof freeze extends fc.Arbitrary<infer Value> ? Value : never) {
    const { year, month, day, hour, minute, kind, interval, hours, count, left, timeZone } = stated;
    const time = `${pad(hour)}:${pad(minute)}`;
    const days = daysOf(stated);
    const weekday = weekdays[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
    const rule = `FREQ=${kind};INTERVAL=${interval}${kind === "WEEKLY" ? `;BYDAY=${weekday}` : ""}`;
    const leftOut = left === undefined ? undefined : days[left];
    const window = {
      ...common,
      timeZone,
      start: `${days[0]}T${time}`,
      duration: `${hours}h`,
      rrule: count === undefined ? rule : `${rule};COUNT=${count}`,
      ...(leftOut === undefined ? {} : { exdate: [`${leftOut}T${time}`] }),
    };
    const starts = days.filter((each) => each !== leftOut).map((each) => firstShowing(`${each}T${time}`, timeZone));
    return { window, starts, length: hours * 3_600_000 };
  }

  test("in every time zone, over changes of clocks and leap years", () => {
    fc.assert(
      fc.property(
        freeze,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: -90, max: 1500 }),
        (stated, index, offset) => {
          const { window, starts, length } = textOf(stated);
          fc.pre(windowProblems(window, window.timeZone).length === 0);
          const start = starts[index % starts.length] ?? 0;
          const calendar = calendarOf([window]);
          for (const instant of [start, start - 1, start + length - 1, start + length, start + offset * 60_000]) {
            const expected = starts.some((each) => instant >= each && instant < each + length);
            // Beyond the days that were struck out.
            if (instant > (starts.at(-1) ?? 0) + length && stated.count === undefined) continue;
            expect(freezeAt(calendar, "dc1", new Date(instant)) !== undefined, new Date(instant).toISOString()).toBe(
              expected,
            );
            const next = starts.find((each) => each > instant);
            if (next !== undefined)
              expect(nextFreezes(calendar, "dc1", new Date(instant))[0]?.start).toEqual(new Date(next));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
