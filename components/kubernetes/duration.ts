import { z } from "zod";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * A time as text, such as `"90s"` or `"10m"`, between two bounds.
 * @param least in the same form
 * @param most in the same form
 */
export function duration(least: string, most: string): z.ZodString {
  const rule = `must be a time from "${least}" to "${most}" as text, in whole s, m or h: "90s", "10m"`;
  return z
    .string(rule)
    .regex(/^[1-9]\d{0,5}[smh]$/, { error: rule, abort: true })
    .refine(
      (text) => durationSeconds(text) >= durationSeconds(least) && durationSeconds(text) <= durationSeconds(most),
      rule,
    );
}

/** Seconds of a time that {@link duration} accepts. */
export function durationSeconds(text: string): number {
  return Number.parseInt(text, 10) * (units[text.slice(-1)] ?? 1);
}
