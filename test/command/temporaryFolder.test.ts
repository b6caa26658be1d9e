import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "gemelos-test-temporary-"));
});
afterEach(() => rmSync(temporary, { recursive: true }));

const helper = pathToFileURL(join(import.meta.dirname, "..", "..", "command", "temporaryFolder.ts")).href;

/** Starts a command whose task does this in its temporary folder. */
function start(task: string): ChildProcess {
  const code = `import { withTemporaryFolder } from "${helper}"; await withTemporaryFolder("preview", async () => { ${task} });`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** A task that says when it is under way and ends after all tests only. */
const endless = 'console.log("under way"); await new Promise((resolve) => setTimeout(resolve, 600_000));';
const folders = () => readdirSync(temporary).filter((name) => name.startsWith("gemelos-"));

async function startEndless(): Promise<ChildProcess> {
  const child = start(endless);
  if (child.stdout !== null) await once(child.stdout, "data");
  expect(folders()).toHaveLength(1);
  return child;
}

describe("a temporary folder", () => {
  it.each([
    ["SIGINT" as const, 130],
    ["SIGTERM" as const, 143],
    ["SIGHUP" as const, 129],
  ])("is gone after %s", async (signal, code) => {
    const child = await startEndless();
    child.kill(signal);
    expect(await once(child, "close")).toEqual([code, null]);
    expect(folders()).toEqual([]);
  });

  it.each([
    ["the task's end", "", 0],
    ["an error", 'throw new Error("x");', 1],
    ["a crash", 'setImmediate(() => { throw new Error("x"); }); await new Promise(() => {});', 1],
    ["an exit", "process.exit(3);", 3],
  ])("is gone after %s", async (_, task, code) => {
    expect(await once(start(task), "close")).toEqual([code, null]);
    expect(folders()).toEqual([]);
  });

  it("that a killed command left is removed by the next one, and no other", async () => {
    const living = await startEndless();
    const [kept] = folders();
    const killed = start(endless);
    if (killed.stdout !== null) await once(killed.stdout, "data");
    killed.kill("SIGKILL");
    await once(killed, "close");
    const foreign = join(temporary, "gemelos-preview-abcdef");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "precious.txt"), String(spawnSync(process.execPath, ["--version"]).pid));
    expect(folders()).toHaveLength(3);
    await once(start(""), "close");
    expect(folders().sort()).toEqual([kept, "gemelos-preview-abcdef"].sort());
    living.kill();
    await once(living, "close");
  });
});
