import { parseXml, XmlElement } from "@rgrove/parse-xml";
import { UsageError } from "../../command/errors.ts";
import type { MavenCoordinates } from "./mavenCoordinates.ts";

/**
 * `maven-metadata.xml` of an artifact with one more version, in the form and order in which Maven itself writes it.
 * @param existing the text of the file; undefined where there is none yet
 * @returns undefined where the version is named already
 * @throws UsageError where what is there is not of this artifact.
 */
export function withVersion(
  existing: string | undefined,
  coordinates: MavenCoordinates,
  now: Date,
): string | undefined {
  const { groupId, artifactId, version } = coordinates;
  const known = existing === undefined ? [] : versionsIn(existing, coordinates);
  if (known.includes(version)) return undefined;
  const versions = [...known, version].map((each) => `      <version>${escaped(each)}</version>\n`).join("");
  // yyyyMMddHHmmss in UTC.
  const updated = now.toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return `<?xml version="1.0" encoding="UTF-8"?>
<metadata>
  <groupId>${escaped(groupId)}</groupId>
  <artifactId>${escaped(artifactId)}</artifactId>
  <versioning>
    <latest>${escaped(version)}</latest>
    <release>${escaped(version)}</release>
    <versions>
${versions}    </versions>
    <lastUpdated>${updated}</lastUpdated>
  </versioning>
</metadata>
`;
}

function versionsIn(text: string, { groupId, artifactId }: MavenCoordinates): string[] {
  const metadata = parse(text);
  const [group, artifact] = ["groupId", "artifactId"].map((name) => children(metadata, name)[0]?.text.trim());
  if (metadata?.name !== "metadata" || group !== groupId || artifact !== artifactId) {
    throw new UsageError(
      `maven-metadata.xml in the release repository is not that of ${groupId}:${artifactId}; correct or remove it, then run this again`,
    );
  }
  return children(metadata, "versioning")
    .flatMap((versioning) => children(versioning, "versions"))
    .flatMap((versions) => children(versions, "version"))
    .map((version) => version.text.trim());
}

function parse(text: string): XmlElement | undefined {
  try {
    return parseXml(text).root ?? undefined;
  } catch {
    return undefined;
  }
}

function children(element: XmlElement | undefined, name: string): XmlElement[] {
  const all = element?.children ?? [];
  return all.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
