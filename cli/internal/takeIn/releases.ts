import { isMap, parseDocument, Scalar } from "yaml";
import { compareText } from "../../../components/internal/problems.ts";
import { openDigest } from "./image.ts";

/**
 * A site's file with a release of the service, in the alphabetical order of the others; every comment and every other
 * line stays. An entry that is there already stays as it is.
 */
export function withRelease(text: string, service: string, release: string): string {
  const document = parseDocument(text);
  const releases = document.getIn(["config", "gemelos:releases"]);
  if (!isMap(releases) || releases.has(service)) return text;
  const value = new Scalar(release);
  if (release.endsWith(openDigest)) {
    value.comment = " to be filled in: the tag and the digest that this site is to run";
  }
  const pair = document.createPair(service, value);
  const place = releases.items.findIndex(({ key }) => compareText(keyText(key), service) > 0);
  if (place === -1) releases.items.push(pair);
  else releases.items.splice(place, 0, pair);
  return document.toString({ lineWidth: 0 });
}

function keyText(key: unknown): string {
  return key instanceof Scalar ? String(key.value) : String(key);
}
