import { isIP } from "node:net";
import { defaultPort, leadsOut } from "./schemes.ts";

/** A host that a text names. Positions count from the text's first character, the end is the first one behind. */
export interface Address {
  /** Lower case; an IPv6 address without brackets. */
  readonly host: string;
  /** TCP port, as stated or the scheme's default; undefined where neither is known. */
  readonly port: number | undefined;
  /** As stated, lower case: `http`, `jdbc:postgresql`. Undefined for a host alone. */
  readonly scheme: string | undefined;
  /** Where the host stands. */
  readonly at: Span;
  /** Where the port stands, if the text states it. */
  readonly portAt: Span | undefined;
  /** Where scheme, host and port stand, as one piece without a user; undefined where they are none. */
  readonly origin: Span | undefined;
}

/** A piece of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const label = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
const hostPattern = `\\[[0-9a-f:.]{2,45}\\]|${label}(?:\\.${label}){0,20}\\.?`;
// SQL Server's instance may stand between the two.
const hostAndPort = new RegExp(`(${hostPattern})(?:(?:\\\\[\\w$]+)?:(\\d{1,5})(?![\\w.]))?`, "iy");

/**
 * `scheme://`, with what stands before the scheme proper: `jdbc:postgresql://`, `optional:configserver:http://`. JSON may have
 * a backslash before each slash.
 */
const schemeStart = /(?<![\w.+-])((?:[a-z][a-z0-9+._-]{0,40}:){0,5}[a-z][a-z0-9+._-]{0,40}):(?:\/\/|\\\/\\\/)/gi;

/** gRPC's and Spring's resolvers of names, whose authority is empty: `dns:///receipts:9090`. */
const resolver = /(^|:)(dns|xds|kubernetes|discovery)$/i;

/** `dns:receipts:9090`, as gRPC also writes it, and `//receipts:8080`, which leaves the scheme to who reads it. */
const bareStart = /(?<=(?<![\w.:-])dns:|(?:^|[\s"'`=,])\/\/)(?=[a-z0-9[])/gi;

/** Oracle's form, with or without a user and with one or two slashes: `jdbc:oracle:thin:@//host:1521/service`. */
const oracleStart = /(jdbc:oracle:(?:thin|oci)):[^@\s"'(]{0,200}@(?:tcps?:)?(?:\/\/)?(?=[[a-z0-9])/gi;

/** Sybase's form, which has no slashes: `jdbc:sybase:Tds:host:5000/database`. */
const sybaseStart = /(jdbc:sybase:tds):(?=[[a-z0-9])/gi;

/** A descriptor's parts, of Oracle and MySQL: `(HOST=db)(PORT=1521)`. */
const descriptor = new RegExp(
  `\\(\\s*host\\s*=\\s*(${hostPattern})\\s*(?:(?:\\)\\s*\\(|,)\\s*port\\s*=\\s*(\\d{1,5}))?`,
  "gi",
);

/** SQL Server's host as a property: `jdbc:sqlserver://;serverName=db;portNumber=1433`. */
const serverName = new RegExp(`;\\s*server(?:name)?\\s*=\\s*(${hostPattern})`, "gi");

/** `host:port` alone; a name of many dots in front, a path or a version behind make something else of it. */
const pairStart = new RegExp(`(?<![\\w.@/\\\\:$%#{-])(?=(?:${hostPattern}):\\d)`, "gi");

/**
 * The hosts that a text names by a form that says so: URLs, JDBC, `host:port`, lists of these. What stands for a user and
 * a password is passed over. The pod's own loopback, placeholders and the names of XML's namespaces are no addresses.
 */
export function findAddresses(text: string): Address[] {
  const found = new Map<number, Address>();
  const add = (address: Address | undefined) => {
    if (address === undefined || found.has(address.at.start)) return;
    if (!isLocal(address.host) && !isSchema(text, address)) found.set(address.at.start, address);
  };
  const urls: Span[] = [];
  for (const match of text.matchAll(schemeStart)) {
    const [whole, scheme = ""] = match;
    const start = match.index + whole.length;
    const body = resolver.test(scheme) && text[start] === "/" ? start + 1 : start;
    const end = bodyEnd(text, body);
    const query = text.slice(body, end).indexOf("?");
    // Behind the question mark further hosts may stand: zookeeper://a:2181?backup=b:2181.
    urls.push({ start: match.index, end: query === -1 ? end : body + query });
    if (!leadsOut(scheme)) continue;
    for (const address of hostList(text, body, scheme.toLowerCase(), match.index)) add(address);
  }
  for (const [pattern, scheme] of [
    [oracleStart, "jdbc:oracle:thin"],
    [sybaseStart, "jdbc:sybase"],
  ] as const) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index + match[0].length;
      urls.push({ start: match.index, end: bodyEnd(text, start) });
      for (const address of hostList(text, start, scheme, undefined)) add(address);
    }
  }
  for (const { index } of text.matchAll(bareStart)) {
    const address = pairAt(text, index);
    if (address?.port !== undefined && isPair(text, address)) add(address);
  }
  for (const address of [...descriptors(text), ...serverNames(text)]) add(address);
  urls.sort((a, b) => a.start - b.start);
  let passed = 0;
  for (const { index } of text.matchAll(pairStart)) {
    while (passed < urls.length && (urls[passed]?.end ?? 0) <= index) passed += 1;
    if ((urls[passed]?.start ?? Number.POSITIVE_INFINITY) <= index) continue;
    const address = pairAt(text, index);
    if (address !== undefined && isPair(text, address)) add(address);
  }
  return [...found.values()].sort((a, b) => a.at.start - b.at.start);
}

function descriptors(text: string): (Address | undefined)[] {
  const scheme = /mysql|mariadb/i.test(text) ? "jdbc:mysql" : "jdbc:oracle:thin";
  return [...text.matchAll(descriptor)].map((match) => {
    const [whole, host = "", port] = match;
    const start = match.index + whole.indexOf(host, whole.indexOf("=") + 1);
    const portStart = match.index + whole.lastIndexOf(port ?? "");
    const portAt = port === undefined ? undefined : { start: portStart, end: portStart + port.length };
    return addressAt(host, start, port, portAt, scheme);
  });
}

function serverNames(text: string): (Address | undefined)[] {
  if (!/sqlserver/i.test(text)) return [];
  const [, port] = /;\s*port(?:number)?\s*=\s*(\d{1,5})/i.exec(text) ?? [];
  return [...text.matchAll(serverName)].map((match) => {
    const [whole, host = ""] = match;
    return addressAt(host, match.index + whole.length - host.length, port, undefined, "jdbc:sqlserver");
  });
}

/** Where a URL ends that has begun before; nobody writes a longer one. */
function bodyEnd(text: string, start: number): number {
  return start + (/^[^\s"'`<>\\|]*/.exec(text.slice(start, start + 4096))?.[0].length ?? 0);
}

/** The hosts of an authority: `user:password@a:9092,b:9092/path`. */
function hostList(text: string, start: number, scheme: string, schemeAt: number | undefined): Address[] {
  const end = bodyEnd(text, start);
  const first = start + userLength(text.slice(start, end));
  const found: Address[] = [];
  for (let position = first; position < end; position += 1) {
    const address = pairAt(text, position, scheme);
    if (address === undefined) break;
    position = address.portAt?.end ?? address.at.end;
    const behind = text.slice(position, position + 40);
    // Of what a variable stands for nothing is known here, nor of the host that it is a part of.
    if (/^[$%{_=-]/.test(behind)) break;
    const isOne = schemeAt !== undefined && first === start && found.length === 0 && behind[0] !== ",";
    const origin = isOne ? { start: schemeAt, end: position } : undefined;
    // A port that is not a number is another place's to say.
    found.push({
      ...address,
      origin,
      ...(address.portAt === undefined && /^:[^/?#;,\s]/.test(behind) ? { port: undefined, origin: undefined } : {}),
    });
    // Behind a comma comes the list's next host, or a URL of its own.
    if (behind[0] !== "," || /^,[a-z][\w+.-]*:\/\//i.test(behind)) break;
  }
  return found;
}

/** The length of `user:password@`, which may hold any character; zero where there is none. */
function userLength(authority: string): number {
  const host = /^[^/?#;]*/.exec(authority)?.[0] ?? "";
  const own = host.lastIndexOf("@");
  if (own !== -1) return own + 1;
  // A slash in a password that nobody escaped: `user:pa/ss@host`.
  return /^[^/?#:@]+:(?!\d+([/?#;,]|$))[^@]*@/.exec(authority)?.[0].length ?? 0;
}

function pairAt(text: string, start: number, scheme?: string): Address | undefined {
  hostAndPort.lastIndex = start;
  const match = hostAndPort.exec(text);
  if (match === null) return undefined;
  const [whole, host = "", port] = match;
  const end = start + whole.length;
  return addressAt(host, start, port, port === undefined ? undefined : { start: end - port.length, end }, scheme);
}

function addressAt(
  written: string,
  start: number,
  port: string | undefined,
  portAt: Span | undefined,
  scheme: string | undefined,
): Address | undefined {
  const host = written
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  const number = port === undefined ? (scheme === undefined ? undefined : defaultPort(scheme)) : Number(port);
  if (!isHost(host) || (number !== undefined && (number < 1 || number > 65_535))) return undefined;
  return { host, port: number, scheme, at: { start, end: start + written.length }, portAt, origin: undefined };
}

/** An address, or a name with a letter in its last label, which a time and a version have not. */
function isHost(host: string): boolean {
  if (isIP(host) !== 0) return true;
  return host.length <= 253 && /[a-z]/.test(host.split(".").at(-1) ?? "");
}

/** The pod itself, or nobody. */
function isLocal(host: string): boolean {
  return /^(localhost|.*\.localhost|localhost\.localdomain|127\..*|0\.0\.0\.0|::1|::|::ffff:127\..*)$/.test(host);
}

/** Words before a colon and a number that are no hosts: `port:8080`, `user:1000`. */
const quantities =
  /^(ports?|timeout|size|max|min|limit|count|interval|[ug]id|group|user|root|app|line|id|version|weight|default|level|depth|length|width|height|rate|retries|delay|ttl|md5|sha\d+|age|days?|hours?|minutes?|seconds?|address|server)$/;

/** Ports below 1024 at which services listen; another small number behind a name is an image's tag or a weight. */
const lowPorts = new Set([21, 22, 25, 53, 80, 88, 110, 143, 389, 443, 465, 514, 587, 636, 989, 990, 993, 995]);

/** Whether `a:1` without a scheme is a host with its port, and no image, class, time or weight. */
function isPair(text: string, { host, port = 0, portAt }: Address): boolean {
  const behind = text.slice(portAt?.end ?? 0);
  if (quantities.test(host) || isFile(host) || isPackage(host)) return false;
  // A digest, a further part of a version or of a list of numbers, or Windows' and Oracle's forms.
  if (/^(@|[-_+]|:(?![a-z]))/i.test(behind)) return false;
  return port >= 1024 || lowPorts.has(port);
}

function isFile(host: string): boolean {
  return /\.(ya?ml|json|xml|properties|conf|cfg|ini|jks|p12|pfx|pem|crt|cer|key|jar|war|class|java|kt|txt|log|html?|sql|sh|xsd|dtd|groovy|md|csv|zip|gz)$/.test(
    host,
  );
}

/** A name that begins as a domain ends. */
function isPackage(host: string): boolean {
  return /^(com|org|net|io|java|javax|jakarta)\.[a-z0-9-]+\./.test(host) && !/\.(svc|local|internal)$/.test(host);
}

/** Whether a URL names a language of XML or JSON and is never fetched. */
function isSchema(text: string, { at, scheme }: Address): boolean {
  if (scheme !== "http" && scheme !== "https") return false;
  const before = text.slice(Math.max(0, at.start - 400), at.start);
  const rest = /^[^\s"'<>]*/.exec(text.slice(at.start, at.start + 400))?.[0] ?? "";
  return (
    /xmlns(:[\w.-]+)?\s*=\s*["'][^"']*$|schemaLocation\s*=\s*["'][^"']*$|<!DOCTYPE[^>]*$|\$schema["']?\s*[:=]\s*["']?[^"']*$/i.test(
      before,
    ) ||
    /^(www\.w3\.org|schemas\.|xmlns\.|java\.sun\.com|purl\.org|json-schema\.org|www\.springframework\.org\/schema)/i.test(
      rest,
    ) ||
    /\.(xsd|dtd)\b/i.test(rest)
  );
}

/** The hosts of a value that consists of hosts alone, with or without ports, as those of `DB_HOST` do. */
export function findHosts(text: string): Address[] {
  const found: Address[] = [];
  for (const match of text.matchAll(/[^,;\s](?:[^,;]*[^,;\s])?/g)) {
    const address = pairAt(text, match.index);
    if (address === undefined) return [];
    const end = address.portAt?.end ?? address.at.end;
    if (end !== match.index + match[0].length || isFile(address.host) || isPackage(address.host)) return [];
    if (/^(true|false|yes|no|none|null|auto|any|all|default|on|off|enabled|disabled)$/.test(address.host)) return [];
    if (!isLocal(address.host)) found.push(address);
  }
  return found;
}
