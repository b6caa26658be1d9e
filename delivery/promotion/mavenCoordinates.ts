import { UsageError } from "../../command/errors.ts";

/** Which artifact in which version, as Maven names it. */
export interface MavenCoordinates {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

const form = "group:artifact:version, such as gov.tax:money:1.4.0";

/**
 * Reads `group:artifact:version`.
 * @throws UsageError where it is none, or not one that may be promoted: a snapshot or a range has no fixed content.
 */
export function parseCoordinates(text: string): MavenCoordinates {
  const [groupId = "", artifactId = "", version = "", ...more] = text.split(":");
  const isWhole = [groupId, artifactId, version].every((part) =>
    /^[A-Za-z0-9_](?:[A-Za-z0-9_.+-]*[A-Za-z0-9_+-])?$/.test(part),
  );
  if (/snapshot/i.test(version)) {
    throw new UsageError(
      "a snapshot is built anew under its version, so it is no release; deploy a version without -SNAPSHOT",
    );
  }
  if (!isWhole || more.length > 0 || text.includes("..") || /^(?:latest|release)$/i.test(version)) {
    throw new UsageError(`a library is named ${form}: one version, without classifier or range`);
  }
  return { groupId, artifactId, version };
}

/** The folder of an artifact's versions in a repository: `gov/tax/money/`. */
export function artifactFolder({ groupId, artifactId }: MavenCoordinates): string {
  return `${groupId.replaceAll(".", "/")}/${artifactId}/`;
}

/** The folder of one version: `gov/tax/money/1.4.0/`. */
export function versionFolder(coordinates: MavenCoordinates): string {
  return `${artifactFolder(coordinates)}${coordinates.version}/`;
}

/** A file of a version: `money-1.4.0-sources.jar` for the ending `-sources.jar`. */
export function fileName({ artifactId, version }: MavenCoordinates, ending: string): string {
  return `${artifactId}-${version}${ending}`;
}
