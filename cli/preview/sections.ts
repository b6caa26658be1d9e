import { visibleLine } from "../../command/visibleText.ts";
import type { Arrival, Facts, SitePage } from "./arrivals.ts";
import { changeLines, signs } from "./changeLines.ts";
import { type GroupedChange, kindOf } from "./changes.ts";
import type { PreviewReport } from "./report.ts";

/** A part of a preview that has a heading of its own. */
export interface Section {
  readonly title: string;
  /** What is in it, in a few words. */
  readonly summary: string;
  readonly lines: readonly string[];
}

/**
 * The parts of a preview: new sites and those that are gone, new and removed services, what changes of other services, and last
 * of the sites themselves.
 */
export function sections({ newSites, removedSites, services, changes, counts }: PreviewReport): Section[] {
  const compared = counts.size - newSites.length;
  const groups = [...Map.groupBy(changes, ({ service }) => service ?? "")].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = groups.map(([service, found]) => {
    const [arrival, ...more] = services.filter((each) => each.service === service);
    const section =
      arrival === undefined || more.length > 0
        ? changedSection(service, found, compared)
        : arrivalSection(arrival, found, compared);
    return { section, rank: service === "" ? 2 : arrival === undefined ? 1 : 0 };
  });
  return [
    ...newSites.map(siteSection),
    ...removedSites.map(removedSection),
    ...parts.sort((a, b) => a.rank - b.rank).map(({ section }) => section),
  ];
}

function siteSection({ site, facts, kinds }: SitePage): Section {
  const resources = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  const lines = [...factLines(facts), `  + ${resources} resources: ${countedKinds(kinds)}`];
  return { title: `${site}: a new site`, summary: `${resources} created`, lines };
}

function removedSection(site: string): Section {
  const line = `    nothing in it changes by this: its stack and all that runs there stay until pulumi destroy --stack ${site}`;
  return { title: `${site}: its file is gone`, summary: "left as it is", lines: [line] };
}

function arrivalSection(arrival: Arrival, changes: readonly GroupedChange[], siteCount: number): Section {
  const kind = arrival.kind === "new" ? "create" : "delete";
  const [whole, others] = [changes.filter((each) => each.kind === kind), changes.filter((each) => each.kind !== kind)];
  const where = arrival.sites.length === siteCount ? "" : `, only in ${arrival.sites.join(", ")}`;
  return {
    title: `${arrival.service}: ${arrival.kind === "new" ? "a new service" : "removed"}${where}`,
    summary: summaryOf(changes),
    lines: [
      ...factLines(arrival.facts),
      ...arrival.warnings.map((warning) => `    warning: ${visibleLine(warning)}`),
      `  ${signs[kind]} ${whole.length} resources: ${countedKinds(kindsOf(whole))}`,
      ...others.flatMap((change) => changeLines(change, siteCount)),
    ],
  };
}

function changedSection(service: string, changes: readonly GroupedChange[], siteCount: number): Section {
  const title = service === "" ? "the site itself" : service;
  const lines = mergeNamespaces(changes).flatMap((change) => changeLines(change, siteCount));
  return { title, summary: summaryOf(changes), lines };
}

/** Fewest resources of a namespace that are told in one line when they come or go together. */
const many = 5;

/** Makes one line of what comes or goes with a whole namespace. */
function mergeNamespaces(changes: readonly GroupedChange[]): GroupedChange[] {
  const identity = ({ title, kind, sites }: GroupedChange, index: number) => {
    const [, namespace] = /(?:^Namespace | )([^ /]+)(?:\/[^ ]*)?$/.exec(title) ?? [];
    return kind === "change" ? String(index) : JSON.stringify([kind, namespace, sites]);
  };
  return [...Map.groupBy(changes, identity).values()].flatMap((alike) => {
    const [first] = alike;
    const namespace = alike
      .find(({ title }) => title.startsWith("Namespace "))
      ?.title.split(" ")
      .at(-1);
    if (first === undefined || namespace === undefined || alike.length < many) return alike;
    return [{ ...first, title: `namespace ${namespace}, ${alike.length} resources: ${countedKinds(kindsOf(alike))}` }];
  });
}

function kindsOf(changes: readonly GroupedChange[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(changes, kindOf)].map(([kind, same]) => [kind, same.length]));
}

function factLines(facts: Facts): string[] {
  const width = Math.max(0, ...Object.keys(facts).map((title) => title.length));
  return Object.entries(facts).map(([title, value]) => `    ${title.padEnd(width)}  ${visibleLine(value)}`);
}

/** `Deployment, 2 ConfigMap, Service`. */
function countedKinds(kinds: Readonly<Record<string, number>>): string {
  return Object.entries(kinds)
    .map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`))
    .join(", ");
}

const verbs: Readonly<Record<GroupedChange["kind"], string>> = {
  create: "created",
  change: "changed",
  delete: "deleted",
};

function summaryOf(changes: readonly GroupedChange[]): string {
  const kinds = Map.groupBy(changes, ({ kind }) => kind);
  return [...kinds].map(([kind, found]) => `${found.length} ${verbs[kind]}`).join(", ");
}
