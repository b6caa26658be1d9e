import type { CatalogueService } from "../../components/catalogue/index.ts";
import { type Diagnostic, DiagnosticCollector, ValidationError } from "../../components/diagnostic.ts";
import type { Microservice } from "../../components/microservice.ts";
import type { CatalogueSite } from "../../components/siteData.ts";
import { AddressBook, type CallableService } from "./addresses/addressBook.ts";
import { catalogueServices, runService } from "./addresses/callableServices.ts";
import type { Proposal } from "./addresses/proposalList.ts";
import { compareWithRendered, type Row } from "./fields/compare.ts";
import { type NewService, renderAlone, renderServices, type SiteObjects } from "./fields/renderedObjects.ts";
import { type ManifestDocument, readDocuments } from "./input/documents.ts";
import { eachKindOnce } from "./input/eachKindOnce.ts";
import { type PassedOver, passedOverNotes } from "./input/passedOver.ts";
import { sortManifests } from "./input/sourceManifests.ts";
import { qualifiedName } from "./landscape/objectIndex.ts";
import { type Interpretation, interpretManifests, type ServiceOverrides } from "./reading/interpret.ts";
import { surveyService } from "./reading/survey.ts";
import type { AwaitedSecret } from "./references/awaitedSecrets.ts";
import type { Finding } from "./report/finding.ts";
import { findingsOf } from "./report/findings.ts";
import { omitDefaults } from "./writing/omitDefaults.ts";

/** A manifest file's name and text. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** The documents from which one service is made: a Deployment, and what goes with it. */
export interface ServiceSource {
  readonly documents: readonly ManifestDocument[];
  readonly wishes: ServiceOverrides;
}

/** A service made from manifests, before anything is written. */
interface MadeService extends NewService {
  readonly notes: readonly string[];
  /** The secrets whose values a person moves into Vault. */
  readonly awaited: readonly AwaitedSecret[];
}

/** What became of the manifests of a service. */
interface ComparedService {
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
  readonly sites: readonly SiteObjects[];
}

/** The services of a run. */
export interface Adopted {
  readonly services: readonly MadeService[];
  /** Backing services that the sites' data lacks. */
  readonly proposals: readonly Proposal[];
  /**
   * Holds the manifests against descriptions that have been read back, usually these: one for each service, in their order.
   * @throws ValidationError where the services do not fit into the catalogue, into a site, or together.
   */
  compare(descriptions: readonly Microservice[]): readonly ComparedService[];
}

/** The catalogue and the sites that new services have to fit in. */
export interface Project {
  readonly catalogue: readonly CatalogueService[];
  readonly sites: readonly CatalogueSite[];
  /**
   * Service -> the constant that its index.ts exports.
   * @default the name in camel case
   */
  readonly constants?: ReadonlyMap<string, string>;
}

/** What the files of a run hold. */
interface RunDocuments {
  readonly documents: readonly ManifestDocument[];
  /** Objects that a cluster made, which are not taken in. */
  readonly passedOver: readonly PassedOver[];
}

/**
 * The documents of all files.
 * @throws ValidationError with every problem of the files, and for an object that stands in them twice.
 */
export function readAllDocuments(files: readonly ManifestFile[]): RunDocuments {
  const read = files.map(({ file, text }) => readDocuments(file, text));
  const documents = read.flatMap((each) => each.documents);
  const problems = [...read.flatMap((each) => each.problems), ...twice(documents)];
  if (problems.length > 0) throw new ValidationError(eachKindOnce(problems));
  return { documents, passedOver: read.flatMap((each) => each.passedOver) };
}

/** An object is known by its kind, namespace and name; no stated namespace is one of its own. */
function twice(documents: readonly ManifestDocument[]): Diagnostic[] {
  const first = new Map<string, ManifestDocument>();
  return documents.flatMap((document) => {
    if (document.kind === "List") return [];
    const key = JSON.stringify([document.kind, document.namespace, document.name]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, document);
      return [];
    }
    const name = `${document.kind} ${qualifiedName(document)}`;
    return [document.problem(["metadata", "name"], `${name} stands in ${other.file} already; give it once`)];
  });
}

/**
 * Makes the descriptions of services from the manifests by which they run today.
 * @param input every document of the run
 * @throws ValidationError with the problems of all services.
 */
export function adoptServices(
  sources: readonly ServiceSource[],
  input: readonly ManifestDocument[],
  { catalogue, sites }: Project,
): Adopted {
  const collector = new DiagnosticCollector();
  // A service in which something is wrong takes no further step, and the others do.
  const ofEach = <Item, Result>(items: readonly Item[], step: (item: Item) => Result) =>
    items.flatMap((item) => collector.attempt((): Result[] => [step(item)], []));
  const sorted = ofEach(sources, ({ documents, wishes }) => {
    const originals = sortManifests(documents, wishes.name, input);
    return { originals, wishes, survey: surveyService(originals, wishes) };
  });
  const book = new AddressBook({
    services: [
      ...catalogueServices(catalogue),
      ...sorted.flatMap(({ originals, wishes, survey }) => runService(originals, wishes.name, survey)),
    ],
    backingServices: sites.map((site) => site.backingServices),
    closed: new Set([
      ...catalogue.map(({ service }) => service.namespace),
      ...sorted.map(({ survey }) => survey.namespace),
    ]),
    documents: input,
  });
  const final = new Map<string, Microservice>();
  const describe = ({ name, description }: CallableService) => final.get(name) ?? description;
  const read = ofEach(sorted, ({ originals, wishes, survey }) => ({
    originals,
    reading: interpretManifests(originals, wishes, survey, sites, { book, describe, catalogue }),
  }));
  const services = ofEach(read, ({ reading }) => shortest(reading, sites));
  for (const { service } of services) final.set(service.name, service);
  collector.finish();
  return {
    services,
    proposals: book.proposals,
    compare: (descriptions) => {
      const planned = services.map((made, index) => ({ ...made, service: descriptions[index] ?? made.service }));
      const rendered = renderServices(planned, catalogue, sites);
      const resumed = planned.some(({ service }) => service.paused === true)
        ? renderServices(planned.map(resume), catalogue, sites)
        : rendered;
      return read.map(({ originals, reading }, index): ComparedService => {
        const objects = rendered[index] ?? [];
        const backingServices = sites.map((site) => site.backingServices);
        const isPaused = planned[index]?.service.paused === true;
        const later = isPaused ? (resumed[index] ?? []) : objects;
        const comparison = { originals, reading, sites: objects, resumed: later, backingServices };
        return { sites: objects, rows: compareWithRendered(comparison), findings: findingsOf(comparison) };
      });
    },
  };
}

/** The service with the shortest description that means the same. */
function shortest(reading: Interpretation, sites: readonly CatalogueSite[]): MadeService {
  const { templates, release, notes } = reading;
  const plan = (service: Microservice) => renderAlone({ service, templates, release }, sites);
  // What a paused service has only once it is resumed must not go because nothing shows it today.
  const service = omitDefaults(reading.service, (candidate) => [
    plan(candidate),
    ...(reading.service.paused === true ? [plan({ ...candidate, paused: false })] : []),
  ]);
  const awaited = [...reading.environment.awaited.values()].filter(({ key }) =>
    Object.hasOwn(service.secrets ?? {}, key),
  );
  return { service, templates, release, notes, awaited };
}

/** A service as it would be once it is no longer paused. */
function resume(added: NewService): NewService {
  return added.service.paused === true ? { ...added, service: { ...added.service, paused: false } } : added;
}

/** The only service of some files. */
export interface AdoptedService extends MadeService, Pick<Adopted, "proposals"> {
  /** As {@link Adopted.compare}, for this service. */
  compare(service: Microservice): ComparedService;
}

/** One service from files that hold nothing else: {@link adoptServices} with all of their documents. */
export function adoptService(
  files: readonly ManifestFile[],
  wishes: ServiceOverrides,
  project: Project,
): AdoptedService {
  const { documents, passedOver } = readAllDocuments(files);
  const { services, proposals, compare } = adoptServices([{ documents, wishes }], documents, project);
  const [adopted] = services;
  if (adopted === undefined) throw new RangeError("one service was asked for");
  return {
    ...adopted,
    proposals,
    notes: [...adopted.notes, ...passedOverNotes(passedOver)],
    compare: (service) => {
      const [compared] = compare([service]);
      if (compared === undefined) throw new RangeError("one service was compared");
      return compared;
    },
  };
}
