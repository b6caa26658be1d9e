import type { ResolvedMicroservice } from "../description/index.ts";
import type { MicroserviceSite } from "../siteData.ts";

/** The host under which a service is exposed in a site; undefined where it is not. */
export function exposedHost({ exposure }: ResolvedMicroservice, { domains }: MicroserviceSite): string | undefined {
  return exposure === undefined ? undefined : `${exposure.host}.${domains[exposure.domain]}`;
}
