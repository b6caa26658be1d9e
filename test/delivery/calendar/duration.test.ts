import { expect, test } from "vitest";
import { parseDuration } from "../../../delivery/calendar/duration.ts";

test.each([
  ["2d", { days: 2, hours: 0, minutes: 0 }],
  ["1w2d", { days: 9, hours: 0, minutes: 0 }],
  ["2d12h", { days: 2, hours: 12, minutes: 0 }],
  ["90m", { days: 0, hours: 0, minutes: 90 }],
  ["1d0h5m", { days: 1, hours: 0, minutes: 5 }],
])("%s is a length of time", (text, duration) => {
  expect(parseDuration(text)).toEqual(duration);
});

test.each(["", "0d", "0h0m", "2", "2 d", "-2d", "1.5d", "12h2d", "2d2d", "30s", "P2D", "2D", "99999d"])(
  "%s is none",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
