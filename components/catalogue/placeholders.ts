import { compareText, type Diagnostic, formatPath, formatValue } from "../diagnostic.ts";
import type { Site } from "../siteData.ts";
import type { CatalogueService } from "./catalogueEntry.ts";

/** What stands in a new description until a person says better. */
export const placeholderTexts = {
  description: "To be described: what the service is for, in one line",
  owner: "To be named: the team's mail address or chat channel",
} as const;

/** Fields whose text is for people. Others may hold any text: it is the service's own. */
const texts = ["description", "owner", "reason", "justification", "contact"];

/** Maps whose keys and values are the service's own. */
const ownMaps = ["env", "podLabels", "podAnnotations", "nodeSelector"];

/** How people and tools write that something is still missing. */
const unsaid = [
  /^\W*to be (named|described|filled|written|defined|decided|confirmed|done)\b/i,
  /^\W*(TODO|TBD|TBA|FIXME|XXX)\b/,
  /^\W*(to[- ]?do|tbd|tba|fix[- ]?me|change[- ]?me|x{3,}|lorem ipsum)\s*($|[:.,(-])/i,
  /^\s*(<.*>|\.{3,}|\?+|-+)\s*$/,
];

/** SHA-256 of no bytes at all, which no image has. */
const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * What is still to be filled in of services' descriptions: text that stands for another one, and releases with a digest that
 * no registry has. Nothing may be deployed with it; while people write, it is allowed.
 */
export function servicePlaceholders(catalogue: readonly CatalogueService[]): Diagnostic[] {
  return catalogue.flatMap(({ service, folder }) => [
    ...placeholdersIn(service.source, folder, []),
    ...service.calls.flatMap(({ justification = "" }, index) =>
      ofText(justification, folder, ["calls", index, "justification"]),
    ),
  ]);
}

/** {@link servicePlaceholders} of a site's data and its releases. */
export function sitePlaceholders({ file, releases, ...site }: Site): Diagnostic[] {
  return [
    ...placeholdersIn(site, file, ["gemelos:site"]),
    ...Object.entries(releases)
      .sort(([a], [b]) => compareText(a, b))
      .flatMap(([name, release]) => ofRelease(release, file, ["gemelos:releases", name])),
  ];
}

function placeholdersIn(value: unknown, file: string, path: readonly PropertyKey[]): Diagnostic[] {
  const key = String(path.at(-1));
  if (typeof value === "string") {
    if (key === "release") return ofRelease(value, file, path);
    return texts.includes(key) ? ofText(value, file, path) : [];
  }
  if (typeof value !== "object" || value === null || ownMaps.includes(key)) return [];
  return Object.entries(value).flatMap(([inner, below]) =>
    placeholdersIn(below, file, [...path, Array.isArray(value) ? Number(inner) : inner]),
  );
}

function ofText(text: string, file: string, path: readonly PropertyKey[]): Diagnostic[] {
  if (!unsaid.some((form) => form.test(text))) return [];
  const message = `${formatValue(text)} is a placeholder; write what is meant before anything is deployed`;
  return [{ file, path: formatPath(path), message }];
}

function ofRelease(release: string, file: string, path: readonly PropertyKey[]): Diagnostic[] {
  const [tag = "", digest = ""] = release.split("@sha256:");
  if (digest !== ofNothing && !repeatsItself(digest)) return [];
  const message = `${formatValue(`${tag}@sha256:${digest.slice(0, 12)}...`)} is a placeholder: no registry has an image of that digest; write the tag and the digest that are to run`;
  return [{ file, path: formatPath(path), message }];
}

/** A digest is as good as random: one of a pattern of up to 16 digits was made up. */
function repeatsItself(digest: string): boolean {
  return Array.from({ length: 16 }, (_, index) => digest.slice(0, index + 1)).some(
    (pattern) => pattern.repeat(digest.length).slice(0, digest.length) === digest,
  );
}
