import type { CatalogueEntry, PlacementSite } from "../../../components/internal/placement.ts";
import { type Problem, ProblemsError } from "../../../components/internal/problems.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { compareWithRendered, type Row } from "./compare.ts";
import { describeOriginals, type Wishes } from "./describe.ts";
import { type ManifestDocument, readDocuments } from "./documents.ts";
import { minimalDescription } from "./minimal.ts";
import { type Originals, sortOriginals } from "./originals.ts";
import { planInSites, type SiteObjects } from "./plannedObjects.ts";

/** A manifest file's name and text. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** A service made from manifests, before anything is written. */
export interface TakenIn {
  readonly service: Microservice;
  /** File of `config/` -> its template. */
  readonly templates: Readonly<Record<string, string>>;
  /** `tag@sha256:...`, for every site's releases. */
  readonly release: string;
  readonly notes: readonly string[];
  /** Holds the manifests against a description that has been read back, usually this one. */
  compare(service: Microservice): { readonly rows: readonly Row[]; readonly sites: readonly SiteObjects[] };
}

/** The catalogue and the sites that the new service has to fit in. */
export interface Surroundings {
  readonly catalogue: readonly CatalogueEntry[];
  readonly sites: readonly PlacementSite[];
}

/**
 * Makes a service's description from the manifests by which it runs today.
 * @throws ProblemsError for what is no manifest of one service, and where the service does not fit in.
 */
export function takeIn(files: readonly ManifestFile[], wishes: Wishes, { catalogue, sites }: Surroundings): TakenIn {
  const originals = readOriginals(files, wishes.name);
  const reading = describeOriginals(originals, wishes, sites);
  const { templates, release, notes } = reading;
  const plan = (service: Microservice) => planInSites(service, templates, release, catalogue, sites);
  const service = minimalDescription(reading.service, plan);
  return {
    service,
    templates,
    release,
    notes,
    compare: (description) => {
      const objects = plan(description);
      return {
        sites: objects,
        rows: compareWithRendered({
          originals,
          reading,
          sites: objects,
          endpoints: sites.map((site) => site.endpoints),
        }),
      };
    },
  };
}

function readOriginals(files: readonly ManifestFile[], name: string): Originals {
  const documents: ManifestDocument[] = [];
  const problems: Problem[] = [];
  for (const { file, text } of files) {
    const read = readDocuments(file, text);
    documents.push(...read.documents);
    problems.push(...read.problems);
  }
  if (problems.length > 0) throw new ProblemsError(problems);
  return sortOriginals(documents, name);
}
