import { compareFields, leaves } from "../../recorder/fields.ts";
import type { Plain } from "../../recorder/registeredResource.ts";
import type { Marker } from "./markers.ts";
import { type ComparedResource, instantiate, labelled } from "./trace.ts";

/** A place at which the sites are not twins. */
export interface Difference {
  readonly service: string | undefined;
  readonly resource: string;
  /** Path of the field; empty where a whole resource is meant. */
  readonly field: string;
  readonly reason: string;
}

/** One site's runs: as it is, and traced. */
export interface SiteRuns {
  readonly site: string;
  readonly actual: readonly ComparedResource[];
  readonly traced: readonly ComparedResource[];
  readonly markers: readonly Marker[];
}

/** The same data under the site's own name and under the other site's: both must come out the same. */
export function compareSwapped(
  data: string,
  stack: string,
  own: readonly ComparedResource[],
  swapped: readonly ComparedResource[],
): Difference[] {
  return compareResources(
    own,
    swapped,
    (a, b) =>
      `depends on the stack's name: with the data of ${data} it is ${a} in stack ${data} and ${b} in stack ${stack}`,
  );
}

/** With stand-ins for all values, the same objects with the same fields must come out, each value carried as it is. */
export function compareTraced({ site, actual, traced, markers }: SiteRuns): Difference[] {
  const expected = traced.map((resource) => ({ ...resource, value: instantiate(resource.value, markers) }));
  return compareResources(
    actual,
    expected,
    (a, b) =>
      `depends on what a value of the site's data is, and does not just carry it: ${a} in ${site}, ${b} if its data had other values`,
  );
}

/** Both sites' traced runs must have the same form: what is no value of site data must be the same in both. */
export function compareForms(one: SiteRuns, other: SiteRuns): Difference[] {
  const form = ({ traced, markers }: SiteRuns) =>
    traced.map((resource) => ({ ...resource, value: labelled(resource.value, markers) }));
  return compareResources(
    form(one),
    form(other),
    (a, b) => `differs, and not by site data: ${a} in ${one.site}, ${b} in ${other.site}`,
  );
}

/** No microservice may hold its site's peer: what runs in one site must not know that there is another. */
export function findPeers({ traced, markers, site }: SiteRuns): Difference[] {
  const peer = markers.find(({ path }) => path === "site.peer");
  if (peer === undefined) return [];
  return traced.flatMap(({ service, title, value }) =>
    service === undefined
      ? []
      : leaves(value)
          .filter(([, leaf]) => String(leaf).includes(peer.value))
          .map(([field]) => ({
            service,
            resource: title,
            field: shortField(field),
            reason: `holds the name of ${site}'s peer; a service must not know that there is another site`,
          })),
  );
}

/** How often each value of site data stands in a site's resources: path of the value -> fields. */
export function countSiteValues({ traced, markers }: SiteRuns): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { value } of traced) {
    for (const [, leaf] of leaves(labelled(value, markers))) {
      for (const [, path = ""] of String(leaf).matchAll(/<((?:site|releases)\.[^>]+)>/g))
        counts.set(path, (counts.get(path) ?? 0) + 1);
    }
  }
  return counts;
}

function compareResources(
  one: readonly ComparedResource[],
  other: readonly ComparedResource[],
  explain: (a: string, b: string) => string,
): Difference[] {
  const others = new Map(other.map((resource) => [resource.identity, resource]));
  const ones = new Set(one.map(({ identity }) => identity));
  const missing = (resource: ComparedResource, a: string, b: string): Difference => ({
    service: resource.service,
    resource: resource.title,
    field: "",
    reason: explain(a, b),
  });
  return [
    ...one.flatMap((resource) => {
      const twin = others.get(resource.identity);
      if (twin === undefined) return [missing(resource, "there", "not there")];
      return compareFields(resource.value, twin.value).map(({ path, one: a, other: b }) => ({
        service: resource.service,
        resource: resource.title,
        field: shortField(path),
        reason: explain(...showBoth(a, b)),
      }));
    }),
    ...other.filter(({ identity }) => !ones.has(identity)).map((resource) => missing(resource, "not there", "there")),
  ];
}

/** A manifest's fields are spoken of without the `inputs` that they stand in. */
function shortField(field: string): string {
  return field.replace(/^inputs\./, "");
}

/** Both values; of texts of several lines the first line that differs, since the whole would hide it. */
function showBoth(one: Plain | undefined, other: Plain | undefined): [string, string] {
  if (typeof one !== "string" || typeof other !== "string" || !one.includes("\n")) return [show(one), show(other)];
  const [lines, others] = [one.split("\n"), other.split("\n")];
  const index = lines.findIndex((line, number) => line !== others[number]);
  const number = index === -1 ? lines.length : index;
  return [`line ${number + 1} ${show(lines[number])}`, `line ${number + 1} ${show(others[number])}`];
}

function show(value: Plain | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
