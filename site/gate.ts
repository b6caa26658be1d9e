import { z } from "zod";
import { type Fields, line, port } from "../components/kubernetes/index.ts";
import type { SiteData } from "../components/siteData.ts";
import type { GateEntrance, GatePrometheus, SiteGate } from "../components/siteGate.ts";
import { certificate } from "./certificate.ts";
import { ipAddress } from "./network.ts";

const urlRule =
  "must be an https URL without user, password or question mark, such as https://prometheus.monitoring.tax.example";

const metricName = "must be the name of an alert, such as Watchdog";

const prometheus = z.strictObject({
  url: z.string(urlRule).refine(isPlainUrl, urlRule),
  username: line.exactOptional(),
  severity: line.exactOptional(),
  alwaysFiring: z
    .string(metricName)
    .regex(/^[\w.:-]+$/, metricName)
    .exactOptional(),
} satisfies Fields<GatePrometheus>);

const prometheusRule = 'must be a map with the url of a Prometheus, or "none" where the site has none';

/** Accepts `gate` of a site's data. */
export const gate = z.strictObject({
  entrance: z
    .strictObject({
      addresses: z
        .array(ipAddress)
        .min(1, "must list at least one IP address")
        .refine((all) => new Set(all).size === all.length, "must list each address once"),
      port: port.exactOptional(),
    } satisfies Fields<GateEntrance>)
    .exactOptional(),
  prometheus: z.union([z.literal("none"), prometheus], { error: prometheusRule }).exactOptional(),
  caCertificate: certificate.exactOptional(),
} satisfies Fields<SiteGate>);

/** A site that makes its own Prometheus is asked for alerts there, and no other. */
export function gateAsksOwnPrometheus({ monitoring, gate: stated }: SiteData, context: z.RefinementCtx): void {
  if (monitoring?.kind !== "prometheus" || stated?.prometheus === undefined) return;
  const message = "stands beside monitoring of kind prometheus, whose own Prometheus is asked; remove it";
  context.addIssue({ code: "custom", path: ["gate", "prometheus"], message });
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.username === "" && url.password === "" && !/[?#]/.test(text);
}
