import { migrationAnnotations } from "../../components/workload/index.ts";
import { at, type RegisteredResource } from "../../recorder/registeredResource.ts";

/** A migration of phase `contract`: it takes something away that releases before `after` need. */
export interface Contract {
  readonly service: string;
  /** `tag@sha256:...`: the first release that no longer needs what goes. */
  readonly after: string;
}

/** What a site has verified, by its history. */
export interface SiteReleases {
  readonly site: string;
  /** The releases of each verified deployment and rollback, service -> `tag@sha256:...`; oldest first, the last is what runs. */
  readonly verified: readonly Readonly<Record<string, string>>[];
}

/** The contracts among the resources that a commit registers in a site. */
export function contractsOf(resources: readonly Pick<RegisteredResource, "type" | "inputs">[]): Contract[] {
  return resources.flatMap(({ type, inputs }) => {
    if (type !== "kubernetes:batch/v1:Job") return [];
    const annotation = (name: keyof typeof migrationAnnotations) =>
      at(inputs, "metadata", "annotations", migrationAnnotations[name]);
    const [service, after] = [annotation("service"), annotation("after")];
    return typeof service === "string" && typeof after === "string" ? [{ service, after }] : [];
  });
}

/**
 * Why contracts must not be deployed yet: a sentence for each service and site whose running release still needs what would go.
 * A site runs a release that no longer needs it if that is `after`, or was verified there for the first time later than `after`.
 * @param sites every site, also the one that is to be deployed; without one that is given up for lost
 */
export function contractProblems(contracts: readonly Contract[], sites: readonly SiteReleases[]): string[] {
  return contracts.flatMap(({ service, after }) =>
    sites.flatMap(({ site, verified }) => {
      const running = verified.at(-1)?.[service];
      if (running !== undefined && isFreeOf(service, after, running, verified)) return [];
      const state =
        running === undefined ? `has verified no release of ${service}` : `runs ${tagOf(running)}, which may need it`;
      return [
        `${service}: the contract of its migration takes away what releases before ${tagOf(after)} need (migration.contract.after), and ${site} ${state}; deploy and verify ${tagOf(after)} there first, and contract in a later commit`,
      ];
    }),
  );
}

/**
 * What a rollback cannot undo: a sentence for each service whose contract has run and whose release, as it would be again, needs
 * what is gone.
 * @param contracts of the commit that is left
 * @param target the releases that would run, service -> `tag@sha256:...`
 */
export function undoProblems(
  contracts: readonly Contract[],
  { site, verified }: SiteReleases,
  target: Readonly<Record<string, string>>,
): string[] {
  return contracts.flatMap(({ service, after }) => {
    const release = target[service];
    if (release === undefined || isFreeOf(service, after, release, verified)) return [];
    return [
      `${service}: release ${tagOf(release)} may need what the migration after ${tagOf(after)} has taken away in ${site}; restore the database, or go on with a release that does not need it`,
    ];
  });
}

/** Whether a release does not need what releases before `after` need, as far as the order of a site's history tells. */
function isFreeOf(service: string, after: string, release: string, verified: SiteReleases["verified"]): boolean {
  if (digestOf(release) === digestOf(after)) return true;
  const first = (wanted: string) =>
    verified.findIndex((releases) => digestOf(releases[service] ?? "") === digestOf(wanted));
  const [ofAfter, ofRelease] = [first(after), first(release)];
  return ofAfter >= 0 && (ofRelease === -1 ? false : ofRelease > ofAfter);
}

/** What identifies an image: tags may be several. */
function digestOf(release: string): string {
  return release.split("@")[1] ?? release;
}

function tagOf(release: string): string {
  return release.split("@")[0] ?? release;
}
