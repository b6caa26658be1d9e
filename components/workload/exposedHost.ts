import type { ResolvedMicroservice } from "../description/index.ts";
import { compareText } from "../diagnostic.ts";
import type { CertificateSource, MicroserviceSite, SiteData } from "../siteData.ts";

/** What decides under which hosts a site exposes services. */
export type ExposingSite = Pick<MicroserviceSite, "domains" | "exposure">;

/** A host under which services are exposed in a site, and its certificate. */
export interface ExposedHost {
  /** `api.tax.example`. */
  readonly host: string;
  /** Its name in the descriptions: `api`. */
  readonly label: string;
  readonly domain: keyof SiteData["domains"];
  /** Names of the services that share it, in their order. */
  readonly services: readonly string[];
  /** Where the Secret with its certificate is needed: the services' namespaces, or the Gateway's. None if nothing is made. */
  readonly namespaces: readonly string[];
  readonly certificate: CertificateSource;
}

/** The host under which a service is exposed in a site; undefined where it is not. */
export function exposedHost(
  { exposure }: Pick<ResolvedMicroservice, "exposure">,
  { domains }: Pick<MicroserviceSite, "domains">,
): string | undefined {
  return exposure === undefined ? undefined : `${exposure.host}.${domains[exposure.domain]}`;
}

/** Where the certificate of a host comes from, by its name in the descriptions. */
export function certificateSource(
  { host, domain }: { readonly host: string; readonly domain: keyof SiteData["domains"] },
  { tls }: ExposingSite["exposure"],
): CertificateSource {
  const { hosts = {}, ...source } = tls[domain];
  return (Object.hasOwn(hosts, host) ? hosts[host] : undefined) ?? source;
}

/** The hosts of a site, each once, in the order of their names. */
export function exposedHosts(
  services: readonly Pick<ResolvedMicroservice, "name" | "namespace" | "exposure">[],
  site: ExposingSite,
): ExposedHost[] {
  const entrance = site.exposure;
  return [...Map.groupBy(services, (service) => exposedHost(service, site))]
    .flatMap(([host, sharing]): ExposedHost[] => {
      const exposure = sharing[0]?.exposure;
      if (host === undefined || exposure === undefined) return [];
      const certificate = certificateSource(exposure, entrance);
      const { host: label, domain } = exposure;
      const namespaces =
        entrance.kind === "gateway" ? [entrance.gateway.namespace] : sharing.map(({ namespace }) => namespace);
      return [
        {
          ...{ host, label, domain, certificate },
          services: sharing.map(({ name }) => name).sort(compareText),
          namespaces: certificate.source === "controller" ? [] : [...new Set(namespaces)].sort(compareText),
        },
      ];
    })
    .sort((a, b) => compareText(a.host, b.host));
}
