/** A service whose releases differ between the two sites. */
export interface ReleaseDifference {
  readonly service: string;
  readonly one: string;
  readonly other: string;
}

/** The services whose releases differ, sorted by name. */
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

/** One line per service, saying which site is behind. */
export function describeReleases(site: string, peer: string, differences: readonly ReleaseDifference[]): string[] {
  return differences.map(({ service, one, other }) => {
    const [tag, peerTag] = [tagOf(one), tagOf(other)];
    const order = tag.localeCompare(peerTag, "en", { numeric: true });
    if (order === 0) return `${site} and ${peer} run different images under the same tag: ${service} ${tag}`;
    const [behind, ahead] = order < 0 ? [site, peer] : [peer, site];
    const [old, current] = order < 0 ? [tag, peerTag] : [peerTag, tag];
    return `${behind} is behind: ${service} ${old} (${ahead} has ${current})`;
  });
}

function tagOf(release: string): string {
  return release.split("@", 1)[0] ?? release;
}
