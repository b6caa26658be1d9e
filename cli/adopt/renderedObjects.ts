import {
  type CatalogueService,
  checkTogether,
  describeMicroservice,
  isNewSite,
  siteServices,
} from "../../components/catalogue/index.ts";
import { ValidationError } from "../../components/diagnostic.ts";
import type { Microservice } from "../../components/microservice.ts";
import type { CatalogueSite } from "../../components/siteData.ts";
import { type MicroserviceManifests, microserviceManifests } from "../../components/workload/index.ts";
import { isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";

/** The objects of one service in one site, kind -> manifest: what `render` would write for it. */
export type RenderedObjects = Readonly<Record<string, PlainObject>>;

/** One site's rendering of a service. */
export interface SiteObjects {
  readonly site: string;
  readonly objects: RenderedObjects;
}

/**
 * Renders a service in every site, together with the rest of the catalogue.
 * @throws ValidationError where the service does not fit into the catalogue or a site.
 */
export function renderInSites(
  service: Microservice,
  templates: Readonly<Record<string, string>>,
  release: string,
  catalogue: readonly CatalogueService[],
  sites: readonly CatalogueSite[],
): SiteObjects[] {
  const folder = `services/${service.name}`;
  const added: CatalogueService = {
    service: describeMicroservice(service, folder),
    folder,
    templates: Object.entries(templates).map(([name, text]) => ({ name, file: `${folder}/config/${name}`, text })),
  };
  const together = [...catalogue, added];
  const diagnostics = checkTogether(together);
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  return sites.map((site) => {
    // A site that is only being set up has no release of any service; here, all have this one.
    const others = isNewSite(site) ? catalogue.map((each) => [each.service.name, release]) : [];
    const releases = { ...Object.fromEntries(others), ...site.releases, [service.name]: release };
    const inputs = siteServices(together, { ...site, releases }).find((each) => each.service === added.service);
    if (inputs === undefined) throw new Error(`${service.name} is not among the services of ${site.name}`);
    return { site: site.name, objects: renderObjects(microserviceManifests(inputs)) };
  });
}

function renderObjects({
  serviceAccount,
  configMap,
  networkPolicy,
  deployment,
  ...others
}: MicroserviceManifests): RenderedObjects {
  const { service, horizontalPodAutoscaler, podDisruptionBudget, ingress, httpRoute } = others;
  const objects: readonly ({ readonly kind: string } | undefined)[] = [
    serviceAccount,
    configMap,
    networkPolicy,
    deployment,
    service,
    horizontalPodAutoscaler,
    podDisruptionBudget,
    ingress,
    httpRoute,
  ];
  return Object.fromEntries(
    objects.flatMap((manifest) => (manifest === undefined ? [] : [[manifest.kind, plainCopy(manifest)]])),
  );
}

/** A manifest as JSON has it. */
function plainCopy(manifest: object): PlainObject {
  const copy: Plain = JSON.parse(JSON.stringify(manifest));
  return isObject(copy) ? copy : {};
}
