import { z } from "zod";

/**
 * What the report of `render` says of a service, as far as a preview shows it. A base commit has written it with its own
 * code: what it lacks is not shown.
 */
const serviceFacts = z.object({
  service: z.string(),
  namespace: z.string().catch(""),
  image: z.string().catch("none"),
  replicas: z.object({ min: z.number(), max: z.number() }).catch({ min: 0, max: 0 }),
  cpu: z.object({ request: z.string() }).catch({ request: "none" }),
  memory: z.object({ request: z.string() }).catch({ request: "none" }),
  exposure: z.string().optional().catch(undefined),
  calls: z.array(z.string()).catch([]),
  backingServices: z.array(z.string()).catch([]),
  secrets: z.object({ supplied: z.array(z.string()) }).catch({ supplied: [] }),
  warnings: z.array(z.string()).catch([]),
});

const usage = z.object({ replicas: z.number(), cpu: z.number(), memory: z.number() });
const capacity = z.object({ least: usage, most: usage, workers: z.object({ count: z.number(), memory: z.number() }) });

const siteFacts = z.object({
  site: z.string(),
  services: z.array(serviceFacts).catch([]),
  suppliedHosts: z.array(z.string()).catch([]),
  capacity: capacity.optional().catch(undefined),
});

export type ServiceFacts = z.infer<typeof serviceFacts>;
export type SiteFacts = z.infer<typeof siteFacts>;

/** The facts of each site from what `render --format json` printed. */
export function parseFacts(report: string): SiteFacts[] {
  return z.object({ sites: z.array(siteFacts) }).parse(JSON.parse(report)).sites;
}
