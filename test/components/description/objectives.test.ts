import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { objectivesSchema, resolveObjectives } from "../../../components/description/objectives.ts";

/** What the schema says to objectives, by field. */
function problems(objectives: unknown): string[] {
  const { error } = objectivesSchema.safeParse(objectives);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe.each([
  "100%",
  "100.0%",
  "0%",
  "49.9%",
  "0.999%",
  "99.9",
  "99,9%",
  "99.9 %",
  " 99.9%",
  "99.9999%",
  "%",
  0.999,
  99.9,
  null,
  true,
])("%j as a share", (share) => {
  const message = expect.stringMatching(/must be a percentage as text, from "50%" to "99.999%", with a point/);
  test("is refused as availability", () => expect(problems({ availability: share })).toEqual([message]));
  test("is refused as a ratio", () =>
    expect(problems({ latency: { threshold: "500ms", ratio: share } })).toEqual([message]));
});

test.each([
  "500",
  500,
  0.5,
  "0ms",
  "0s",
  "0.0001s",
  "61s",
  "60001ms",
  "1m",
  "500 ms",
  "0,5s",
  "-1s",
  "1e3ms",
  "PT0.5S",
])("%j as a time is refused", (threshold) => {
  expect(problems({ latency: { threshold, ratio: "99%" } })).toEqual([
    expect.stringMatching(/^latency.threshold: must be a time from "1ms" to "60s"/),
  ]);
});

test("no objective at all, and half a one, are refused", () => {
  expect(problems({})).toEqual([": must state availability, latency, or both"]);
  expect(problems({ latency: { ratio: "99%" } })).toHaveLength(1);
  expect(problems({ latency: { threshold: "1s" } })).toHaveLength(1);
});

test("what is accepted is the number that it says, with nothing of a computer's arithmetic", () => {
  expect(resolveObjectives({ availability: "99.9%", latency: { threshold: "0.07s", ratio: "95.5%" } })).toEqual({
    availability: 0.999,
    latency: { seconds: 0.07, ratio: 0.955 },
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 50_000, max: 99_999 }),
      fc.integer({ min: 1, max: 60_000 }),
      (share, milliseconds) => {
        const objectives = {
          availability: `${share / 1000}%`,
          latency: { threshold: `${milliseconds}ms`, ratio: `${share / 1000}%` },
        } as const;
        expect(problems(objectives)).toEqual([]);
        const { availability, latency } = resolveObjectives(objectives);
        expect(String(availability).length).toBeLessThanOrEqual(7);
        expect(availability).toBeCloseTo(share / 100_000, 10);
        expect(latency).toEqual({ seconds: milliseconds / 1000, ratio: availability });
      },
    ),
  );
});
