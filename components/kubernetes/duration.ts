import { z } from "zod";
import { secondsOf } from "../duration.ts";

/**
 * A time by the clock as text, such as `"90s"` or `"1h30m"`, between two bounds.
 * @param least in the same form
 * @param most in the same form
 */
export function duration(least: string, most: string): z.ZodString {
  const rule = `must be a time from "${least}" to "${most}" as text, in whole h, m and s: "90s", "10m", "1h30m"`;
  const [from, to] = [durationSeconds(least), durationSeconds(most)];
  return z.string(rule).refine((text) => {
    const seconds = secondsOf(text);
    return seconds !== undefined && seconds >= from && seconds <= to;
  }, rule);
}

/** Seconds of a time that {@link duration} accepts. */
export function durationSeconds(text: string): number {
  return secondsOf(text) ?? 0;
}
