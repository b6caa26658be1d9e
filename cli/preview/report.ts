import type { RegisteredResource } from "../../recorder/registeredResource.ts";
import {
  type Arrival,
  arrivals,
  capacityChanges,
  type Facts,
  type SitePage,
  sitePage,
  type ValueToFill,
  valuesToFill,
} from "./arrivals.ts";
import { type Counts, compareSite, countChanges, type GroupedChange, groupChanges, retainedLines } from "./changes.ts";
import { exceptionNotes } from "./exceptionNotes.ts";
import type { SiteFacts } from "./facts.ts";

/** A site as one commit renders it. */
export interface RenderedSite {
  readonly facts: SiteFacts;
  readonly resources: readonly RegisteredResource[];
}

/** Contents of a preview. */
export interface PreviewReport {
  /** Commit that the working tree is compared with: `1a2b3c4d5e (merge base with main)`. */
  readonly base: string;
  /** Of every site that the working tree has. */
  readonly counts: ReadonlyMap<string, Counts>;
  readonly newSites: readonly SitePage[];
  /** Names of sites whose files are gone. */
  readonly removedSites: readonly string[];
  /** Services that are new or removed in a site that both commits have. */
  readonly services: readonly Arrival[];
  /** Of the sites that both commits have. */
  readonly changes: readonly GroupedChange[];
  /** What stays behind of deleted objects, in every site: a sentence each. */
  readonly retained: readonly string[];
  /** What services newly need from an operator, in the sites that both commits have. */
  readonly toFill: readonly ValueToFill[];
  /** Site -> its memory with what changes of it, in words; of the sites that both commits have. */
  readonly memory: Facts;
  readonly notes: readonly string[];
}

/** Compares two commits site by site. */
export function compareCommits(
  base: string,
  before: ReadonlyMap<string, RenderedSite>,
  after: ReadonlyMap<string, RenderedSite>,
  notes: readonly string[],
): PreviewReport {
  const both = [...after].flatMap(([site, head]) => {
    const old = before.get(site);
    return old === undefined ? [] : [{ site, old, head }];
  });
  const facts = both.map(({ old, head }) => ({ old: old.facts, head: head.facts }));
  const changes = new Map(
    [...after].map(([site, head]) => [site, compareSite(site, before.get(site)?.resources ?? [], head.resources)]),
  );
  const added = [...after.keys()].filter((site) => !before.has(site));
  return {
    base,
    counts: new Map([...after].map(([site, head]) => [site, countChanges(changes.get(site) ?? [], head.resources)])),
    newSites: added.flatMap((site) => {
      const head = after.get(site);
      return head === undefined ? [] : [sitePage(head.facts, changes.get(site) ?? [])];
    }),
    removedSites: [...before.keys()].filter((site) => !after.has(site)),
    services: arrivals(facts),
    changes: groupChanges(both.flatMap(({ site }) => changes.get(site) ?? [])),
    retained: [...new Set(both.flatMap(({ old, head }) => retainedLines(old.resources, head.resources)))],
    toFill: valuesToFill(facts),
    memory: capacityChanges(facts),
    notes: [...exceptionNotes(before, after), ...notes],
  };
}
