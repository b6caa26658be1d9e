import type { ResolvedMicroservice } from "../description/index.ts";
import { formatPath, formatValue } from "../diagnostic.ts";
import { mebibytes } from "../kubernetes/index.ts";
import { didYouMean } from "../suggestion.ts";

/** With less, a JVM that runs a tool such as Liquibase is killed at start. */
const smallestMebibytes = 256;

/** Reports a migration that contradicts itself or other fields: the field, and what is wrong with it. */
export function checkMigration(
  { source, migration, backingServices }: ResolvedMicroservice,
  report: (path: string, message: string) => void,
): void {
  if (migration === undefined) return;
  const { image, release, contract, databases } = source.migration ?? {};
  if (image !== undefined && release === undefined) {
    report(
      "migration.release",
      "is missing; add the image's tag@sha256:digest, which is the same in every site (without image it is the service's own)",
    );
  }
  if (release !== undefined && image === undefined) {
    report(
      "migration.release",
      "stands without image; the service's own release is the sites', so remove it or add image",
    );
  }
  if (migration.phase === "contract" && contract === undefined) {
    report(
      "migration.contract",
      'is missing; with phase: "contract", add { after: "tag@sha256:..." }: the first release of this service that no longer needs what goes',
    );
  }
  if (migration.phase === "expand" && contract !== undefined) {
    report(
      "migration.contract",
      'stands beside phase: "expand", which waits for nothing; remove it, or write phase: "contract" if the change takes something away',
    );
  }
  const { memory } = migration.resources.limits;
  const directories = migration.jvm.directoryMebibytes;
  // What is too small for the service itself is told there.
  if (source.migration?.resources?.memory !== undefined && mebibytes(memory) - directories < smallestMebibytes) {
    const beside = directories === 0 ? "" : ` beside directories in memory of ${directories}Mi`;
    report(
      "migration.resources.memory",
      `${formatValue(memory)} does not hold a JVM${beside}; allow at least ${Math.ceil(smallestMebibytes + directories)}Mi`,
    );
  }
  if (databases === undefined) {
    if (backingServices.length === 1) return;
    report(
      "migration.databases",
      backingServices.length === 0
        ? "has nothing to change: the service uses no backing service; add the database to backingServices"
        : `is missing; say which of backingServices it changes (${backingServices.join(", ")}): the network is open to no other`,
    );
    return;
  }
  for (const [index, name] of databases.entries()) {
    const path = formatPath(["migration", "databases", index]);
    if (!backingServices.includes(name)) {
      report(
        path,
        `${formatValue(name)} is none of the service's backingServices (${backingServices.join(", ") || "none"}); add it there, or correct the name${didYouMean(name, backingServices)}`,
      );
    } else if (databases.indexOf(name) !== index) {
      report(path, `${formatValue(name)} is listed twice; remove one`);
    }
  }
}
