import { findInText, findInValue, replaceSecrets } from "../../../components/cleartext/index.ts";
import { type Address, findAddresses, findHosts, type Span } from "./addresses.ts";
import { namesHost, portName } from "./hostNames.ts";
import { type NamedText, valueText } from "./namedTexts.ts";
import { defaultPort } from "./schemes.ts";

/** An address in a text of a service. */
export interface NamedAddress extends Omit<Address, "at"> {
  readonly in: NamedText;
  /** Where the host stands; undefined where it is put together from other texts. */
  readonly at: Span | undefined;
  /** The text that says the port beside it: `DB_PORT` of `DB_HOST`. */
  readonly portIn: NamedText | undefined;
}

/** `${NAME:default}` of Spring and MicroProfile. */
const withDefault = /\$\{([\w.-]+):([^{}]*)\}/g;

/** `${NAME}`, `${NAME:default}` and `$(NAME)`. */
const reference = /\$\{([\w.-]+)(?::-?([^{}]*))?\}|\$\(([\w.-]+)\)/g;

/**
 * The addresses that texts name, whatever form says so: their own, the default of a placeholder, a host alone where the
 * name says that it is one. A host whose port stands elsewhere gets it: from the variable beside it, from another text with
 * the same host, or from the name of the product.
 * @param variables variable -> value, for placeholders
 */
export function namedAddresses(
  texts: readonly NamedText[],
  variables: ReadonlyMap<string, string>,
): readonly NamedAddress[] {
  const found = texts.flatMap((text) => addressesIn(text, variables));
  const ports = new Map<string, Set<number>>();
  for (const { host, port } of found) if (port !== undefined) ports.set(host, (ports.get(host) ?? new Set()).add(port));
  return found.map((address) => {
    if (address.port !== undefined) return address;
    const [only, ...others] = ports.get(address.host) ?? [];
    return { ...address, port: others.length === 0 ? (only ?? portByName(address.in.name)) : undefined };
  });
}

function addressesIn(text: NamedText, variables: ReadonlyMap<string, string>): NamedAddress[] {
  if (/image/i.test(text.name ?? "")) return [];
  const found = new Map<number, NamedAddress>();
  const secrets = secretsIn(text);
  const add = (addresses: readonly Address[], offset: number, portIn?: (address: Address) => NamedText | undefined) => {
    for (const address of addresses) {
      const at = moved(address.at, offset);
      if (found.has(at.start) || secrets.some(({ start, end }) => start < at.end && end > at.start)) continue;
      const companion = address.port === undefined ? portIn?.(address) : undefined;
      found.set(at.start, {
        ...address,
        in: text,
        at,
        port: address.port ?? (companion === undefined ? undefined : portOf(companion)),
        portAt: address.portAt && moved(address.portAt, offset),
        origin: address.origin && moved(address.origin, offset),
        portIn: companion,
      });
    }
  };
  const own = text.text;
  add(findAddresses(own), 0);
  for (const match of own.matchAll(withDefault)) {
    const [whole, name = "", fallback = ""] = match;
    const offset = match.index + whole.length - 1 - fallback.length;
    // What stands for a variable that is set is never read.
    if (variables.has(name)) continue;
    add(findAddresses(fallback), offset);
    if (namesHost(name) || (namesHost(text.name ?? "") && match.index === text.valueAt))
      add(findHosts(fallback), offset);
  }
  for (const { name, value, at } of namedValues(text)) {
    if (namesHost(name)) add(findHosts(value), at, () => companionOf(text, name));
  }
  const hosts = new Set([...found.values()].map(({ host }) => host));
  const masked = secrets.reduce(
    (rest, { start, end }) => rest.slice(0, start) + "x".repeat(end - start) + rest.slice(end),
    own,
  );
  const composed = findAddresses(expand(masked, variables)).filter(({ host }) => !hosts.has(host));
  return [
    ...found.values(),
    ...composed.map((address) => ({
      ...address,
      in: text,
      at: undefined,
      portAt: undefined,
      origin: undefined,
      portIn: undefined,
    })),
  ];
}

/** Where secrets stand in the clear: a password such as `winter:2024` looks like a host, and nothing may show it. */
function secretsIn({ name, text, valueAt }: NamedText): readonly Span[] {
  if (name === undefined) return findInText(text, "command");
  const own = findInValue([name], text.slice(valueAt)).map((secret) => moved(secret, valueAt));
  return [...own, ...findInText(text, "command")];
}

/** The text's own name and value, and what stands in it as `name=value`. */
function namedValues(text: NamedText): { readonly name: string; readonly value: string; readonly at: number }[] {
  const own = text.name === undefined ? [] : [{ name: text.name, value: valueText(text), at: text.valueAt }];
  const inside = [...text.text.matchAll(/(?:^|\s)-{0,2}(?:D(?=[a-z]))?([A-Za-z][\w.]{0,99})=([^\s"']+)/g)].map(
    (match) => {
      const [whole, name = "", value = ""] = match;
      return { name, value, at: match.index + whole.length - value.length };
    },
  );
  return [...own, ...inside.filter(({ at }) => at !== text.valueAt)];
}

function companionOf({ name: own, scope }: NamedText, name: string): NamedText | undefined {
  const companion = scope.get(portName(own ?? name));
  return companion !== undefined && portOf(companion) !== undefined ? companion : undefined;
}

function portOf(text: NamedText): number | undefined {
  const [, digits] = /^(?:\$\{[\w.-]+:)?(\d{1,5})\}?$/.exec(valueText(text)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The port of the product that a name names last: `spring.data.redis.host`. */
function portByName(name: string | undefined): number | undefined {
  const words = (name ?? "").toLowerCase().split(/[._-]+/);
  return words
    .filter((word) => !/^(https?|ws)$/.test(word))
    .map(defaultPort)
    .findLast((port) => port !== undefined);
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  if (!/\$[{(]/.test(text)) return "";
  return text.replaceAll(
    reference,
    (whole, braced: string | undefined, fallback: string | undefined, round: string | undefined) => {
      const name = braced ?? round ?? "";
      const value = variables.get(name) ?? fallback ?? whole;
      return replaceSecrets(value, findInValue([name], value), () => "secret");
    },
  );
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
