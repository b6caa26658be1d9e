import { z } from "zod";

const rule = "must be a duration of hours, minutes and seconds, such as 10m, 90s or 1h30m";
const pattern = /^(?=\d)(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,4})s)?$/;

/** Accepts a duration as people write it, `1h30m`, and gives its seconds. */
export const duration = z
  .string(rule)
  .regex(pattern, rule)
  .transform((text) => secondsOf(text) ?? 0);

/** Seconds of a duration as {@link duration} accepts it; undefined for any other text. */
export function secondsOf(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

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
