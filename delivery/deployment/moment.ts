import { at, type PlainObject } from "../../recorder/registeredResource.ts";
import { type Calendar, type Frozen, formatInstant, type PeakTime } from "../calendar/index.ts";
import { formatIdentity, type Identity } from "../identity/index.ts";

/** The site whose time people read. */
interface Place {
  readonly site: string;
  /** @default UTC alone is told */
  readonly timeZone: string | undefined;
}

/** Who is stopped by a freeze. */
interface Stopping extends Place {
  readonly who: Identity;
  /** Those who may pass. */
  readonly breakGlass: Calendar["breakGlass"];
  /** Whether the freeze was to be passed by `--break-glass`. */
  readonly isAsked: boolean;
}

/** Why a freeze stops a deployment, until when, and what may be done. */
export function freezeLine({ freezes, until }: Frozen, { site, timeZone, who, breakGlass, isAsked }: Stopping): string {
  const named = freezes.map(({ freeze }) => `${freeze.name} (${freeze.reason})`).join(", ");
  const end = formatInstant(until, timeZone ?? "UTC");
  const remedy = isAsked
    ? `${strangerLine(who)}; breakGlass of calendar.yaml names ${listed(breakGlass)}`
    : `wait, or, for those whom calendar.yaml names: npm run deploy -- --site ${site} --break-glass "why it cannot wait"`;
  return `${site} is frozen until ${end}: ${named}; ${remedy}`;
}

/** Whom the glass does not know, by what would have to stand in the calendar. */
function strangerLine(who: Identity): string {
  switch (who.kind) {
    case "unknown":
      return "nobody vouches for who you are: use a VAULT_TOKEN of a login of your own, or a signed commit, and not a token without an entity";
    case "vault-entity":
      return `${formatIdentity(who)}, entity ${who.id}, may not break the glass`;
    case "commit-signer":
      return `${formatIdentity(who)}, key ${who.fingerprint}, may not break the glass`;
  }
}

function listed({ vaultEntities, signers }: Calendar["breakGlass"]): string {
  const all = [...vaultEntities.map((id) => `Vault's entity ${id}`), ...signers.map((key) => `the key ${key}`)];
  return all.length === 0 ? "nobody" : all.join(", ");
}

/**
 * The peaks that are due and whose replicas are not in what is deployed.
 * @param manifests the objects that the program renders for the site
 */
export function missedPeaks(
  due: readonly PeakTime[],
  manifests: readonly PlainObject[],
  place: Place,
): readonly string[] {
  return due.flatMap(({ peak, start }) => {
    const short = Object.entries(peak.minReplicas ?? {}).flatMap(([service, wanted]) => {
      const rendered = fewest(service, manifests);
      return rendered === undefined || rendered >= wanted ? [] : [`${service} has ${rendered}, not ${wanted}`];
    });
    if (short.length === 0) return [];
    return [
      `the peak ${peak.name} is due in ${place.site} (it begins ${formatInstant(start, place.timeZone ?? "UTC")}) and is not in this commit: ${short.join(", ")}; npm run calendar -- apply commits it, then deploy that commit`,
    ];
  });
}

/** The fewest replicas that a service has as it is rendered; undefined where it has no Deployment, or is paused. */
function fewest(service: string, manifests: readonly PlainObject[]): number | undefined {
  const named = (kind: string) =>
    manifests.find((each) => each["kind"] === kind && at(each, "metadata", "name") === service);
  const deployment = named("Deployment");
  if (deployment === undefined || at(deployment, "spec", "replicas") === 0) return undefined;
  const autoscaler = named("HorizontalPodAutoscaler");
  const count = at(autoscaler, "spec", "minReplicas") ?? at(deployment, "spec", "replicas") ?? 1;
  return Number(count);
}
