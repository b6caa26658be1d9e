import { planMicroservice } from "../../../components/internal/microservicePlan.ts";
import {
  type CatalogueEntry,
  isNew,
  type Placement,
  type PlacementSite,
  placeCatalogue,
} from "../../../components/internal/placement.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { isObject, type Plain, type PlainObject } from "../registration.ts";

/** The objects of one service in one site, kind -> manifest: what `render` would write for it. */
export type PlannedObjects = Readonly<Record<string, PlainObject>>;

/** One site's rendering of a service. */
export interface SiteObjects {
  readonly site: string;
  readonly objects: PlannedObjects;
}

/**
 * Plans a service in every site, together with the rest of the catalogue.
 * @throws ProblemsError where the service does not fit into the catalogue or a site.
 */
export function planInSites(
  service: Microservice,
  templates: Readonly<Record<string, string>>,
  release: string,
  catalogue: readonly CatalogueEntry[],
  sites: readonly PlacementSite[],
): SiteObjects[] {
  const folder = `services/${service.name}`;
  const entry: CatalogueEntry = {
    service,
    folder,
    templates: Object.entries(templates).map(([name, text]) => ({ name, file: `${folder}/config/${name}`, text })),
  };
  return sites.map((site) => {
    // A site that is only being set up has no release of any service; for the plan, all have this one.
    const others = isNew(site) ? catalogue.map((each) => [each.service.name, release]) : [];
    const releases = { ...Object.fromEntries(others), ...site.releases, [service.name]: release };
    const placements = placeCatalogue([...catalogue, entry], { ...site, releases });
    const placement = placements.find((each) => each.service === service);
    if (placement === undefined) throw new Error(`${service.name} has not been placed`);
    return { site: site.name, objects: planObjects(placement, site) };
  });
}

function planObjects(placement: Placement, site: PlacementSite): PlannedObjects {
  const objects: readonly ({ readonly kind: string } | undefined)[] = Object.values(
    planMicroservice({ ...placement, site }),
  );
  return Object.fromEntries(
    objects.flatMap((manifest) => (manifest === undefined ? [] : [[manifest.kind, plainCopy(manifest)]])),
  );
}

/** A manifest as JSON has it. */
function plainCopy(manifest: object): PlainObject {
  const copy: Plain = JSON.parse(JSON.stringify(manifest));
  return isObject(copy) ? copy : {};
}
