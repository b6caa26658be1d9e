import {
  type CatalogueService,
  checkTogether,
  describeMicroservice,
  isNewSite,
  siteServices,
} from "../../../components/catalogue/index.ts";
import { ValidationError } from "../../../components/diagnostic.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { partNames } from "../../../components/monitoring/index.ts";
import type { CatalogueSite } from "../../../components/siteData.ts";
import { type MicroserviceManifests, microserviceManifests } from "../../../components/workload/index.ts";
import { isObject, type Plain, type PlainObject } from "../../../recorder/registeredResource.ts";

/** The objects of one service in one site, kind -> manifest: what `render` would write for it. */
export type RenderedObjects = Readonly<Record<string, PlainObject>>;

/** One site's rendering of a service. */
export interface SiteObjects {
  readonly site: string;
  readonly objects: RenderedObjects;
  /** Path of a directory whose files last -> its claim. */
  readonly claims: Readonly<Record<string, PlainObject>>;
}

/** A service that is not in the catalogue yet. */
export interface NewService {
  readonly service: Microservice;
  /** File of `config/` -> its template. */
  readonly templates: Readonly<Record<string, string>>;
  /** `tag@sha256:...`, for every site's releases. */
  readonly release: string;
}

/**
 * Renders new services in every site, together with the catalogue: the objects of each, in the order of the services.
 * @throws ValidationError where they do not fit into the catalogue, into a site, or together.
 */
export function renderServices(
  added: readonly NewService[],
  catalogue: readonly CatalogueService[],
  sites: readonly CatalogueSite[],
): SiteObjects[][] {
  const described = added.map(describe);
  const together = [...catalogue, ...described];
  const diagnostics = checkTogether(together);
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  const names = [...catalogue.map(({ service }) => service.name), ...added.map(({ service }) => service.name)];
  const rendered = sites.map((site) => {
    // A site that is only being set up has no release of anything; here, all have that of the first.
    const others = isNewSite(site) ? releasesOf([...names, ...partNames(site)], added[0]?.release ?? "") : {};
    const own = Object.fromEntries(added.map(({ service, release }) => [service.name, release]));
    const releases = { ...others, ...site.releases, ...own };
    const inputs = siteServices(together, { ...site, releases }, { checksFiles: false });
    const byService = new Map(inputs.map((each) => [each.service, each]));
    return described.map(({ service }) => {
      const found = byService.get(service);
      if (found === undefined) throw new Error(`${service.name} is not among the services of ${site.name}`);
      return { site: site.name, ...renderObjects(microserviceManifests(found)) };
    });
  });
  return added.map((_, index) => rendered.flatMap((services) => services[index] ?? []));
}

/** {@link renderServices} of one. */
export function renderInSites(
  service: Microservice,
  templates: Readonly<Record<string, string>>,
  release: string,
  catalogue: readonly CatalogueService[],
  sites: readonly CatalogueSite[],
): SiteObjects[] {
  return renderServices([{ service, templates, release }], catalogue, sites).flat();
}

function describe({ service, templates }: NewService): CatalogueService {
  const folder = `services/${service.name}`;
  return {
    service: describeMicroservice(service, folder),
    folder,
    templates: Object.entries(templates).map(([name, text]) => ({ name, file: `${folder}/config/${name}`, text })),
  };
}

/**
 * Renders one service in every site as if it were the only one: what it calls need not be there.
 * @throws ValidationError where it does not fit into a site.
 */
export function renderAlone(added: NewService, sites: readonly CatalogueSite[]): SiteObjects[] {
  const described = describe(added);
  return sites.map((site) => {
    // What watches the site is no other service: the site has its releases, whichever service is looked at.
    const here = { ...site, releases: releasesOf([added.service.name, ...partNames(site)], added.release) };
    const [inputs] = siteServices([described], here, { checksFiles: false });
    if (inputs === undefined) throw new Error(`${added.service.name} is not among the services of ${site.name}`);
    return { site: site.name, ...renderObjects(microserviceManifests(inputs)) };
  });
}

/** Each name with the same release, which no object of the service that is looked at depends on. */
function releasesOf(names: readonly string[], release: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, release]));
}

function renderObjects({
  serviceAccount,
  configMap,
  networkPolicy,
  deployment,
  ...others
}: MicroserviceManifests): Omit<SiteObjects, "site"> {
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
  return {
    objects: Object.fromEntries(
      objects.flatMap((manifest) => (manifest === undefined ? [] : [[manifest.kind, plainCopy(manifest)]])),
    ),
    claims: Object.fromEntries(
      [...others.persistentVolumeClaims].map(([path, manifest]) => [path, plainCopy(manifest)]),
    ),
  };
}

/** A manifest as JSON has it. */
function plainCopy(manifest: object): PlainObject {
  const copy: Plain = JSON.parse(JSON.stringify(manifest));
  return isObject(copy) ? copy : {};
}
