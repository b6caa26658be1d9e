import { readdir } from "node:fs/promises";
import { isIP } from "node:net";
import { parse } from "yaml";
import { compareText, type Diagnostic, formatPath, formatValue, ValidationError } from "../components/diagnostic.ts";
import {
  compareQuantities,
  entriesAt,
  fieldAt,
  hostCidr,
  listAt,
  overlap,
  parseQuantity,
} from "../components/kubernetes/index.ts";
import { readProjectFile } from "./projectFile.ts";

/** A site's file as far as it can be read, whether or not its data is valid. */
interface SiteFile {
  /** `Pulumi.dc1.yaml`. */
  readonly file: string;
  /** Its `gemelos:site`, unchecked. */
  readonly site: unknown;
}

/** The name of a site's file; the group is the site. */
export const siteFileName = /^Pulumi\.([a-z0-9-]+)\.yaml$/;

/** A file that somebody may take for a site's, whatever its name is exactly. */
const likeSiteFile = /^pulumi[^a-z0-9].*\.(ya?ml|json)(\.txt)?$/i;

/** A file that may be a site's, whatever its name is: its text says. */
const yamlFile = /^(?!pulumi\.ya?ml$).*\.ya?ml$/i;
const siteData = /^\s*["']?gemelos:site["']?\s*:/m;

/** What no two sites may have in common, and what one of them would do to the other. */
const unique: readonly { readonly path: readonly string[]; readonly harm: string; readonly url?: true }[] = [
  { path: ["name"], harm: "a site's name is its stack's" },
  { path: ["kubernetes", "context"], harm: "a deployment of one would change the other's cluster" },
  { path: ["kubernetes", "clusterUid"], harm: "a deployment of one would change the other's cluster" },
  { path: ["kubernetes", "address"], harm: "each site has a cluster of its own", url: true },
  { path: ["vault", "address"], harm: "a deployment of one would change the other's secrets", url: true },
];

/** Networks that each site has of its own, and what is wrong, or what must be true, where two overlap. */
const ownNetworks: readonly { readonly path: readonly string[]; readonly harm: string }[] = [
  { path: ["vault", "cidrs"], harm: "each site has a Vault of its own; if both are there" },
  {
    path: ["network", "podCidrs"],
    harm: "one address would be two pods', so that no firewall and no log tells the sites apart; where pods' addresses never leave their cluster",
  },
];

/** What all sites have alike, and what comes of it where they do not. */
const alike: readonly { readonly field: string; readonly harm: string }[] = [
  { field: "timeZone", harm: "the same filing would have another date in each site" },
  { field: "locale", harm: "the same text would be written differently in each site" },
];

/** A site's file whose data somebody has read already: `gemelos:site` as JSON, as Pulumi passes it to a program. */
export interface KnownSiteFile {
  readonly file: string;
  readonly text: string | undefined;
}

/**
 * Holds all site files of a folder against each other: what must be unique is, what must be alike is, peers name each other,
 * no file is passed over for its name. A registry, domains and backing services may be shared.
 * @param known the files that have been read already; the folder need not hold them.
 * @throws ValidationError with all diagnostics.
 */
export async function checkSiteFolder(folder: string, known: readonly KnownSiteFile[]): Promise<void> {
  const names = (await readdir(folder)).sort(compareText);
  const odd = await Promise.all(
    names.filter((name) => !siteFileName.test(name)).map((name) => lookAtOdd(folder, name)),
  );
  const unread = names.filter((name) => siteFileName.test(name) && !known.some(({ file }) => file === name));
  const read = await Promise.all(unread.map((file) => readSiteFile(folder, file)));
  const siblings = read.map((result) => ("site" in result ? result : { file: result.file, site: undefined }));
  const diagnostics = [
    ...odd.flat().map((file) => ({
      file,
      path: "",
      message:
        "neither Pulumi nor any command reads a site under this name; rename it to Pulumi.<site>.yaml with a site of lower-case letters, digits and hyphens, or move it elsewhere",
    })),
    ...read.flatMap((result) => ("message" in result ? [result] : [])),
    ...compareSites([...known.map(parseKnown), ...siblings].toSorted((a, b) => compareText(a.file, b.file))),
  ];
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
}

function parseKnown({ file, text = "" }: KnownSiteFile): SiteFile {
  try {
    return { file, site: JSON.parse(text) };
  } catch {
    // Whoever checks the data of this file says what is wrong with it.
    return { file, site: undefined };
  }
}

/** The file itself, if somebody may take it for a site's although its name is no site's file's. */
async function lookAtOdd(folder: string, file: string): Promise<string[]> {
  if (likeSiteFile.test(file)) return [file];
  if (!yamlFile.test(file)) return [];
  // A folder, or what may not be read, holds no site.
  const read = await readProjectFile(folder, file);
  return "bytes" in read && siteData.test(new TextDecoder().decode(read.bytes)) ? [file] : [];
}

async function readSiteFile(folder: string, file: string): Promise<SiteFile | Diagnostic> {
  const read = await readProjectFile(folder, file);
  if (!("bytes" in read)) {
    const { problem, remedy = "correct it" } = read;
    const message = `${problem}, so no other site can be held against it; ${remedy} or move it elsewhere`;
    return { file, path: "", message };
  }
  try {
    return { file, site: fieldAt(parse(new TextDecoder().decode(read.bytes)), "config", "gemelos:site") };
  } catch {
    const message = "cannot be read as YAML, so no other site can be held against it; correct it or move it elsewhere";
    return { file, path: "", message };
  }
}

/** Holds the data of sites against each other, each pair once. */
function compareSites(sites: readonly SiteFile[]): Diagnostic[] {
  return sites.flatMap((site, index) => [
    ...sites.slice(0, index).flatMap((earlier) => comparePair(earlier, site)),
    ...checkName(site),
    ...checkNodes(site),
    ...checkPeer(site, sites),
    ...checkReplicas(site, sites),
  ]);
}

function comparePair(earlier: SiteFile, later: SiteFile): Diagnostic[] {
  const problem = (path: readonly PropertyKey[], message: string): Diagnostic => ({
    file: later.file,
    path: formatPath(["gemelos:site", ...path]),
    message: `${message}; correct the file that is wrong`,
  });
  const shared = unique.flatMap(({ path, harm, url }) => {
    const [first, second] = [fieldAt(earlier.site, ...path), fieldAt(later.site, ...path)];
    if (typeof first !== "string" || typeof second !== "string") return [];
    if ((url ? sameUrl(first) : first) !== (url ? sameUrl(second) : second)) return [];
    return [problem(path, `${formatValue(second)} is also in ${earlier.file}, and ${harm}`)];
  });
  const differing = alike.flatMap(({ field, harm }) => {
    const [first, second] = [fieldAt(earlier.site, field), fieldAt(later.site, field)];
    if (first === second || earlier.site === undefined || later.site === undefined) return [];
    const found = second === undefined ? "is missing" : `is ${formatValue(second)}`;
    const other = first === undefined ? "none" : formatValue(first);
    return [problem([field], `${found}, but ${earlier.file} has ${other}; ${harm}, so both have the same`)];
  });
  const nodes = listAt(later.site, "nodes").flatMap((node, index) =>
    (["name", "address", "host"] as const).flatMap((field) => {
      const value = fieldAt(node, field);
      if (typeof value !== "string") return [];
      // A VM's host may be a node of the other site.
      const fields = field === "address" ? [field] : ["name", "host"];
      const twins = listAt(earlier.site, "nodes").flatMap((other, at) =>
        fields.flatMap((same) => (sameNode(fieldAt(other, same), value) ? [formatPath(["nodes", at, same])] : [])),
      );
      const [place] = twins;
      if (place === undefined) return [];
      return [
        problem(
          ["nodes", index, field],
          `${formatValue(value)} is also in ${earlier.file} (${place}), and a machine belongs to one cluster`,
        ),
      ];
    }),
  );
  const networks = ownNetworks.flatMap(({ path, harm }) =>
    cidrsAt(later.site, path).flatMap(({ cidr, reason }, index) => {
      const other = cidrsAt(earlier.site, path).find((entry) => overlap(cidr, entry.cidr));
      if (other === undefined || reason || other.reason) return [];
      return [
        problem(
          [...path, index],
          `${formatValue(cidr)} overlaps ${formatValue(other.cidr)} in ${earlier.file}, and ${harm}, write { cidr, reason }`,
        ),
      ];
    }),
  );
  return [...shared, ...differing, ...nodes, ...networks];
}

function checkName({ file, site }: SiteFile): Diagnostic[] {
  const name = fieldAt(site, "name");
  const stack = stackOf(file);
  if (typeof name !== "string" || name === stack) return [];
  const message = `is ${formatValue(name)} but must match the stack name in the file name, ${formatValue(stack)}`;
  return [{ file, path: "gemelos:site.name", message }];
}

/** What no machine has, so that a unit was mistaken: the largest servers have 1,920 cores and 64 TiB of memory. */
const nodeBounds: readonly { readonly field: string; readonly least: string; readonly most: string }[] = [
  { field: "cpu", least: "500m", most: "2048" },
  { field: "memory", least: "512Mi", most: "64Ti" },
  { field: "disk", least: "1Gi", most: "4096Ti" },
];

/** Checked here and not where a file is parsed: `parity` puts numbers of its own into every field. */
function checkNodes({ file, site }: SiteFile): Diagnostic[] {
  return listAt(site, "nodes").flatMap((node, index) =>
    nodeBounds.flatMap(({ field, least, most }): Diagnostic[] => {
      const stated = fieldAt(node, field);
      // What is no quantity above zero is said by whoever parses the file.
      if (typeof stated !== "string" || (parseQuantity(stated)?.numerator ?? 0n) <= 0n) return [];
      const isMeant = compareQuantities(stated, least) >= 0 && compareQuantities(stated, most) <= 0;
      if (isMeant) return [];
      const path = formatPath(["gemelos:site", "nodes", index, field]);
      return [{ file, path, message: `${formatValue(stated)} is no machine's; write from ${least} to ${most}` }];
    }),
  );
}

/** A site that is alone may name a peer that nobody has described yet. */
function checkPeer({ file, site }: SiteFile, sites: readonly SiteFile[]): Diagnostic[] {
  const peer = fieldAt(site, "peer");
  if (typeof peer !== "string" || peer === stackOf(file) || sites.length < 2) return [];
  const problem = (message: string): Diagnostic[] => [{ file, path: "gemelos:site.peer", message }];
  const other = sites.find((each) => stackOf(each.file) === peer);
  if (other === undefined) {
    return problem(`${formatValue(peer)} has no file Pulumi.${peer}.yaml; name the other site, or describe it`);
  }
  // What is wrong with a file that cannot be read is said already.
  if (other.site === undefined) return [];
  const back = fieldAt(other.site, "peer");
  if (back === stackOf(file)) return [];
  return problem(
    `${formatValue(peer)} does not name this site back: ${other.file} has peer ${formatValue(back)}; two sites are each other's peer, and a further one states none`,
  );
}

/** Holds each database that is a replica against its original. */
function checkReplicas({ file, site }: SiteFile, sites: readonly SiteFile[]): Diagnostic[] {
  return entriesAt(site, "backingServices").flatMap(([name, backingService]) => {
    const original = fieldAt(backingService, "replicaOf");
    if (typeof original !== "string") return [];
    const path = formatPath(["gemelos:site", "backingServices", name, "replicaOf"]);
    const problem = (message: string): Diagnostic[] => [{ file, path, message }];
    if (fieldAt(backingService, "shared") === true) {
      return problem("stands beside shared: true, which says that both sites use one; remove one of the two");
    }
    const other = sites.find((each) => stackOf(each.file) === original);
    if (original === stackOf(file) || other === undefined) {
      const known = sites.flatMap((each) => stackOf(each.file) ?? []).filter((each) => each !== stackOf(file));
      return problem(`${formatValue(original)} is no other site (${known.join(", ") || "there is none"}); correct it`);
    }
    // What is wrong with a file that cannot be read is said already.
    if (other.site === undefined) return [];
    const theirs = fieldAt(other.site, "backingServices", name);
    if (theirs === undefined)
      return problem(`${other.file} has no backing service of this name; add it there, or remove this`);
    if (fieldAt(theirs, "replicaOf") === undefined) return [];
    return problem(
      `is itself a replica in ${other.file}, so that no migration would run anywhere; one site has the original`,
    );
  });
}

function stackOf(file: string): string | undefined {
  return siteFileName.exec(file)?.[1];
}

/** A URL in the one form that all its spellings have; text that is none stays as it is. */
function sameUrl(text: string): string {
  return URL.parse(text)?.href.replace(/\/+$/, "") ?? text;
}

function sameNode(first: unknown, second: string): boolean {
  if (typeof first !== "string") return false;
  if (isIP(first) === 0 || isIP(second) === 0) return first === second;
  return overlap(hostCidr(first), hostCidr(second));
}

function cidrsAt(site: unknown, path: readonly string[]): { readonly cidr: string; readonly reason: boolean }[] {
  return listAt(site, ...path).flatMap((entry) => {
    const cidr = typeof entry === "string" ? entry : fieldAt(entry, "cidr");
    return typeof cidr === "string" ? [{ cidr, reason: typeof entry !== "string" }] : [];
  });
}
