import {
  certificateSource,
  exposedHost,
  sourcePeers,
  type VerificationManifests,
  verificationManifests,
} from "../../components/workload/index.ts";
import type { TestedService } from "./expectations.ts";
import { type Authorities, entranceAddresses, type GatedSite } from "./sources.ts";

/** The Job of a service's tests in a site, and its network rules. */
export async function testsOf(
  service: TestedService,
  site: GatedSite,
  authorities: Authorities,
): Promise<VerificationManifests> {
  const { exposure } = service;
  const host = exposedHost(service, site);
  if (exposure === undefined || host === undefined) throw new RangeError("a service with tests is exposed");
  const port = site.gate?.entrance?.port ?? 443;
  const manifests = verificationManifests(service, {
    registry: site.registry,
    release: site.releases[service.name] ?? "",
    host,
    url: `https://${host}${port === 443 ? "" : `:${port}`}${exposure.path}`,
    addresses: entranceAddresses(site),
    port,
    controllers: sourcePeers(site.exposure.controller, site),
    authority: await authorities.ownOf(certificateSource(exposure, site.exposure).source),
  });
  if (manifests === undefined) throw new RangeError("a service with tests has a Job for them");
  return manifests;
}
