import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeAtExit } from "./cleanUp.ts";
import { isAlive } from "./processes.ts";

/** The file by which a folder is known as one of ours; it holds the number of its process. */
const mark = ".gemelos-temporary";

/**
 * Gives a task a folder that only this user can read. It is removed afterwards, however the command ends; what a killed
 * command left is removed by the next one.
 * @param purpose word in its name: `preview`
 */
export async function withTemporaryFolder<Result>(
  purpose: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `gemelos-${purpose}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const forget = removeAtExit(remove);
  try {
    writeFileSync(join(folder, mark), String(process.pid), { flag: "wx" });
    return await work(folder);
  } finally {
    remove();
    forget();
  }
}

/** Removes folders of this user with our mark whose process is gone. Whatever else is there is left alone. */
function removeAbandoned(): void {
  const parent = tmpdir();
  for (const entry of readdirSync(parent, { withFileTypes: true })) {
    if (!entry.isDirectory() || !/^gemelos-[a-z]+-\w{6}$/.test(entry.name)) continue;
    const folder = join(parent, entry.name);
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

function isAbandoned(folder: string): boolean {
  try {
    const { uid } = lstatSync(folder);
    const pid = Number(readFileSync(join(folder, mark), "utf8"));
    return uid === process.getuid?.() && Number.isInteger(pid) && pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}
