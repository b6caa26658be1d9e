import { compareText, type Diagnostic, formatValue } from "../diagnostic.ts";
import { partServices } from "../monitoring/index.ts";
import type { CatalogueSite, SiteData } from "../siteData.ts";
import { didYouMean } from "../suggestion.ts";
import { exposedHost, exposedHosts } from "../workload/index.ts";
import type { CatalogueService } from "./catalogueEntry.ts";

/** Longest common name of a certificate (RFC 5280), without which Vault's authority issues none. */
const longestCommonName = 64;

/**
 * Checks the hosts of a site: that each of `exposure.tls` is one that a service has, that no two names in the descriptions
 * become the same host, that none is somebody else's, and that the authority can issue what it shall.
 */
export function checkHosts(catalogue: readonly CatalogueService[], site: CatalogueSite): Diagnostic[] {
  return [
    ...(["public", "internal"] as const).flatMap((domain) => unknownHosts(catalogue, domain, site)),
    ...doubleHosts(catalogue, site),
    ...takenHosts(catalogue, site),
    ...longHosts(catalogue, site),
  ];
}

function unknownHosts(
  catalogue: readonly CatalogueService[],
  domain: keyof SiteData["domains"],
  { exposure, file }: CatalogueSite,
): Diagnostic[] {
  const known = new Set(
    catalogue.flatMap(({ service }) => (service.exposure?.domain === domain ? [service.exposure.host] : [])),
  );
  const there = known.size === 0 ? "none is" : `there are ${[...known].sort(compareText).join(", ")}`;
  return Object.keys(exposure.tls[domain].hosts ?? {})
    .filter((host) => !known.has(host))
    .map((host) => ({
      file,
      path: `gemelos:site.exposure.tls.${domain}.hosts.${host}`,
      message: `no service is exposed as ${formatValue(host)} in the ${domain} domain; ${there}; remove it or correct it${didYouMean(host, [...known])}`,
    }));
}

/** `api.dc1` in `tax.example` and `api` in `dc1.tax.example` are one host, with paths that nobody compares. */
function doubleHosts(catalogue: readonly CatalogueService[], site: CatalogueSite): Diagnostic[] {
  const first = new Map<string, CatalogueService>();
  return catalogue.flatMap((described): Diagnostic[] => {
    const { service, folder } = described;
    const [exposed] = exposedHosts([service], site);
    if (exposed === undefined) return [];
    const { host, domain } = exposed;
    const other = first.get(host);
    if (other === undefined || other.service.exposure?.domain === domain) {
      first.set(host, described);
      return [];
    }
    const message = `${formatValue(host)} is a host of ${other.folder} too, in the other domain of ${site.file}; choose another host or domain`;
    return [{ file: folder, path: "exposure.host", message }];
  });
}

/** A host of the platform, of monitoring, or of what services use: whoever calls it would reach the service instead. */
function takenHosts(catalogue: readonly CatalogueService[], site: CatalogueSite): Diagnostic[] {
  const { vault, registry, kubernetes, backingServices, file } = site;
  const taken = new Map([
    ...Object.entries(backingServices).map(([name, { host }]) => [host, `the backing service ${name}`] as const),
    [registry.replace(/:\d+$/, ""), "the registry"],
    [URL.parse(vault.address)?.hostname, "Vault"],
    [URL.parse(kubernetes.address ?? "")?.hostname, "the API server"],
    ...partServices(site, 0).map((part) => [exposedHost(part, site), `monitoring's ${part.name}`] as const),
  ]);
  return catalogue.flatMap(({ service, folder }): Diagnostic[] => {
    const host = exposedHost(service, site);
    const owner = host === undefined ? undefined : taken.get(host);
    if (owner === undefined) return [];
    const message = `${formatValue(host)} is the host of ${owner} in ${file}, whose callers would reach this service instead; choose another host`;
    return [{ file: folder, path: "exposure.host", message }];
  });
}

function longHosts(catalogue: readonly CatalogueService[], site: CatalogueSite): Diagnostic[] {
  const services = catalogue.map(({ service }) => service);
  return exposedHosts(services, site).flatMap(({ host, domain, certificate }): Diagnostic[] => {
    if (certificate.source !== "issued" || host.length <= longestCommonName) return [];
    const message = `${formatValue(host)} has ${host.length} characters, and Vault's authority issues for ${longestCommonName} at most; choose another source for this host`;
    return [{ file: site.file, path: `gemelos:site.exposure.tls.${domain}`, message }];
  });
}
