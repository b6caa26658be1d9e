import { z } from "zod";
import { secondsOf } from "../components/duration.ts";

const rule = "must be a duration of hours, minutes and seconds, such as 10m, 90s or 1h30m";

/** Accepts a duration as people write it, `1h30m`, and gives its seconds. */
export const duration = z
  .string(rule)
  .refine((text) => secondsOf(text) !== undefined, rule)
  .transform((text) => secondsOf(text) ?? 0);

/** A duration as {@link duration} accepts it: `1h30m`, `0s`. */
export function formatDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, unit]) => `${count}${unit}`)
      .join("") || "0s"
  );
}
