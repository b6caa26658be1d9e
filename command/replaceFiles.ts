import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { removeAtExit } from "./cleanUp.ts";
import { atPath } from "./errors.ts";

/**
 * Replaces the content of files that are there, all or none: each is written under a temporary name beside its place, with its
 * permissions, then all are renamed without a pause. What was there is kept beside it until then, since the disk may have
 * no room when it is wanted back.
 * @param files path -> content
 * @throws an error of the system that names the file; then every file is as it was.
 */
export function replaceFiles(files: ReadonlyMap<string, string>): void {
  const steps = [...files].map(([file, content]) => {
    const beside = (name: string) => join(dirname(file), `.gemelos-${randomUUID()}.${name}.tmp`);
    return { file, content, before: beside("before"), after: beside("after") };
  });
  const remove = () => {
    for (const { before, after } of steps) for (const each of [before, after]) rmSync(each, { force: true });
  };
  const forget = removeAtExit(remove);
  const replaced: typeof steps = [];
  try {
    for (const { file, content, before, after } of steps) {
      atPath(file, () => {
        const { mode } = statSync(file);
        writeFileSync(before, readFileSync(file), { flag: "wx", mode });
        writeFileSync(after, content, { flag: "wx", mode });
      });
    }
    // Without a pause: between two of these, no signal is heard.
    for (const step of steps) {
      atPath(step.file, () => renameSync(step.after, step.file));
      replaced.push(step);
    }
  } catch (error) {
    for (const { file, before } of replaced) renameSync(before, file);
    throw error;
  } finally {
    remove();
    forget();
  }
}
