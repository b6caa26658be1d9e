import { z } from "zod";
import { cidrEntry, dnsLabel, dnsName, type Fields, line, podLabels } from "../components/kubernetes/index.ts";
import { alertSettingProblems } from "../components/monitoring/index.ts";
import type { SiteData } from "../components/siteData.ts";
import type {
  AlertSetting,
  MonitoringReceivers,
  NoMonitoring,
  OperatorMonitoring,
  PeerPrometheus,
  PrometheusMonitoring,
  SiteMonitoring,
} from "../components/siteMonitoring.ts";
import type { SourcePods } from "../components/trafficSource.ts";
import { externalMonitoring } from "./network.ts";

const urlRule =
  "must be an https URL without user, password or query, such as https://git.tax.example/gemelos/docs/runbooks";

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== "https:") return false;
  return [url.username, url.password, url.search, url.hash].every((part) => part === "") && !text.endsWith("/");
}

const plainUrl = z.string(urlRule).refine(isPlainUrl, `${urlRule}, and without a slash at its end`);

// Prometheus reads it, whose days have 24 hours: so it has all of its units but milliseconds and years.
const durationRule = "must be a duration of Prometheus, such as 30s, 15m or 1h30m";
const duration = z.string(durationRule).regex(/^(?=.)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/, durationRule);

const settingRule =
  "must be off, or a map with threshold (a number in the alert's own unit), for (such as 15m), or both";
const alertSetting: z.ZodType<AlertSetting> = z.union(
  [
    z.literal("off"),
    z
      .strictObject({
        threshold: z.number("must be a number in the alert's own unit").exactOptional(),
        for: duration.exactOptional(),
      } satisfies Fields<Exclude<AlertSetting, string>>)
      .refine((stated) => Object.keys(stated).length > 0, settingRule),
  ],
  settingRule,
);

const alertNameRule = "must be an alert's name: a capital letter, then letters and digits";
const alerts = {
  runbooks: plainUrl,
  alerts: z.record(z.string().regex(/^[A-Z][A-Za-z0-9]*$/, alertNameRule), alertSetting).exactOptional(),
};

const addressRule = "must be an e-mail address, such as alerts@tax.example";
/** An e-mail address. */
const emailAddress = z.email(addressRule);

const receivers = z
  .strictObject({
    email: z
      .strictObject({
        backingService: dnsLabel,
        from: emailAddress,
        username: z.string().min(1, "must not be empty: remove it where the server asks for none").exactOptional(),
      } satisfies Fields<NonNullable<MonitoringReceivers["email"]>>)
      .exactOptional(),
    webhook: z
      .strictObject({ backingService: dnsLabel } satisfies Fields<NonNullable<MonitoringReceivers["webhook"]>>)
      .exactOptional(),
  } satisfies Fields<MonitoringReceivers>)
  .refine(
    ({ email, webhook }) => email !== undefined || webhook !== undefined,
    "must have email, webhook or both: without any nobody is told of an alert",
  );

const cidrs = z.array(cidrEntry).min(1, "must list at least one CIDR");

const prometheus = z.strictObject({
  kind: z.literal("prometheus"),
  ...alerts,
  retentionDays: z
    .int("must be a whole number of days from 1 to 400")
    .min(1, "must be a whole number of days from 1 to 400")
    .max(400, "must be a whole number of days from 1 to 400")
    .exactOptional(),
  storageClass: dnsName.exactOptional(),
  receivers,
  peer: z.strictObject({ url: plainUrl, cidrs } satisfies Fields<PeerPrometheus>).exactOptional(),
  entranceCidrs: cidrs.exactOptional(),
  kubeletCertificates: z.enum(["cluster", "self-signed"]).exactOptional(),
  metricsServer: z.boolean("must be true, or false where the cluster brings a metrics-server").exactOptional(),
  externalSecrets: z.strictObject({ namespace: dnsLabel, podLabels } satisfies Fields<SourcePods>).exactOptional(),
  controlPlane: z
    .array(z.enum(["etcd", "kube-scheduler", "kube-controller-manager"]))
    .refine((parts) => new Set(parts).size === parts.length, "must list each part once")
    .exactOptional(),
} satisfies Fields<PrometheusMonitoring>);

const operator = z.strictObject({
  kind: z.literal("operator"),
  namespace: dnsLabel,
  podLabels,
  ...alerts,
  selectorLabels: podLabels.exactOptional(),
  dashboardLabels: podLabels.exactOptional(),
  prober: z
    .string("must be host:port")
    .regex(
      /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?:\d{1,5}$/,
      "must be host:port, such as blackbox-exporter.monitoring.svc:9115",
    )
    .exactOptional(),
} satisfies Fields<OperatorMonitoring>);

const kinds = 'must be "prometheus", "operator", "external" or "none"';

// A check holds that others are at one place, and the library does not narrow a type by a check.
/** Accepts `monitoring` of a site's data. Where no kind is stated, others scrape. */
export const monitoring = z.preprocess(
  (stated) => (isMapWithoutKind(stated) ? { ...stated, kind: "external" } : stated),
  z.discriminatedUnion(
    "kind",
    [
      prometheus,
      operator,
      externalMonitoring,
      z.strictObject({ kind: z.literal("none") } satisfies Fields<NoMonitoring>),
    ],
    { error: ({ code }) => (code === "invalid_union" ? kinds : `must be a map with kind, which ${kinds}`) },
  ),
) as unknown as z.ZodType<SiteMonitoring>;

function isMapWithoutKind(stated: unknown): stated is object {
  return typeof stated === "object" && stated !== null && !Array.isArray(stated) && !("kind" in stated);
}

/** Alerts that the site changes are there, and can be changed so. */
export function alertsAreKnown({ monitoring: stated }: SiteData, context: z.RefinementCtx): void {
  if (stated?.kind !== "prometheus" && stated?.kind !== "operator") return;
  for (const { path, message } of alertSettingProblems(stated.alerts ?? {})) {
    context.addIssue({ code: "custom", path: ["monitoring", "alerts", ...path], message });
  }
}

/** What `monitoring` names elsewhere in the site's data is there, and alerts have someone to go to. */
export function monitoringHasReceivers(site: SiteData, context: z.RefinementCtx): void {
  if (site.monitoring?.kind !== "prometheus") return;
  const { email, webhook } = site.monitoring.receivers;
  const issue = (path: readonly string[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  for (const [name, receiver] of Object.entries({ email, webhook })) {
    if (receiver === undefined || Object.hasOwn(site.backingServices, receiver.backingService)) continue;
    const known = Object.keys(site.backingServices).join(", ") || "none";
    issue(
      ["monitoring", "receivers", name, "backingService"],
      `is no backing service of this site, which has ${known}; correct the name or add it under backingServices`,
    );
  }
  const { internal } = site.domains;
  if (URL.parse(site.monitoring.peer?.url ?? "")?.hostname.endsWith(`.${internal}`) === true) {
    const named = `"${site.monitoring.peer?.url}" is in this site's own domain ${internal}`;
    issue(["monitoring", "peer", "url"], `${named}; name the other site's Prometheus, which watches this one`);
  }
  if (email !== undefined && line.safeParse(site.contact).success && !emailAddress.safeParse(site.contact).success) {
    issue(["contact"], `${addressRule}, since monitoring.receivers.email sends the site's alerts there`);
  }
}
