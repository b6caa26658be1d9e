import { compareFields, leaves } from "../../recorder/fields.ts";
import type { Plain } from "../../recorder/registeredResource.ts";
import { withoutMachines } from "./machines.ts";
import type { Marker } from "./markers.ts";
import { withoutReplicasMigrations } from "./migrations.ts";
import { type ComparedResource, instantiate, labelled, withoutPlaces } from "./trace.ts";

/** A difference between the sites that their site data does not explain. */
export interface Difference {
  readonly service: string | undefined;
  readonly resource: string;
  /** Path of the field; empty if the whole resource differs. */
  readonly field: string;
  readonly reason: string;
}

/** One site's two renders: with its real data, and with markers in place of the data. */
export interface SiteRuns {
  readonly site: string;
  readonly actual: readonly ComparedResource[];
  readonly traced: readonly ComparedResource[];
  readonly markers: readonly Marker[];
}

/**
 * Compares the same site data rendered under its own stack's name and under the other site's. Both must be identical.
 */
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

/**
 * With markers for all values, the program must produce the same objects and fields, passing each value on unchanged.
 */
export function compareTraced({ site, actual, traced, markers }: SiteRuns): Difference[] {
  const expected = traced.map((resource) => ({ ...resource, value: instantiate(resource.value, markers) }));
  return compareResources(
    actual,
    expected,
    (a, b) =>
      `depends on a value of the site's data instead of only passing it on: ${a} in ${site}, ${b} with other values`,
  );
}

/**
 * The marked renders of both sites must have the same form: whatever is not a value of site data must be identical. Whether
 * a backing service is outside the cluster or in it or a replica, and whether machines are VMs, is site data too.
 */
export function compareForms(one: SiteRuns, other: SiteRuns): Difference[] {
  const form = ({ traced, markers }: SiteRuns) =>
    traced.map((resource) => ({
      ...resource,
      value: withoutMachines(withoutPlaces(labelled(resource.value, markers))),
    }));
  const replicas = [one, other].some(({ markers }) => markers.some(({ path }) => /\.replicaOf$/.test(path)));
  return compareResources(
    ...withoutReplicasMigrations(form(one), form(other), replicas),
    (a, b) => `differs for a reason other than site data: ${a} in ${one.site}, ${b} in ${other.site}`,
  );
}

/** Finds microservices that contain the name of the peer site: a service must not know that another site exists. */
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
            reason: `contains the name of ${site}'s peer; a service must not know that another site exists`,
          })),
  );
}

/** How many fields of a site's resources contain each value of site data, by path of the value. */
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

/** Shortens a field path by the leading `inputs`, which every field of a manifest has. */
function shortField(field: string): string {
  return field.replace(/^inputs\./, "");
}

/** Both values as text. For multi-line text only the first differing line, which the whole text would hide. */
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
