import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { secondsOf } from "../../components/duration.ts";
import { duration as boundedDuration } from "../../components/kubernetes/index.ts";
import type { Duration } from "../../components/microservice.ts";
import { parseDuration } from "../../delivery/calendar/duration.ts";
import { duration as setting } from "../../delivery/duration.ts";

const times: readonly (readonly [Duration, number])[] = [
  ["90s", 90],
  ["10m", 600],
  ["6h", 21_600],
  ["1h30m", 5_400],
  ["1m30s", 90],
  ["1h0m5s", 3_605],
];

test.each(times)("%s is the same time in a description and in delivery.yaml", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
  expect(boundedDuration("10s", "6h").parse(text)).toBe(text);
  expect(setting.parse(text)).toBe(seconds);
});

test.each(["", "h", "10", "10 m", "-1m", "1.5h", "30m1h", "1h1h", "1H", "PT1H", "1d", "1ms", " 1m", "1m\n"])(
  "%j is none in either",
  (text) => {
    expect(secondsOf(text)).toBeUndefined();
    expect(boundedDuration("10s", "6h").safeParse(text).success).toBe(false);
    expect(setting.safeParse(text).success).toBe(false);
  },
);

describe("a time between bounds", () => {
  it.each([
    ["10s", true],
    ["6h", true],
    ["0h10s", true],
    ["9s", false],
    ["0s", false],
    ["6h1s", false],
    ["5h59m61s", false],
  ])("%s: %s", (text, isFine) => {
    expect(boundedDuration("10s", "6h").safeParse(text).success).toBe(isFine);
  });
});

test("hours and minutes are written in the calendar as everywhere else", () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.nat(9999), (hours, minutes) => {
      const text = hours === 0 ? `${minutes}m` : `${hours}h${minutes}m`;
      const counted = parseDuration(text);
      const seconds = counted === undefined ? 0 : counted.hours * 3600 + counted.minutes * 60;
      expect(secondsOf(text)).toBe(seconds);
    }),
  );
});
