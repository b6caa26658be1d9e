import { readServices } from "../../recorder/readServices.ts";
import { type DescribedSite, renderSite } from "../../recorder/renderSite.ts";
import { type Expectations, expectationsOf } from "./expectations.ts";

/**
 * What a site has to run, according to the working tree: rendered offline, without running code of a service here.
 * @throws ValidationError if the catalogue is invalid.
 */
export async function readExpectations(described: DescribedSite): Promise<Expectations> {
  const [manifests, services] = await Promise.all([renderSite(described), readServices()]);
  return expectationsOf(manifests, services, described.site);
}
