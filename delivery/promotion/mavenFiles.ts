import { createHash } from "node:crypto";
import { parseXml, XmlElement } from "@rgrove/parse-xml";
import { UsageError } from "../../command/errors.ts";
import { fileName, type MavenCoordinates } from "./mavenCoordinates.ts";
import { PromotionRefused } from "./refusal.ts";

/** What Maven and its plugins put beside an artifact of a project, by the ends of the files' names. */
const knownEndings = [
  ...["-sources", "-javadoc", "-tests", "-test-sources", "-test-fixtures"].map((classifier) => `${classifier}.jar`),
  ...[".module", "-cyclonedx.json", "-cyclonedx.xml", ".spdx.json"],
];

/** Signatures of a file, by the ends of the files' names. */
const signatures = [".asc", ".sigstore.json"];

/** Checksums of a file, by the ends of the files' names, as Node names their algorithms. The strongest first. */
const checksums = ["sha512", "sha256", "sha1", "md5"] as const;

/** Extension of the main file for each packaging that has another one than its name; Maven's own handlers of artifacts. */
const extensions: Readonly<Record<string, string>> = {
  "maven-plugin": "jar",
  bundle: "jar",
  ejb: "jar",
  "ejb-client": "jar",
  "java-source": "jar",
  javadoc: "jar",
  "test-jar": "jar",
  "eclipse-plugin": "jar",
};

/**
 * Names of the files that a version may have, besides those that a repository lists: the pom, what the pom's packaging says, and
 * what is usual.
 * @param pom the text of its pom
 * @param classifiers what somebody states on top: `client`, or `dist.zip` where it is no jar
 * @throws UsageError where the pom is not of this artifact.
 */
export function possibleFiles(coordinates: MavenCoordinates, pom: string, classifiers: readonly string[]): string[] {
  const packaging = packagingOf(coordinates, pom);
  const main = packaging === "pom" ? [] : [`.${extensions[packaging] ?? packaging}`];
  const stated = classifiers.map((each) => `-${each}${each.includes(".") ? "" : ".jar"}`);
  return [".pom", ...main, ...knownEndings, ...stated].map((ending) => fileName(coordinates, ending));
}

/** The file without which a version is not whole, besides its pom; none where it is a pom alone. */
export function mainFile(coordinates: MavenCoordinates, pom: string): string | undefined {
  const packaging = packagingOf(coordinates, pom);
  return packaging === "pom" ? undefined : fileName(coordinates, `.${extensions[packaging] ?? packaging}`);
}

/** The names of the signatures and checksums that a file may have. */
export function companions(file: string): string[] {
  const sums = (name: string) => checksums.map((sum) => `${name}.${sum}`);
  return [...sums(file), ...signatures.flatMap((ending) => [`${file}${ending}`, ...sums(`${file}${ending}`)])];
}

/** Whether a file is a checksum, a signature, or the checksum of a signature. */
export function isCompanion(file: string): boolean {
  return isChecksum(file) || signatures.some((ending) => file.endsWith(ending));
}

/** Whether a file is the checksum of another one. */
export function isChecksum(file: string): boolean {
  return checksums.some((sum) => file.endsWith(`.${sum}`));
}

/**
 * Holds the files of a version against their checksums.
 * @param files name -> content
 * @throws PromotionRefused with every file that is not what its checksum says, or that has none.
 */
export function checkChecksums(files: ReadonlyMap<string, Uint8Array>): void {
  const wrong = [...files].flatMap(([file, bytes]) => {
    if (isChecksum(file)) return [];
    const stated = checksums.flatMap((algorithm) => {
      const sum = files.get(`${file}.${algorithm}`);
      return sum === undefined ? [] : [{ algorithm, sum: checksumOf(sum) }];
    });
    // Newer versions of Maven make no checksums of signatures.
    if (stated.length === 0 && !isCompanion(file)) return [`${file} has no checksum beside it`];
    return stated.flatMap(({ algorithm, sum }) => {
      const found = createHash(algorithm).update(bytes).digest("hex");
      return found === sum
        ? []
        : [`${file} has ${algorithm} ${found}, and ${file}.${algorithm} says ${sum.slice(0, 128)}`];
    });
  });
  if (wrong.length === 0) return;
  throw new PromotionRefused(
    `the staging repository does not have what was deployed there:\n${wrong.map((line) => `  ${line}`).join("\n")}\ndeploy a new version; nothing was promoted`,
  );
}

/** The checksum in its file, which may have the file's name behind it, or before it. */
export function checksumOf(content: Uint8Array): string {
  const text = Buffer.from(content).toString("utf8").trim().toLowerCase();
  return /\b[0-9a-f]{32,128}\b/.exec(text)?.[0] ?? text;
}

function packagingOf({ groupId, artifactId, version }: MavenCoordinates, pom: string): string {
  const project = parsePom(pom);
  const parent = childOf(project, "parent");
  const stated = {
    groupId: textOf(project, "groupId") ?? textOf(parent, "groupId"),
    artifactId: textOf(project, "artifactId"),
    version: textOf(project, "version") ?? textOf(parent, "version"),
  };
  for (const [field, wanted] of Object.entries({ groupId, artifactId, version })) {
    const found = stated[field as keyof typeof stated];
    // What is filled in from a property is known to Maven alone.
    if (found !== undefined && !found.includes("${") && found !== wanted) {
      throw new UsageError(`the pom has ${field} ${found} and not ${wanted}; deploy the artifact under its own name`);
    }
  }
  return textOf(project, "packaging") ?? "jar";
}

function parsePom(pom: string): XmlElement {
  try {
    const { root } = parseXml(pom);
    if (root?.name === "project") return root;
  } catch {
    // The same message as for other XML.
  }
  throw new UsageError("the pom in the staging repository is no pom; deploy the artifact again, under a new version");
}

function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child): child is XmlElement => child instanceof XmlElement && child.name === name);
}

function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text.trim();
}
