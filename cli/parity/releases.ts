/** A service that runs another release in one site than in the other. */
export interface ReleaseDifference {
  readonly service: string;
  readonly one: string;
  readonly other: string;
}

/** The services whose releases differ, in the order of their names. */
export function compareReleases(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): ReleaseDifference[] {
  return Object.keys(one)
    .sort()
    .flatMap((service) => {
      const [a, b] = [one[service] ?? "", other[service] ?? ""];
      return a === b ? [] : [{ service, one: a, other: b }];
    });
}

/** What a person wants to hear of it: which site is behind, service by service. */
export function describeReleases(site: string, peer: string, differences: readonly ReleaseDifference[]): string[] {
  return differences.map(({ service, one, other }) => {
    const [tag, peerTag] = [tagOf(one), tagOf(other)];
    const order = tag.localeCompare(peerTag, "en", { numeric: true });
    if (order === 0) return `${site} and ${peer} run other bytes under one tag: ${service} ${tag}`;
    const [behind, ahead] = order < 0 ? [site, peer] : [peer, site];
    const [old, current] = order < 0 ? [tag, peerTag] : [peerTag, tag];
    return `${behind} is behind: ${service} ${old} (${ahead} has ${current})`;
  });
}

function tagOf(release: string): string {
  return release.split("@", 1)[0] ?? release;
}
