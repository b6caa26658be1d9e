import { createHash } from "node:crypto";
import { UsageError } from "../../command/errors.ts";
import { artifactFolder, fileName, type MavenCoordinates, versionFolder } from "./mavenCoordinates.ts";
import {
  checkChecksums,
  checksumOf,
  companions,
  isChecksum,
  isCompanion,
  mainFile,
  possibleFiles,
} from "./mavenFiles.ts";
import { withVersion } from "./mavenMetadata.ts";
import type { MavenRepository } from "./mavenRepository.ts";
import { PromotionRefused } from "./refusal.ts";

/** What is to be promoted, and between which repositories. */
export interface LibraryPromotion {
  readonly coordinates: MavenCoordinates;
  readonly staging: MavenRepository;
  readonly release: MavenRepository;
  /**
   * More files than those that the repository lists or that are usual: `client` for a jar of this classifier, `dist.zip` for another
   * file. Each must be there.
   */
  readonly classifiers: readonly string[];
  /** Whether `maven-metadata.xml` is written here, since the server does not make it. */
  readonly writesMetadata: boolean;
}

/** What became of a library. */
export interface PromotedLibrary {
  /** File -> SHA-256 in hexadecimal, without signatures and checksums; the main one first. */
  readonly files: ReadonlyMap<string, string>;
  /** How many signatures went along. */
  readonly signatures: number;
  /** How many files of all were written now; the others were there. */
  readonly written: number;
  /** How many files there are, with signatures and checksums. */
  readonly total: number;
}

/**
 * Copies a version of a Maven artifact from one repository to another, byte for byte, with its signatures and checksums, and reads
 * it back. What is there is not written again. The pom comes last, so that nobody resolves half a version.
 * @throws UsageError where there is no such version, PromotionRefused where a checksum is wrong or a file is there with other
 * bytes, which is found before anything is written, RemoteError where a repository fails.
 */
export async function promoteLibrary(promotion: LibraryPromotion): Promise<PromotedLibrary> {
  const { coordinates, release } = promotion;
  const files = await readStaged(promotion);
  checkChecksums(files);
  const folder = versionFolder(coordinates);
  const present = new Set<string>();
  const taken: string[] = [];
  for (const [file, bytes] of files) {
    const found = await release.read(`${folder}${file}`);
    if (found !== undefined && isSame(file, found, bytes)) present.add(file);
    else if (found !== undefined) taken.push(`${file}: sha256 ${sha256(found)} there, ${sha256(bytes)} in staging`);
  }
  if (taken.length > 0) {
    throw new PromotionRefused(
      `${release.url}${folder} has other bytes already, and a release is never overwritten:\n${taken.map((line) => `  ${line}`).join("\n")}\ndeploy a new version; nothing was promoted`,
    );
  }
  let written = 0;
  for (const [file, bytes] of inOrder(files, coordinates)) {
    if (present.has(file) || (await isWrittenByServer(release, `${folder}${file}`, file, bytes))) continue;
    await release.write(`${folder}${file}`, bytes);
    written += 1;
    const back = await release.read(`${folder}${file}`);
    if (back === undefined || !isSame(file, back, bytes)) {
      const found = back === undefined ? "not there" : `sha256 ${sha256(back)}`;
      throw new PromotionRefused(
        `${release.url}${folder}${file} was written with sha256 ${sha256(bytes)} and is ${found}; have that repository looked at`,
      );
    }
  }
  if (promotion.writesMetadata) await writeMetadata(release, coordinates);
  const content = [...files].filter(([file]) => !isCompanion(file));
  const signatures = [...files.keys()].filter((file) => isCompanion(file) && !isChecksum(file)).length;
  return {
    files: new Map(content.map(([file, bytes]) => [file, sha256(bytes)])),
    signatures,
    written,
    total: files.size,
  };
}

/** All files of the version in the staging repository, the main one first. */
async function readStaged(promotion: LibraryPromotion): Promise<Map<string, Buffer>> {
  const { coordinates, staging, classifiers } = promotion;
  const folder = versionFolder(coordinates);
  const pomFile = fileName(coordinates, ".pom");
  const pom = await staging.read(`${folder}${pomFile}`);
  if (pom === undefined) {
    throw new UsageError(`there is no ${staging.url}${folder}${pomFile}; deploy it there, or correct the name`);
  }
  const main = mainFile(coordinates, pom.toString("utf8"));
  const listed = await staging.list(folder);
  // A page that does not name the pom is no list of this folder.
  const all = listed?.includes(pomFile) === true ? listed : undefined;
  const read = (file: string) => (all?.includes(file) === false ? undefined : staging.read(`${folder}${file}`));
  const own = (all ?? []).filter((file) => file.startsWith(fileName(coordinates, "")) && !isCompanion(file));
  const possible = possibleFiles(coordinates, pom.toString("utf8"), classifiers);
  const files = new Map<string, Buffer>();
  for (const name of new Set([...(main === undefined ? [] : [main]), ...own, ...possible])) {
    const bytes = name === pomFile ? pom : await read(name);
    if (bytes === undefined) continue;
    files.set(name, bytes);
    for (const companion of companions(name)) {
      const content = await read(companion);
      if (content !== undefined) files.set(companion, content);
    }
  }
  const needed = [
    main,
    ...classifiers.map((each) => fileName(coordinates, `-${each}${each.includes(".") ? "" : ".jar"}`)),
  ];
  const missing = needed.filter((file) => file !== undefined && !files.has(file));
  if (missing.length > 0) {
    throw new UsageError(
      `${staging.url}${folder} lacks ${missing.join(", ")}; deploy the whole version, then run this again`,
    );
  }
  return files;
}

/** Signatures and checksums behind what they are of, as some servers demand, and the pom with its own at the end. */
function inOrder(files: ReadonlyMap<string, Buffer>, coordinates: MavenCoordinates): (readonly [string, Buffer])[] {
  const pom = fileName(coordinates, ".pom");
  const isPom = (file: string) => (file === pom ? 1 : file.startsWith(`${pom}.`) ? 2 : 0);
  return [...files].toSorted(([one], [other]) => isPom(one) - isPom(other));
}

/** A server may make the checksums of what it is given by itself, and take none. */
async function isWrittenByServer(
  release: MavenRepository,
  path: string,
  file: string,
  bytes: Buffer,
): Promise<boolean> {
  if (!isChecksum(file)) return false;
  const found = await release.read(path);
  return found !== undefined && isSame(file, found, bytes);
}

/** Whether two files are the same; a checksum may be written with the file's name beside it, or without. */
function isSame(file: string, one: Buffer, other: Buffer): boolean {
  return isChecksum(file) ? checksumOf(one) === checksumOf(other) : one.equals(other);
}

async function writeMetadata(release: MavenRepository, coordinates: MavenCoordinates): Promise<void> {
  const path = `${artifactFolder(coordinates)}maven-metadata.xml`;
  const existing = (await release.read(path))?.toString("utf8");
  const metadata = withVersion(existing, coordinates, new Date());
  if (metadata !== undefined) await release.write(path, Buffer.from(metadata));
  // A run that was interrupted may have left those of the file before.
  for (const algorithm of ["sha1", "md5"]) {
    const sum = createHash(algorithm)
      .update(metadata ?? existing ?? "")
      .digest("hex");
    const found = await release.read(`${path}.${algorithm}`);
    if (found === undefined || checksumOf(found) !== sum) await release.write(`${path}.${algorithm}`, Buffer.from(sum));
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
