import { readFile } from "node:fs/promises";
import { UsageError } from "../../command/errors.ts";
import { withProgress } from "../../command/progress.ts";
import {
  openRepository,
  type PromotedLibrary,
  parseCoordinates,
  promoteLibrary,
} from "../../delivery/promotion/index.ts";
import { readSettings } from "../../delivery/settings.ts";

/** What became of a library. */
export interface LibraryReport extends PromotedLibrary {
  /** Its name without the version: `gov.tax:money`. */
  readonly library: string;
  /** Its version with the digest of its main file: `1.4.0@sha256:0f1e...`. */
  readonly release: string;
  /** URL of the release repository. */
  readonly repository: string;
}

/**
 * Promotes a Maven artifact between the repositories that `delivery.yaml` states.
 * @param name `group:artifact:version`
 * @param classifiers files that must be there, see `LibraryPromotion`
 */
export async function promoteMavenArtifact(name: string, classifiers: readonly string[]): Promise<LibraryReport> {
  const coordinates = parseCoordinates(name);
  const { libraries: settings } = await readSettings();
  if (settings === undefined) {
    throw new UsageError(
      "delivery.yaml does not say where libraries are; state libraries with staging and release, see docs/delivery.md",
    );
  }
  const ca = settings.caFile === undefined ? undefined : await readFile(settings.caFile, "utf8");
  const open = (name: "staging" | "release") =>
    openRepository(settings[name], `libraries.${name}`, { ca, environment: process.env });
  const [staging, release] = [open("staging"), open("release")];
  const writesMetadata = settings.metadata === "promotion";
  const promoted = await withProgress(`copying ${coordinates.artifactId}`, () =>
    promoteLibrary({ coordinates, staging, release, classifiers, writesMetadata }),
  );
  const { groupId, artifactId } = coordinates;
  // As registries write a version that has a plus.
  const version = coordinates.version.replaceAll("+", "_");
  const [sum = ""] = promoted.files.values();
  const library = `${groupId}:${artifactId}`;
  return { ...promoted, library, release: `${version}@sha256:${sum}`, repository: release.url };
}

/** What became of it, for people. */
export function formatLibrary({
  library,
  release,
  repository,
  files,
  signatures,
  written,
  total,
}: LibraryReport): string {
  const lines = [...files].map(([file, sum]) => `  ${file}  sha256 ${sum}\n`);
  const done =
    written === total
      ? `all ${total} files written`
      : written === 0
        ? `all ${total} files were there`
        : `${written} of ${total} files written, the others were there`;
  const signed = signatures === 0 ? "nothing is signed" : `${signatures} signatures went along`;
  return `${library} ${release.split("@")[0]} is in ${repository}\n${lines.join("")}${done}; read back and compared; ${signed}\n`;
}

/** {@link formatLibrary} for programs. */
export function libraryJson({ files, ...report }: LibraryReport): unknown {
  return { ...report, files: Object.fromEntries(files) };
}
