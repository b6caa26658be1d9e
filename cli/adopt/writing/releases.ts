import { isMap, isNode, isScalar, parseDocument, Scalar, type YAMLMap } from "yaml";
import { compareText } from "../../../components/diagnostic.ts";
import { openDigest } from "../reading/image.ts";

const path = ["config", "gemelos:releases"];

/**
 * A site's file with a release of the service, in the alphabetical order of the others; every other byte stays. An
 * entry that is there already stays as it is.
 */
export function withRelease(text: string, service: string, release: string): string {
  const document = parseDocument(text, { uniqueKeys: false });
  const releases = document.getIn(path);
  if (isMap(releases) && releases.has(service)) return text;
  const comment = release.endsWith(openDigest)
    ? " to be filled in: the tag and the digest that this site is to run"
    : "";
  if (isMap(releases) && releases.flow !== true && releases.items.length > 0) {
    const line = `${service}: ${release}${comment === "" ? "" : ` #${comment}`}`;
    return inserted(text, releases, service, line);
  }
  // The first entry of all: there are no lines to stand between.
  const value = new Scalar(release);
  if (comment !== "") value.comment = comment;
  if (isMap(releases)) releases.flow = false;
  else document.setIn(path, document.createNode({}));
  document.setIn([...path, service], value);
  return document.toString({ lineWidth: 0 });
}

/** Puts a line behind the last entry that comes before it in the alphabet, or before the first entry. */
function inserted(text: string, releases: YAMLMap, service: string, line: string): string {
  const starts = releases.items.flatMap(({ key }) => (isScalar(key) ? (key.range?.[0] ?? []) : []));
  const first = starts[0] ?? 0;
  const indent = text.slice(text.lastIndexOf("\n", first) + 1, first);
  const before = releases.items.findLast(({ key }) => compareText(isScalar(key) ? String(key.value) : "", service) < 0);
  const end = isNode(before?.value) ? before.value.range?.[1] : undefined;
  const lineEnd = end === undefined ? text.lastIndexOf("\n", first) : text.indexOf("\n", end);
  if (lineEnd === -1) return `${text}\n${indent}${line}\n`;
  return `${text.slice(0, lineEnd + 1)}${indent}${line}\n${text.slice(lineEnd + 1)}`;
}
