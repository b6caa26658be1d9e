import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatInstant } from "../../../delivery/calendar/formatInstant.ts";
import {
  formatWallClock,
  instantOf,
  instantOfWallClock,
  isLeftOut,
  lastInstantOf,
  parseWallClock,
  wallClockAt,
} from "../../../delivery/calendar/wallClock.ts";

const zones = ["Europe/Madrid", "America/Lima", "America/Santiago", "Pacific/Apia", "Australia/Lord_Howe", "UTC"];

test("what clocks show at an instant leads back to it, but for the hour that they show twice", () => {
  const minutes = fc.integer({ min: Date.parse("2000-01-02") / 60_000, max: Date.parse("2080-01-01") / 60_000 });
  fc.assert(
    fc.property(minutes, fc.constantFrom(...zones), (minute, zone) => {
      const instant = new Date(minute * 60_000);
      const time = wallClockAt(instant, zone);
      expect(isLeftOut(time, zone)).toBe(false);
      expect([instantOf(time, zone), lastInstantOf(time, zone)]).toContainEqual(instant);
      expect(parseWallClock(formatWallClock(time))).toBe(time);
    }),
  );
});

test("a time that clocks leave out is when they change", () => {
  const time = parseWallClock("2027-03-28T02:30") ?? 0;
  expect(isLeftOut(time, "Europe/Madrid")).toBe(true);
  expect(instantOf(time, "Europe/Madrid")).toEqual(new Date("2027-03-28T01:00Z"));
  expect(lastInstantOf(time, "Europe/Madrid")).toEqual(new Date("2027-03-28T01:00Z"));
});

test("a time that clocks show twice has a first and a last instant", () => {
  const time = parseWallClock("2027-10-31T02:30") ?? 0;
  expect(instantOf(time, "Europe/Madrid")).toEqual(new Date("2027-10-31T00:30Z"));
  expect(lastInstantOf(time, "Europe/Madrid")).toEqual(new Date("2027-10-31T01:30Z"));
});

test.each([
  "2027-02-29T00:00",
  "2100-02-29T00:00",
  "2027-13-01T00:00",
  "2027-01-01T24:00",
  "1999-12-31T23:59",
  "2200-01-01T00:00",
])("%s is no minute that exists", (text) => {
  expect(instantOfWallClock(text, "UTC")).toBeUndefined();
});

test("an instant is shown by the clocks of a site and in UTC, whose day is told where it is another", () => {
  const instant = new Date("2027-06-25T22:30Z");
  expect(formatInstant(instant, "Europe/Madrid")).toBe("2027-06-26 00:30 Europe/Madrid, 2027-06-25 22:30 UTC");
  expect(formatInstant(instant, "America/Lima")).toBe("2027-06-25 17:30 America/Lima, 22:30 UTC");
  expect(formatInstant(instant, "UTC")).toBe("2027-06-25 22:30 UTC");
});
