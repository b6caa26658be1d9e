import type { Site } from "../../components/siteData.ts";
import type { SiteHistory } from "../../components/siteHistory.ts";

/** A warning where sites state one place for their histories, of which each should have a copy of the other's. */
export function historyWarnings(site: Site, all: readonly Site[]): string[] {
  const place = placeOf(site.history);
  if (place === undefined) return [];
  const sharing = all.filter((other) => placeOf(other.history) === place);
  if (sharing.length < 2) return [];
  const names = sharing.map((each) => each.name).join(" and ");
  return [
    `${names} keep their histories in ${place}: it is gone, or changed, for both at once; state another history in one of them, which then has a copy of the other's`,
  ];
}

/** Where a stated history is, for people; undefined where none is stated. */
function placeOf(history: SiteHistory | undefined): string | undefined {
  if (history === undefined) return undefined;
  if (history.kind === "s3") return `the bucket ${history.bucket} of ${new URL(history.endpoint).origin}`;
  return `the branch ${history.branch ?? "gemelos-history"} of ${history.url ?? "origin"}`;
}
