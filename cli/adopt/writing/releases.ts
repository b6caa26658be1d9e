import { isMap, parseDocument } from "yaml";
import { withLines } from "../../../delivery/siteFiles.ts";
import type { NewService } from "../fields/renderedObjects.ts";
import { openDigest } from "../reading/image.ts";

/**
 * A site's file with the releases of services, in the alphabetical order of the others; every other byte stays. An
 * entry that is there already stays as it is.
 * @param file its name, for messages
 */
export function withReleases(
  text: string,
  services: readonly Pick<NewService, "service" | "release">[],
  file: string,
): string {
  const releases = parseDocument(text, { uniqueKeys: false }).getIn(["config", "gemelos:releases"]);
  const lines = services
    .filter(({ service: { name } }) => !isMap(releases) || !releases.has(name))
    .map(({ service: { name }, release }) => ({
      path: ["gemelos:releases", name] as const,
      value: release,
      ...(release.endsWith(openDigest)
        ? { comment: "to be filled in: the tag and the digest that this site is to run" }
        : {}),
    }));
  return withLines(text, lines, file);
}
