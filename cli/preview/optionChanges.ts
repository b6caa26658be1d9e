import { serviceOf, titleOf } from "../../recorder/fields.ts";
import { at, isObject, type Plain, type RegisteredResource } from "../../recorder/registeredResource.ts";

/** The resources of one commit by URN, which say what a dependency is called. */
type Resources = ReadonlyMap<string, RegisteredResource>;

/** A resource in the base and in the head, each with all resources of its commit. */
interface Both {
  readonly old: RegisteredResource;
  readonly current: RegisteredResource;
  readonly before: Resources;
  readonly after: Resources;
}

/**
 * What changes in how the engine treats a resource, in people's words, each going on from the resource's name: `is no longer
 * protected from deletion`. The order of lists means nothing.
 * @param isShown whether a resource's own creation and deletion is shown; that others wait for it then needs no word
 */
export function optionChanges(both: Both, isShown: (resource: RegisteredResource) => boolean): string[] {
  const { old, current } = both;
  const names = new Set([...Object.keys(old.options), ...Object.keys(current.options)]);
  return [
    ...[...names].flatMap((name) => describe(name, old.options[name], current.options[name])),
    ...(providerName(old) === providerName(current)
      ? []
      : [`is made by ${providerName(current)} instead of ${providerName(old)}`]),
    ...(old.parent === current.parent ? [] : [`is part of ${nameOf(current.parent)} instead of ${nameOf(old.parent)}`]),
    ...waitChanges(both, isShown),
  ];
}

/** Words for an option that is on or off. */
const switches: Readonly<Record<string, readonly [on: string, off: string]>> = {
  protect: ["is now protected from deletion", "is no longer protected from deletion"],
  retainOnDelete: [
    "now stays behind when it leaves the program",
    "no longer stays behind when it leaves the program: it is deleted",
  ],
  deleteBeforeReplace: [
    "is now deleted before its replacement is made",
    "is no longer deleted before its replacement is made",
  ],
};

/** Words for an entry that a list of names has gained or lost. */
const lists: Readonly<Record<string, readonly [gained: (name: string) => string, lost: (name: string) => string]>> = {
  ignoreChanges: [
    (name) => `keeps ${name} as it is from now on, whatever the program says (ignoreChanges)`,
    (name) => `no longer keeps ${name} as it is: the next update writes what the program says (ignoreChanges)`,
  ],
  replaceOnChanges: [
    (name) => `is now replaced when ${name} changes`,
    (name) => `is no longer replaced when ${name} changes`,
  ],
  additionalSecretOutputs: [
    (name) => `has ${name} as a secret in the state now`,
    (name) => `no longer has ${name} as a secret in the state`,
  ],
  aliases: [
    (name) => `takes over what was known as ${aliasName(name)}`,
    (name) => `no longer takes over what was known as ${aliasName(name)}`,
  ],
};

function describe(option: string, old: Plain | undefined, current: Plain | undefined): string[] {
  if (JSON.stringify(old) === JSON.stringify(current)) return [];
  const words = switches[option];
  if (words !== undefined) return [words[current === true ? 0 : 1]];
  const entries = lists[option];
  if (entries !== undefined) {
    const [gained, lost] = entries;
    return [
      ...missing(textsOf(old), textsOf(current)).map(lost),
      ...missing(textsOf(current), textsOf(old)).map(gained),
    ];
  }
  if (option === "customTimeouts") return timeoutChanges(old, current);
  return [`has the option ${option} ${show(current)} instead of ${show(old)}`];
}

const operations = { create: "creation", update: "update", delete: "deletion" };

/** How long the engine waits; operations with the same change share a line. */
function timeoutChanges(old: Plain | undefined, current: Plain | undefined): string[] {
  const wait = (timeouts: Plain | undefined, operation: string) =>
    String(at(timeouts, operation) ?? "the provider's time");
  const changed = Object.entries(operations).flatMap(([operation, word]) => {
    const change = `is waited for ${wait(current, operation)} instead of ${wait(old, operation)}`;
    return wait(current, operation) === wait(old, operation) ? [] : [{ change, word }];
  });
  return [...Map.groupBy(changed, ({ change }) => change)].map(
    ([change, same]) => `${change} at its ${same.map(({ word }) => word).join(" and ")}`,
  );
}

function waitChanges(
  { old, current, before, after }: Both,
  isShown: (resource: RegisteredResource) => boolean,
): string[] {
  const named = (urns: readonly string[], own: Resources, other: Resources) =>
    urns.flatMap((urn) => {
      const awaited = own.get(urn);
      if (awaited === undefined) return [nameOf(urn)];
      return !other.has(urn) && isShown(awaited) ? [] : [awaitedName(awaited, current, own)];
    });
  const lost = named(missing(old.dependencies, current.dependencies), before, after);
  const gained = named(missing(current.dependencies, old.dependencies), after, before);
  return [
    ...(lost.length === 0 ? [] : [`no longer waits for ${enumerate(lost)}`]),
    ...(gained.length === 0 ? [] : [`now waits for ${enumerate(gained)}`]),
  ];
}

/** `its NetworkPolicy` within a service that has one of the kind, so that the same change of all services reads the same. */
function awaitedName(awaited: RegisteredResource, waiting: RegisteredResource, all: Resources): string {
  const service = serviceOf(awaited);
  const title = titleOf(awaited);
  if (service === undefined || service !== serviceOf(waiting)) return title;
  const alike = [...all.values()].filter(({ type, parent }) => type === awaited.type && parent === awaited.parent);
  return alike.length === 1 ? `its ${title.split(" ").slice(0, -1).join(" ")}` : title;
}

/** Most names in one line. */
const most = 4;

function enumerate(names: readonly string[]): string {
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

function missing(from: readonly string[], others: readonly string[]): string[] {
  return from.filter((each) => !others.includes(each));
}

function textsOf(list: Plain | undefined): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

/** `provider kubernetes`; a reference is the provider's URN and ID. */
function providerName({ provider }: RegisteredResource): string {
  return provider === "" ? "the default provider" : `provider ${provider.split("::").at(-2)}`;
}

/** The resource name, which is the last part of a URN. */
function nameOf(urn: string): string {
  return urn === "" ? "nothing" : (urn.split("::").at(-1) ?? urn);
}

/** The parts that an alias states. */
function aliasName(alias: string): string {
  const parsed: Plain = JSON.parse(alias);
  const spec = at(parsed, "spec");
  const parts = isObject(spec) ? Object.values(spec).filter((part) => typeof part === "string" && part !== "") : [];
  return parts.length === 0 ? String(at(parsed, "urn") ?? alias) : parts.join(" ");
}

function show(value: Plain | undefined): string {
  return value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
