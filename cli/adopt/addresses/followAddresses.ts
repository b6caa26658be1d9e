import type { InitContainer, Microservice } from "../../../components/microservice.ts";
import { backingServiceVariables, callVariables } from "../../../components/workload/index.ts";
import type { Finding } from "../report/finding.ts";
import type { AddressBook, CallableService, Destination, Speaker } from "./addressBook.ts";
import type { Span } from "./addresses.ts";
import { addressFindings, type FollowedAddress } from "./addressFindings.ts";
import { type NamedAddress, namedAddresses } from "./namedAddresses.ts";
import { lineTexts, type NamedText, variableTexts, wordTexts } from "./namedTexts.ts";

/** A description with what it connects to, and how its texts say that. */
export interface Connected {
  readonly service: Microservice;
  readonly templates: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  /** `env.DB_HOST`, `args: --db=a:5432`, `config/application.yaml` -> the text that took the place of the original's. */
  readonly rewritten: ReadonlyMap<string, string>;
}

/** Where addresses lead, as seen from one service. */
export interface Outlook {
  readonly book: AddressBook;
  readonly speaker: Speaker;
  /** The description of a service that is called. */
  readonly describe: (service: CallableService) => Microservice;
}

/** A place in a text, and what comes there. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Finds each address in a description's texts, names what it leads to in `calls` and `backingServices`, and writes
 * `$(RECEIPTS_URL)` or `{{ calls.receipts.url }}` in its place where that means the same in every site.
 * @param fixed variable -> a value that is no part of the description, such as one that holds a password
 */
export function followAddresses(
  service: Microservice,
  templates: Readonly<Record<string, string>>,
  fixed: ReadonlyMap<string, string>,
  { book, speaker, describe }: Outlook,
): Connected {
  const env = Object.entries(service.env ?? {}).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const texts = [
    ...variableTexts(env, (name) => `env.${name}`, "variable"),
    ...variableTexts(fixed, (name) => `env.${name}`, "fixed"),
    ...wordTexts(service.command ?? [], (index) => `command[${index}]`),
    ...wordTexts(service.args ?? [], (index) => `args[${index}]`),
    ...wordTexts(service.jvm?.options ?? [], (index) => `jvm.options[${index}]`),
    ...Object.entries(templates).flatMap(([file, text]) => lineTexts(`config/${file}`, text)),
    ...Object.entries(service.initContainers ?? {}).flatMap(([name, container]) =>
      initContainerTexts(`initContainers.${name}`, container),
    ),
  ];
  const edits = new Map<NamedText, Edit[]>();
  const followed = namedAddresses(texts, new Map([...fixed, ...env])).map((address): FollowedAddress => {
    const destination = book.find(address, speaker);
    const change = changeOf(address, destination, service.namespace);
    for (const [text, edit] of change.edits) edits.set(text, [...(edits.get(text) ?? []), edit]);
    return { address, destination, outcome: change.outcome };
  });
  const rewritten = new Map([...edits].map(([text, found]) => [text.place, applied(text.text, found)]));
  const text = (place: string, original: string) => rewritten.get(place) ?? original;
  const words = (field: string, originals: readonly string[] | undefined) =>
    originals?.map((word, index) => {
      const changed = text(`${field}[${index}]`, word);
      if (changed !== word) rewritten.set(`${field}: ${word}`, changed);
      return changed;
    });
  const files = Object.entries(templates).map(([file, original]) => {
    const lines = original.split("\n").map((line, index) => text(`config/${file}, line ${index + 1}`, line));
    const changed = lines.join("\n");
    if (changed !== original) rewritten.set(`config/${file}`, changed);
    return [file, changed];
  });
  const called = distinct(
    followed.flatMap(({ destination }) => (destination.kind === "service" ? [destination.service] : [])),
  );
  const used = followed.flatMap(({ destination }) =>
    destination.kind === "backing service" ? [destination.name] : [],
  );
  const known = (service.backingServices ?? []).map((use) => (typeof use === "string" ? use : use.name));
  const added = distinct(used).filter((name) => !known.includes(name));
  const { command, args, jvm } = service;
  return {
    service: {
      ...service,
      ...(command === undefined ? {} : { command: words("command", command) ?? [] }),
      ...(args === undefined ? {} : { args: words("args", args) ?? [] }),
      ...(jvm?.options === undefined ? {} : { jvm: { ...jvm, options: words("jvm.options", jvm.options) ?? [] } }),
      ...(called.length === 0 ? {} : { calls: () => called.map(describe) }),
      ...(added.length === 0 ? {} : { backingServices: [...(service.backingServices ?? []), ...added] }),
      ...(service.env === undefined
        ? {}
        : {
            env: Object.fromEntries(
              Object.entries(service.env).map(([name, value]) => [
                name,
                typeof value === "string" ? text(`env.${name}`, value) : value,
              ]),
            ),
          }),
    },
    templates: Object.fromEntries(files),
    findings: addressFindings(followed),
    rewritten,
  };
}

/** The texts of an init container, which has no variables for what the site says. */
function initContainerTexts(place: string, { command = [], args = [], env = {} }: InitContainer): NamedText[] {
  const values = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const words = wordTexts([...command, ...args], () => `${place}.command`);
  return [
    ...variableTexts(values, (name) => `${place}.env.${name}`, "fixed"),
    ...words.map((word): NamedText => ({ ...word, form: "fixed" })),
  ];
}

/** What a text becomes, and whether it then leads where it should. */
interface Change {
  readonly edits: readonly (readonly [NamedText, Edit])[];
  readonly outcome: FollowedAddress["outcome"];
}

const asBefore: Change = { edits: [], outcome: { kind: "stays" } };

function changeOf(address: NamedAddress, destination: Destination, namespace: string): Change {
  if (destination.kind === "service") return changeToService(address, destination.service, namespace);
  if (destination.kind === "backing service") return changeToBackingService(address, destination);
  return asBefore;
}

function changeToService(address: NamedAddress, service: CallableService, namespace: string): Change {
  const { in: text, at, origin, scheme, host, port, portAt, portIn } = address;
  const { name, url } = service;
  const { protocol, hostname, port: webPort } = new URL(url);
  const isGrpc = port !== undefined && service.grpcPorts.has(port) && !service.ports.has(port);
  const number = isGrpc ? String(service.grpcPort) : webPort;
  const target = `${hostname}:${number}`;
  const variables = callVariables(name);
  if (at === undefined) return asBefore;
  const full = (short: string) => short.replace(hostname, `${hostname}.<domain>`);
  if (isSetAnew(text, [variables.url])) return setAnew(text, origin, full(url));
  if (isSetAnew(text, [variables.grpcTarget]))
    return setAnew(text, isGrpc ? { ...at, ...portAt, start: at.start } : undefined, full(target));
  const isWeb = !isGrpc && (scheme === "http" || scheme === "https");
  const stuck: Change = { edits: [], outcome: { kind: "stuck", remedy: `write ${url} there` } };
  if (isWeb && `${scheme}:` !== protocol) return stuck;
  if (text.form !== "fixed" && isWeb && origin !== undefined) {
    const reference = text.form === "variable" ? `$(${variables.url})` : `{{ calls.${name}.url }}`;
    return { edits: [[text, { ...origin, text: reference }]], outcome: { kind: "rewritten", by: reference } };
  }
  if (text.form !== "fixed" && isGrpc && portAt !== undefined) {
    const reference = text.form === "variable" ? `$(${variables.grpcTarget})` : `{{ calls.${name}.grpcTarget }}`;
    const whole = { start: at.start, end: portAt.end, text: reference };
    return { edits: [[text, whole]], outcome: { kind: "rewritten", by: reference } };
  }
  const own = hostname.replace(/\.svc$/, "");
  const isNear = host === name && own === `${name}.${namespace}`;
  const holds = isNear || [own, `${own}.svc`, `${own}.svc.cluster.local`].includes(host);
  const edits: [NamedText, Edit][] = holds ? [] : [[text, { ...at, text: hostname }]];
  if (port === undefined) return { ...stuck, outcome: { kind: "stuck", remedy: `it is reached at ${target} now` } };
  if (String(port) !== number) {
    const place: [NamedText, Edit] | undefined =
      portAt !== undefined
        ? [text, { ...portAt, text: number }]
        : portIn === undefined
          ? undefined
          : wholeValue(portIn, number);
    if (place === undefined) return stuck;
    edits.push(place);
  }
  if (edits.length === 0) return asBefore;
  return text.form === "fixed" ? stuck : { edits, outcome: { kind: "rewritten", by: target } };
}

function changeToBackingService(
  address: NamedAddress,
  { name, isPod, isEverywhere }: Extract<Destination, { kind: "backing service" }>,
): Change {
  const { in: text, at, portAt, portIn } = address;
  const variables = backingServiceVariables(name);
  const [host, port] =
    text.form === "template"
      ? [`{{ backingServices.${name}.host }}`, `{{ backingServices.${name}.port }}`]
      : variables.map((variable) => `$(${variable})`);
  if (at === undefined || host === undefined || port === undefined) return asBefore;
  if (isSetAnew(text, variables)) return setAnew(text, at, "the host alone");
  // Its pods' own names are the same in each site, and are no less open than the name for all of them.
  if (isPod && /\.svc(\.|$)/.test(address.host)) return asBefore;
  if (text.form === "fixed" && isEverywhere) return asBefore;
  if (text.place.startsWith("initContainers.")) {
    const remedy =
      "an init container has the same texts in every site: let the service do its work, or give every site one host for it";
    return { edits: [], outcome: { kind: "stuck", remedy } };
  }
  if (text.form === "fixed") return { edits: [], outcome: { kind: "stuck", remedy: `write ${host} there` } };
  const edits: [NamedText, Edit][] = [[text, { ...at, text: host }]];
  if (portAt !== undefined) edits.push([text, { ...portAt, text: port }]);
  else if (portIn !== undefined && !variables.some((variable) => variable === portIn.name)) {
    const edit = wholeValue(portIn, port);
    if (edit !== undefined) edits.push(edit);
  }
  return { edits, outcome: { kind: "rewritten", by: host } };
}

/** Whether the component sets a variable of that name, whatever the manifests say. */
function isSetAnew({ name, place }: NamedText, variables: readonly string[]): boolean {
  return name !== undefined && variables.includes(name) && place.startsWith("env.");
}

/** What becomes of such a variable: nothing is lost where it held that address and nothing more. */
function setAnew({ name, text }: NamedText, held: Span | undefined, value: string): Change {
  if (held?.start === 0 && held.end === text.replace(/\/$/, "").length) return asBefore;
  const remedy = `the component sets ${name} itself, to ${value}: let the application read what else is in it from another variable`;
  return { edits: [], outcome: { kind: "stuck", remedy } };
}

/** Another value for a text that is a number alone. */
function wholeValue(text: NamedText, value: string): [NamedText, Edit] | undefined {
  const [digits] = /^\d+/.exec(text.text.slice(text.valueAt)) ?? [];
  if (digits === undefined || text.form === "fixed") return undefined;
  return [text, { start: text.valueAt, end: text.valueAt + digits.length, text: value }];
}

/** The text after all edits, of which one that is said twice counts once. */
function applied(text: string, edits: readonly Edit[]): string {
  const places = new Map(edits.map((edit) => [edit.start, edit]));
  let result = "";
  let position = 0;
  for (const { start, end, text: by } of [...places.values()].sort((a, b) => a.start - b.start)) {
    result += text.slice(position, start) + by;
    position = end;
  }
  return result + text.slice(position);
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
