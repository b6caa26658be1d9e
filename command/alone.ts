import { createHash } from "node:crypto";
import { join } from "node:path";
import { projectFolder } from "../recorder/stackFile.ts";
import { UsageError } from "./errors.ts";
import { withLock } from "./lock.ts";
import { printError } from "./print.ts";

/** The project's own, since several working copies may share one folder of packages. */
const name = `site-files-${createHash("sha256").update(projectFolder).digest("hex").slice(0, 12)}.lock`;

/** Where runs in the same project meet; it stays behind, empty. */
const lockFile = join(projectFolder, "node_modules", ".cache", "gemelos", name);

/** How long a run waits for others, in milliseconds. */
const patience = 60_000;

/**
 * Does work that changes the project's files while no other run does.
 * @throws UsageError where others do not end.
 */
export async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(patience);
  const onWait = () =>
    printError("another command is changing the files of this project; waiting until it has ended\n");
  try {
    return await withLock(lockFile, work, { signal, onWait });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    throw new UsageError(
      `another command has been changing the files of this project for ${patience / 1000} s; let it end, then run this one again`,
    );
  }
}
