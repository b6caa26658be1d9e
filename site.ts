import { isIP } from "node:net";
import { z } from "zod";
import { type Diagnostic, ValidationError } from "./components/diagnostic.ts";
import {
  cidrEntry,
  diagnosticsOf,
  dnsLabel,
  dnsName,
  type Fields,
  line,
  locale,
  podLabels,
  port,
  release,
  timeZone,
} from "./components/kubernetes/index.ts";
import type {
  BackingService,
  InsideBackingService,
  OutsideBackingService,
  Site,
  SiteData,
  SiteKubernetes,
  SiteVault,
} from "./components/siteData.ts";
import { certificate } from "./site/certificate.ts";
import { exposure } from "./site/exposure.ts";
import { gate, gateAsksOwnPrometheus } from "./site/gate.ts";
import { history } from "./site/history.ts";
import { alertsAreKnown, monitoring, monitoringHasReceivers } from "./site/monitoring.ts";
import { addressesAreApart, isInOnePlace, network, rolesHaveNodes } from "./site/network.ts";
import { daemonSets, nodes } from "./site/nodes.ts";
import { platformIsApart } from "./site/platform.ts";

const outside = {
  host: dnsName,
  port,
  cardholderData: z.boolean().exactOptional(),
  shared: z.boolean().exactOptional(),
  replicaOf: dnsLabel.exactOptional(),
  cidrs: z.array(cidrEntry).min(1, "must list at least one CIDR: without it the network rules open nothing"),
} satisfies Fields<OutsideBackingService>;

const inside = {
  host: dnsName,
  port,
  cardholderData: z.boolean().exactOptional(),
  shared: z.boolean().exactOptional(),
  replicaOf: dnsLabel.exactOptional(),
  namespace: dnsLabel,
  podLabels,
  podPort: port.exactOptional(),
} satisfies Fields<InsideBackingService>;

// The check holds that one of the two is whole, and the library does not narrow a type by a check.
const backingService = z
  .strictObject({ ...outside, ...inside })
  .partial({ cidrs: true, namespace: true, podLabels: true })
  .superRefine((stated, context) => {
    isInOnePlace(stated, ["cidrs"], ["namespace", "podLabels", "podPort"], places, context);
  }) as unknown as z.ZodType<BackingService>;

const clusterUidRule = "must be a UID in lower case: kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'";

const registryRule =
  "must be a registry's host with an optional port, without scheme or path, such as registry.dc1.tax.example:5000";

const vaultAddressRule =
  "must be an https URL with a full host name or an IP address, without user, password or path, such as https://vault.dc1.tax.example:8200";

const apiServerRule =
  "must be an https URL without path, user or password, such as https://kubernetes.dc1.tax.example:6443";

const auditLogRule = "must be stdout or a file's absolute path, such as /var/log/vault/audit.log";

const peakRule =
  "must be the name of a peak of calendar.yaml, or a list of names; npm run calendar -- apply writes and removes it";

/** Accepts `gemelos:site`. */
export const siteSchema = z
  .strictObject({
    name: dnsLabel,
    peer: dnsLabel.exactOptional(),
    contact: line,
    kubernetes: z.strictObject({
      context: line,
      clusterUid: z.uuid(clusterUidRule).regex(/^[^A-Z]*$/, clusterUidRule),
      address: z
        .string(apiServerRule)
        .regex(/^https:\/\//i, apiServerRule)
        .refine(isApiServerAddress, apiServerRule),
      caCertificate: certificate,
      encryptionAtRest: z.enum(["kms", "secretbox", "aesgcm", "aescbc", "none"]),
      reservedNamespaces: z.array(dnsLabel).exactOptional(),
    } satisfies Fields<SiteKubernetes>),
    vault: z.strictObject({
      address: z
        .string(vaultAddressRule)
        .regex(/^https:\/\//i, vaultAddressRule)
        .refine(isVaultAddress, vaultAddressRule),
      authMount: dnsLabel,
      caCertificate: certificate,
      cidrs: z.array(cidrEntry).min(1, "must list at least one CIDR: without it no service reaches Vault"),
      auditLog: z.string(auditLogRule).regex(/^(stdout|\/[^\s]+)$/, auditLogRule),
    } satisfies Fields<SiteVault>),
    registry: z
      .string(registryRule)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/, registryRule)
      .refine((host) => Number(host.split(":")[1] ?? 443) <= 65535, registryRule),
    timeZone: timeZone.exactOptional(),
    locale: locale.exactOptional(),
    domains: z.strictObject({ public: dnsName, internal: dnsName } satisfies Fields<SiteData["domains"]>),
    exposure,
    monitoring: monitoring.exactOptional(),
    gate: gate.exactOptional(),
    history: history.exactOptional(),
    network: network.exactOptional(),
    storageClass: dnsName.exactOptional(),
    backingServices: z.record(dnsLabel, backingService),
    daemonSets: daemonSets.exactOptional(),
    nodes,
  } satisfies Fields<SiteData>)
  .superRefine(peerIsAnother)
  .superRefine(addressesAreApart)
  .superRefine(platformIsApart)
  .superRefine(rolesHaveNodes)
  .superRefine(monitoringHasReceivers)
  .superRefine(alertsAreKnown)
  .superRefine(gateAsksOwnPrometheus);

/** Accepts `gemelos:releases`: service -> `tag@sha256:digest`. */
export const releasesSchema = z.record(dnsLabel, release);

/** Accepts `gemelos:peak`: the peak of `calendar.yaml` that lasts, or a list where several do. */
export const peakSchema = z.union([dnsLabel, z.array(dnsLabel).min(1, peakRule)], peakRule);

export { duplicateKeys } from "./site/duplicateKeys.ts";
export { checkSiteFolder, siteFileName } from "./site/files.ts";
export { history as siteHistorySchema } from "./site/history.ts";
export { checkPeakReplicas, peakReplicas } from "./site/peakReplicas.ts";
export { calendarFile, readPeaks, type SitePeaks } from "./site/peaks.ts";
export { positionsIn, withPositions } from "./site/positions.ts";
export { readYamlFile, type YamlFileWords } from "./site/yamlFile.ts";

/** The stack's configuration under `gemelos:` as Pulumi passes it to a program: JSON, or undefined if missing. */
export interface SiteConfiguration {
  readonly site: string | undefined;
  readonly releases: string | undefined;
  /** `gemelos:peak`: a name, or a list of names as JSON. */
  readonly peak?: string | undefined;
}

/**
 * Parses `gemelos:site`, `gemelos:releases` and `gemelos:peak` of a stack's configuration.
 * @param stack name of the stack, which is the site's name
 * @throws ValidationError with all errors in the configuration.
 */
export function parseSite(stack: string, config: SiteConfiguration): Site {
  const file = `Pulumi.${stack}.yaml`;
  const diagnostics: Diagnostic[] = [];
  const parse = <Value>(
    key: keyof SiteConfiguration,
    schema: z.ZodType<Value>,
    read: (text: string) => unknown = parseJson,
  ): Value | undefined => {
    const path = `gemelos:${key}`;
    const text = config[key];
    if (text === undefined || text === "") {
      diagnostics.push({ file, path, message: "is missing; add it, see docs/site.md" });
      return undefined;
    }
    const data = read(text);
    const result = schema.safeParse(data);
    if (result.success) return result.data;
    diagnostics.push(...diagnosticsOf(result.error, data, file, path, [], schema));
    return undefined;
  };
  const site: SiteData | undefined = parse("site", siteSchema);
  const releases = parse("releases", releasesSchema);
  // A name alone is no JSON, whatever it looks like.
  const namesOf = (text: string) => (text.startsWith("[") ? parseJson(text) : text);
  const peak = config.peak === undefined ? undefined : parse("peak", peakSchema, namesOf);
  if (site === undefined || releases === undefined || diagnostics.length > 0) throw new ValidationError(diagnostics);
  return { ...site, file, releases, ...(peak === undefined ? {} : { peaks: [peak].flat() }) };
}

/** The releases of a configuration as far as they are valid: none where they are not. */
export function parseReleases(text: string | undefined): Readonly<Record<string, string>> {
  return releasesSchema.safeParse(parseJson(text ?? "")).data ?? {};
}

/** Pulumi passes structured configuration as JSON. Anything else is a plain string, which the schema rejects. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const places =
  "cidrs say where a backing service outside the cluster is, namespace and podLabels where one in the cluster is";

function peerIsAnother(site: { name: string; peer?: string }, context: z.RefinementCtx): void {
  if (site.name === site.peer) {
    context.addIssue({ code: "custom", path: ["peer"], message: "is the site itself; name the other site" });
  }
}

function isVaultAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  return isFullHost(url.hostname) && url.pathname === "/" && url.search === "" && url.hash === "";
}

/** An IP address, or a host name that means the same everywhere it is resolved. */
function isFullHost(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, "")) !== 0 || z.regexes.domain.test(hostname);
}

function isApiServerAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  return isFullHost(url.hostname) && url.pathname === "/" && url.search === "";
}
