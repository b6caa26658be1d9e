import type { CatalogueService } from "../../components/catalogue/index.ts";
import { ValidationError } from "../../components/diagnostic.ts";
import type { Microservice } from "../../components/microservice.ts";
import type { CatalogueSite } from "../../components/siteData.ts";
import { compareWithRendered, type Row } from "./compare.ts";
import { readDocuments } from "./documents.ts";
import type { Finding } from "./finding.ts";
import { findingsOf } from "./findings.ts";
import { interpretManifests, type ServiceOverrides } from "./interpret.ts";
import { omitDefaults } from "./omitDefaults.ts";
import { type PassedOver, passedOverNotes } from "./passedOver.ts";
import { renderInSites, type SiteObjects } from "./renderedObjects.ts";
import { type SourceManifests, sortManifests } from "./sourceManifests.ts";

/** A manifest file's name and text. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** A service made from manifests, before anything is written. */
export interface AdoptedService {
  readonly service: Microservice;
  /** File of `config/` -> its template. */
  readonly templates: Readonly<Record<string, string>>;
  /** `tag@sha256:...`, for every site's releases. */
  readonly release: string;
  readonly notes: readonly string[];
  /** Holds the manifests against a description that has been read back, usually this one. */
  compare(service: Microservice): {
    readonly rows: readonly Row[];
    readonly findings: readonly Finding[];
    readonly sites: readonly SiteObjects[];
  };
}

/** The catalogue and the sites that the new service has to fit in. */
export interface Project {
  readonly catalogue: readonly CatalogueService[];
  readonly sites: readonly CatalogueSite[];
}

/**
 * Makes a service's description from the manifests by which it runs today.
 * @throws ProblemsError for what is no manifest of one service, and where the service does not fit in.
 */
export function adoptService(
  files: readonly ManifestFile[],
  wishes: ServiceOverrides,
  { catalogue, sites }: Project,
): AdoptedService {
  const { originals, passedOver } = readOriginals(files, wishes.name);
  const reading = interpretManifests(originals, wishes, sites);
  const { templates, release, notes } = reading;
  const plan = (service: Microservice) => renderInSites(service, templates, release, catalogue, sites);
  // What a paused service has only once it is resumed must not go because nothing shows it today.
  const service = omitDefaults(reading.service, (candidate) => [
    plan(candidate),
    ...(reading.service.paused === true ? [plan({ ...candidate, paused: false })] : []),
  ]);
  return {
    service,
    templates,
    release,
    notes: [...notes, ...passedOverNotes(passedOver)],
    compare: (description) => {
      const objects = plan(description);
      const comparison = {
        originals,
        reading,
        sites: objects,
        resumed: description.paused === true ? plan({ ...description, paused: false }) : objects,
        backingServices: sites.map((site) => site.backingServices),
      };
      return { sites: objects, rows: compareWithRendered(comparison), findings: findingsOf(comparison) };
    },
  };
}

function readOriginals(
  files: readonly ManifestFile[],
  name: string,
): { readonly originals: SourceManifests; readonly passedOver: readonly PassedOver[] } {
  const read = files.map(({ file, text }) => readDocuments(file, text));
  const problems = read.flatMap((each) => each.problems);
  if (problems.length > 0) throw new ValidationError(problems);
  const documents = read.flatMap((each) => each.documents);
  return { originals: sortManifests(documents, name), passedOver: read.flatMap((each) => each.passedOver) };
}
