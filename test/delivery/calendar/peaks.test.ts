import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Calendar, Freeze, Peak } from "../../../delivery/calendar/calendar.ts";
import { freezeAt } from "../../../delivery/calendar/freezes.ts";
import { nextPeaks, peaksDue } from "../../../delivery/calendar/peaks.ts";

const reason = "the campaign of the income tax ends";
const peak: Peak = {
  name: "income-tax",
  reason,
  start: "2027-06-24T00:00",
  end: "2027-07-01T00:00",
  deployBefore: "2d",
  minReplicas: { "card-payments": 4 },
};

function calendarOf(peaks: readonly Peak[], freezes: readonly Omit<Freeze, "reason">[] = []): Calendar {
  const sites = ["dc1", "dc2"].map((name) => ({ name, timeZone: "Europe/Madrid" }));
  const explained = freezes.map((freeze) => ({ reason, ...freeze }));
  return { breakGlass: { vaultEntities: [], signers: [] }, freezes: explained, peaks, sites };
}

function dueOf(calendar: Calendar): Date | undefined {
  return nextPeaks(calendar, "dc1", new Date("2027-01-01T00:00Z"))[0]?.due;
}

function names(calendar: Calendar, instant: string): string[] {
  return peaksDue(calendar, "dc1", new Date(instant)).map((due) => due.peak.name);
}

test("a peak is due two days before it begins, and no longer at its end", () => {
  const calendar = calendarOf([peak]);
  const seen = ["2027-06-21T21:59Z", "2027-06-21T22:00Z", "2027-06-30T21:59Z", "2027-06-30T22:00Z"];
  expect(seen.map((instant) => names(calendar, instant))).toEqual([[], ["income-tax"], ["income-tax"], []]);
});

test("a peak of one site is not due in the other", () => {
  const calendar = calendarOf([{ ...peak, sites: ["dc2"] }]);
  expect(names(calendar, "2027-06-28T00:00Z")).toEqual([]);
  expect(peaksDue(calendar, "dc2", new Date("2027-06-28T00:00Z"))).toHaveLength(1);
});

test("a peak that begins within a freeze is due two days before the freeze", () => {
  const freeze = { name: "last-days", start: "2027-06-20T00:00", end: "2027-07-01T00:00" };
  expect(dueOf(calendarOf([peak], [freeze]))).toEqual(new Date("2027-06-17T22:00Z"));
});

test("time in which nothing may be deployed is not counted", () => {
  const freeze = { name: "one-day", start: "2027-06-22T12:00", end: "2027-06-23T12:00" };
  expect(dueOf(calendarOf([peak], [freeze]))).toEqual(new Date("2027-06-20T22:00Z"));
  const nights = { name: "nights", start: "2027-01-01T18:00", duration: "12h", rrule: "FREQ=DAILY" };
  expect(dueOf(calendarOf([peak], [nights]))).toEqual(new Date("2027-06-20T04:00Z"));
});

test("days of a change of clocks are days", () => {
  const spring = { ...peak, start: "2027-03-29T00:00", end: "2027-04-01T00:00" };
  expect(dueOf(calendarOf([spring]))).toEqual(new Date("2027-03-26T23:00Z"));
});

test("a peak that comes every quarter is due before each, and two may be due together", () => {
  const quarterly: Peak = {
    name: "value-added-tax",
    reason,
    start: "2027-01-20T00:00",
    duration: "11d",
    rrule: "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=20",
    deployBefore: "1d",
  };
  const calendar = calendarOf([quarterly, { ...peak, end: "2027-07-20T00:00" }]);
  const seen = ["2027-01-19T12:00Z", "2027-02-01T00:00Z", "2027-04-30T12:00Z", "2027-07-19T12:00Z"];
  expect(seen.map((instant) => names(calendar, instant))).toEqual([
    ["value-added-tax"],
    [],
    ["value-added-tax"],
    ["income-tax", "value-added-tax"],
  ]);
});

test("between due and start there is as much time without freezes as the peak asks for, and not a minute less", () => {
  const window = fc.record({
    from: fc.integer({ min: 0, max: 20 * 24 }),
    hours: fc.integer({ min: 1, max: 72 }),
  });
  const start = Date.parse("2027-06-24T00:00Z");
  fc.assert(
    fc.property(fc.array(window, { maxLength: 4 }), fc.integer({ min: 1, max: 60 }), (windows, hours) => {
      const freezes = windows.map(({ from, hours: length }, index) => {
        const begin = new Date(start - from * 3_600_000).toISOString().slice(0, 16);
        return { name: `f${index}`, timeZone: "UTC", start: begin, duration: `${length}h` };
      });
      const calendar = calendarOf([{ ...peak, timeZone: "UTC", deployBefore: `${hours}h` }], freezes);
      const due = dueOf(calendar)?.getTime() ?? 0;
      let free = 0;
      for (let hour = due; hour < start; hour += 3_600_000) {
        if (freezeAt(calendar, "dc1", new Date(hour)) === undefined) free += 1;
      }
      expect(free).toBe(hours);
      expect(freezeAt(calendar, "dc1", new Date(due))).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});
