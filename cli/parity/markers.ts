import { isIP } from "node:net";
import type { Plain, PlainObject } from "../../recorder/registeredResource.ts";

/** A value of a site's data, and the unique marker that replaces it in a traced render. */
export interface Marker {
  /** Path of the value in the site's data, without list indices: `site.backingServices.mail-relay.cidrs[]`. */
  readonly path: string;
  /** The site's own value, as text. */
  readonly actual: string;
  /** The marker: valid where the real value is, and found nowhere else. */
  readonly value: string;
}

/** A site's configuration with every value replaced by its marker. */
export interface TracedConfiguration {
  readonly config: Readonly<Record<string, string>>;
  readonly markers: readonly Marker[];
}

/** Keys of the site's data whose values are no data: enumerations, what all sites have alike, and reasons, which no object may hold. */
const choices = new Set([
  ...["kind", "implementation", "source", "encryptionAtRest", "role", "nodeRoles"],
  ...["timeZone", "locale", "reason"],
  // What a backing service is called is alike in all sites; so is what decides how much is watched, and for how long.
  ...["backingService", "retentionDays", "kubeletCertificates", "controlPlane", "prober"],
]);

/** Values, and maps of them, that are alike in all sites, whatever their keys, or of which no object holds anything. */
const unmarked = new Set(["site.monitoring.alerts", "site.history", "site.gate", "site.vault.auditLog"]);

/**
 * Replaces every value of `gemelos:site` and `gemelos:releases` with a marker. The program's output then shows, field
 * by field, which value of the site's data it contains, and whether anything depends on what a value is.
 */
export function traceConfiguration(config: Readonly<Record<string, string>>): TracedConfiguration {
  const markers: Marker[] = [];
  const add = (path: string, actual: string, value: string): string => {
    markers.push({ path, actual, value });
    return value;
  };
  const walk = (value: Plain, path: string, key: string): Plain => {
    if (unmarked.has(path)) return value;
    if (Array.isArray(value)) return value.map((item) => walk(item, `${path}[]`, key));
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value as PlainObject);
      // A CIDR with its reason is the same value as one without.
      const below = (name: string) => (name === "cidr" ? path : `${path}.${name}`);
      return Object.fromEntries(entries.map(([name, inner]) => [name, walk(inner, below(name), name)]));
    }
    if (choices.has(key) || typeof value === "boolean" || value === null) return value;
    if (typeof value === "string" && value.startsWith("https://")) return traceUrl(value, path);
    // A part of each node, of which no object holds anything: a marker would be more than the node.
    if (path.startsWith("site.daemonSets.")) return value;
    const number = markers.length + 1;
    if (typeof value === "number") return Number(add(path, String(value), String(firstPort + number)));
    return add(path, String(value), standInFor(String(value), key, number));
  };
  // The port gets its own marker, because NetworkPolicies contain it without the rest of the URL.
  const traceUrl = (url: string, path: string): string => {
    const [, base = url, port] = /^(https:\/\/[^/]*?)(?::(\d+))?\/?$/.exec(url) ?? [];
    const traced = add(path, base, standInFor(base, "", markers.length + 1));
    // Where only the host is named, such as in a target of Prometheus.
    add(`${path}:host`, base.slice(scheme.length), traced.slice(scheme.length));
    return port === undefined
      ? traced
      : `${traced}:${add(`${path}:port`, port, String(firstPort + markers.length + 1))}`;
  };
  const traceRelease = (release: string, path: string): string => {
    const [tag = "", digest = ""] = release.split("@sha256:");
    const number = markers.length + 1;
    const traced = `${add(`${path}.tag`, tag, label(number))}@sha256:`;
    return traced + add(`${path}.digest`, digest, String(number).padStart(64, "0"));
  };
  const site: PlainObject = JSON.parse(config["gemelos:site"] ?? "{}");
  const releases: Record<string, string> = JSON.parse(config["gemelos:releases"] ?? "{}");
  return {
    config: {
      ...config,
      "gemelos:site": JSON.stringify(walk(site, "site", "")),
      "gemelos:releases": JSON.stringify(
        Object.fromEntries(
          Object.entries(releases).map(([name, release]) => [name, traceRelease(release, `releases.${name}`)]),
        ),
      ),
    },
    markers,
  };
}

/** Finds all markers in a text. It can also match text that is not a marker, which must be left unchanged. */
export const markerPattern = new RegExp(
  [
    /marker\d+x/,
    /\/markers\/\d+/,
    /(?:https:\/\/)?u\d+\.marker\.invalid/,
    /m\d+@marker\.invalid/,
    /s\d+\.marker\.invalid/,
    /00000000-0000-4000-8000-\d{12}/,
    /\b0{56}\d{8}\b/,
    /\b100\.64\.\d+\.\d+\/32/,
    /\b100\.65\.\d+\.\d+/,
    /\bfd64::[0-9a-f]+\/128/,
    /\bfd65::[0-9a-f]+/,
    /\b7\d{5}(?:[KMGT]i|m)?\b/,
    /\b6\d{4}\b/,
    /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]*-----END CERTIFICATE-----\n?/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

const scheme = "https://";

/** Above the registered ports and the ports that services usually listen on. */
const firstPort = 60_000;

function label(number: number): string {
  return `marker${number}x`;
}

function standInFor(value: string, key: string, number: number): string {
  const address = `${Math.floor(number / 250)}.${(number % 250) + 1}`;
  if (["cpu", "memory", "disk"].includes(key)) return `${700_000 + number}${value.replace(/^[\d.]+/, "")}`;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))
    return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  if (value.startsWith("-----BEGIN")) return value;
  switch (isIP(value.split("/")[0] ?? "")) {
    case 4:
      return value.includes("/") ? `100.64.${address}/32` : `100.65.${address}`;
    case 6:
      return value.includes("/") ? `fd64::${number.toString(16)}/128` : `fd65::${number.toString(16)}`;
  }
  if (/^[^@\s]+@[^@\s]+$/.test(value)) return `m${number}@marker.invalid`;
  if (value.startsWith(scheme)) return `${scheme}u${number}.marker.invalid`;
  if (value.startsWith("/")) return `/markers/${number}`;
  return /[.@:]/.test(value) ? `s${number}.marker.invalid` : label(number);
}
