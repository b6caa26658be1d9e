import { cidrOf, overlap } from "../../components/kubernetes/index.ts";
import type { BackingService, Site } from "../../components/siteData.ts";

/** Warnings about backing services that a site has in common with others although nobody states it, one sentence each. */
export function sharedWarnings(site: Site, all: readonly Site[]): string[] {
  return Object.entries(site.backingServices).flatMap(([name, own]) => {
    const sharing = all.filter((other) => {
      const theirs = other.backingServices[name];
      return theirs !== undefined && !isStated(own, theirs) && isSame(own, theirs);
    });
    if (sharing.length < 2) return [];
    const names = sharing.map((each) => each.name).join(" and ");
    return [
      `${names} use one backing service ${name} (${own.host}), so that all lose it at once, unless it was copied by mistake; write shared: true if it is meant`,
    ];
  });
}

function isStated(...both: readonly BackingService[]): boolean {
  return both.some(({ shared = false }) => shared);
}

/** Whether both are at one address outside the clusters. What is in a cluster has the same name in each of them. */
function isSame(one: BackingService, other: BackingService): boolean {
  if (one.port !== other.port || one.cidrs === undefined || other.cidrs === undefined) return false;
  const theirs = other.cidrs.map(cidrOf);
  return one.host === other.host || one.cidrs.some((entry) => theirs.some((cidr) => overlap(cidrOf(entry), cidr)));
}
