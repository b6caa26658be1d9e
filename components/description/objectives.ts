import { z } from "zod";
import type { Fields } from "../kubernetes/index.ts";
import type { LatencyObjective, Objectives } from "../microservice.ts";

/** Percent: with less than half there is no objective, with more than this a month has 26 seconds. */
const range = { least: 50, most: 99.999 };

const percentageRule = `must be a percentage as text, from "${range.least}%" to "${range.most}%", with a point and not a comma: "99.9%". With "100%" one failed request in a month would miss it`;
const percentage = z
  .string(percentageRule)
  .regex(/^\d{1,3}(\.\d{1,3})?%$/, { error: percentageRule, abort: true })
  .refine((text) => Number.parseFloat(text) >= range.least && Number.parseFloat(text) <= range.most, percentageRule);

// Not the time of a timeout: a bucket of a histogram, in parts of a second.
const durationRule = 'must be a time from "1ms" to "60s" as text, in whole ms or in s: "500ms", "1s"';
const duration = z
  .string(durationRule)
  .regex(/^([1-9]\d*ms|(0\.\d{1,3}|[1-9]\d*(\.\d{1,3})?)s)$/, { error: durationRule, abort: true })
  .refine((text) => seconds(text) >= 0.001 && seconds(text) <= 60, durationRule);

/** Shape and ranges of a service's objectives. */
export const objectivesSchema = z
  .strictObject({
    availability: percentage.optional(),
    latency: z.strictObject({ threshold: duration, ratio: percentage } satisfies Fields<LatencyObjective>).optional(),
  } satisfies Fields<Objectives>)
  .refine(
    ({ availability, latency }) => availability !== undefined || latency !== undefined,
    "must state availability, latency, or both",
  );

/** Objectives in numbers. */
interface ResolvedObjectives {
  /** Share of requests without a server's error: 0.999. Undefined where none is stated. */
  readonly availability: number | undefined;
  /** Share of requests (`ratio`: 0.99) that are answered within `seconds`. Undefined where none is stated. */
  readonly latency: { readonly seconds: number; readonly ratio: number } | undefined;
}

/** A service's objectives as the rules of monitoring need them. */
export function resolveObjectives({ availability, latency }: Objectives): ResolvedObjectives {
  return {
    availability: availability === undefined ? undefined : share(availability),
    latency: latency === undefined ? undefined : { seconds: seconds(latency.threshold), ratio: share(latency.ratio) },
  };
}

function share(percentage: string): number {
  return Number((Number.parseFloat(percentage) / 100).toPrecision(10));
}

function seconds(duration: string): number {
  const number = Number.parseFloat(duration);
  return duration.endsWith("ms") ? number / 1000 : number;
}
