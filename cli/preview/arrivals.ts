import { type Change, kindOf } from "./changes.ts";
import type { ServiceFacts, SiteFacts } from "./facts.ts";

/** Title -> value, such as `image` -> `refunds:1.0.0`. */
export type Facts = Readonly<Record<string, string>>;

/** A service that is new or removed, with what a reviewer must know of it. */
export interface Arrival {
  readonly service: string;
  readonly kind: "new" | "removed";
  /** The sites in which it is. */
  readonly sites: readonly string[];
  /** A value in which the sites differ has each site's. */
  readonly facts: Facts;
  /** What `render` warns of a new one. */
  readonly warnings: readonly string[];
}

/** A site that is new. */
export interface SitePage {
  readonly site: string;
  readonly facts: Facts;
  /** Kind -> number of resources that are created. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** A value that an operator has to put into Vault. */
export interface ValueToFill {
  readonly sites: readonly string[];
  /** What names it for `npm run secrets -- put`, after the site: `--service refunds --key BANK_API_KEY`. */
  readonly place: string;
}

/** A site as two commits have it. */
interface Both {
  readonly old: SiteFacts;
  readonly head: SiteFacts;
}

/** The services that only one of two commits has in a site. */
export function arrivals(sites: readonly Both[]): Arrival[] {
  const found = (kind: Arrival["kind"], of: (both: Both) => readonly ServiceFacts[]): Arrival[] => {
    const all = sites.flatMap((both) => of(both).map((facts) => ({ site: both.head.site, facts })));
    return [...Map.groupBy(all, ({ facts }) => facts.service)].map(([service, same]) => ({
      service,
      kind,
      sites: same.map(({ site }) => site),
      facts: eachSite(same.map(({ site, facts }) => [site, kind === "new" ? serviceFacts(facts) : lostFacts(facts)])),
      warnings: kind === "new" ? [...new Set(same.flatMap(({ facts }) => facts.warnings))] : [],
    }));
  };
  return [
    ...found("new", ({ old, head }) => servicesOnlyIn(head, old)),
    ...found("removed", ({ old, head }) => servicesOnlyIn(old, head)),
  ];
}

function servicesOnlyIn(site: SiteFacts, other: SiteFacts): ServiceFacts[] {
  return site.services.filter(({ service }) => !other.services.some((each) => each.service === service));
}

function serviceFacts({ image, replicas, cpu, memory, secrets, ...facts }: ServiceFacts): Facts {
  const used = [...facts.calls, ...facts.backingServices];
  return {
    namespace: facts.namespace,
    image: image.slice(image.indexOf("/") + 1).replace(/@sha256:.*$/, ""),
    replicas: `${range(replicas.min, replicas.max)}, each with ${cpu.request} CPU and ${memory.request} of memory`,
    URL: facts.exposure ?? "none: only services that call it reach it",
    calls: used.length === 0 ? "nothing" : used.join(", "),
    ...(secrets.supplied.length === 0 ? {} : { "secrets to fill": secrets.supplied.join(", ") }),
  };
}

function lostFacts({ namespace, exposure }: ServiceFacts): Facts {
  return { namespace, ...(exposure === undefined ? {} : { "URL that ends": exposure }) };
}

function range(least: number, most: number): string {
  return least === most ? String(least) : `${least}-${most}`;
}

/** The facts of several sites as one: a value that is not the same in all is shown with its site. */
function eachSite(sites: readonly (readonly [site: string, facts: Facts])[]): Facts {
  const titles = [...new Set(sites.flatMap(([, facts]) => Object.keys(facts)))];
  return Object.fromEntries(
    titles.map((title) => {
      const values = sites.map(([site, facts]) => ({ site, value: facts[title] ?? "none" }));
      const [first] = values;
      const same = values.every(({ value }) => value === first?.value);
      return [title, same ? (first?.value ?? "") : values.map(({ site, value }) => `${value} in ${site}`).join(", ")];
    }),
  );
}

/** What a reviewer must know of a new site. */
export function sitePage({ site, services, suppliedHosts, capacity }: SiteFacts, changes: readonly Change[]): SitePage {
  const kinds = Map.groupBy(changes, kindOf);
  const urls = services.flatMap(({ exposure }) => exposure ?? []);
  const supplied = services.reduce((sum, { secrets }) => sum + secrets.supplied.length, suppliedHosts.length);
  return {
    site,
    facts: {
      services: services.length === 0 ? "none yet" : services.map(({ service }) => service).join(", "),
      ...(urls.length === 0 ? {} : { URLs: urls.join(", ") }),
      ...(capacity === undefined
        ? {}
        : {
            replicas: range(capacity.least.replicas, capacity.most.replicas),
            memory: capacityChange(capacity, capacity),
          }),
      "to do first": "Vault's first setup and the cluster's parts: docs/site.md, A new site",
      "secrets to fill": `${supplied} and the registry's: npm run secrets -- status --site ${site}`,
    },
    kinds: Object.fromEntries([...kinds].map(([kind, same]) => [kind, same.length])),
  };
}

/** The values that services and hosts of a site newly need from an operator, those of several sites together. */
export function valuesToFill(sites: readonly Both[]): ValueToFill[] {
  const places = ({ services, suppliedHosts }: SiteFacts) => [
    ...services.flatMap(({ service, secrets }) => secrets.supplied.map((key) => `--service ${service} --key ${key}`)),
    ...suppliedHosts.map((host) => `--host ${host} --certificate FILE --key FILE`),
  ];
  const found = sites.flatMap(({ old, head }) => {
    const known = places(old);
    return places(head).flatMap((place) => (known.includes(place) ? [] : [{ site: head.site, place }]));
  });
  return [...Map.groupBy(found, ({ place }) => place)].map(([place, same]) => ({
    place,
    sites: same.map(({ site }) => site),
  }));
}

/** How much of the workers' memory is requested at most, in words with what changes of it. */
function capacityChange(old: NonNullable<SiteFacts["capacity"]>, head: typeof old): string {
  const change = (text: (capacity: typeof old) => string) =>
    text(old) === text(head) ? text(head) : `${text(old)} -> ${text(head)}`;
  const requested = change(({ most }) => gibibytes(most.memory));
  const memory = change(({ workers }) => gibibytes(workers.memory));
  return `${requested} requested at most, of ${memory} on ${change(({ workers }) => String(workers.count))} workers`;
}

function gibibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)}Gi`;
}

/** The sites in which the requested memory or the workers change: site -> {@link capacityChange}. */
export function capacityChanges(sites: readonly Both[]): Facts {
  return Object.fromEntries(
    sites.flatMap(({ old, head }) => {
      if (old.capacity === undefined || head.capacity === undefined) return [];
      const words = capacityChange(old.capacity, head.capacity);
      return words === capacityChange(head.capacity, head.capacity) ? [] : [[head.site, words]];
    }),
  );
}
