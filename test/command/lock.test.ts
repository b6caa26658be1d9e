import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../../command/lock.ts";

let folder: string;
const signal = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-lock-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("two pieces of work under one lock never overlap, and the second is told that it waits", async () => {
  const events: string[] = [];
  const work = (name: string) => () => {
    events.push(`${name} begins`);
    return new Promise<void>((resolve) => setImmediate(() => resolve(void events.push(`${name} ends`))));
  };
  const file = join(folder, "lock");
  await Promise.all([
    withLock(file, work("one"), { signal }),
    withLock(file, work("two"), { signal, onWait: () => events.push("two waits") }),
  ]);
  expect(events).toEqual(["one begins", "two waits", "one ends", "two begins", "two ends"]);
});

test("a process that was killed leaves no lock behind", async () => {
  const file = join(folder, "lock");
  const module = pathToFileURL(join(import.meta.dirname, "../../command/lock.ts")).href;
  const program = `
    import { withLock } from ${JSON.stringify(module)};
    await withLock(${JSON.stringify(file)}, async () => { console.log("locked"); await new Promise(() => setInterval(() => {}, 1000)); },
      { signal: new AbortController().signal });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  let waited = false;
  const acquired = withLock(file, async () => "acquired", {
    signal,
    onWait: () => {
      waited = true;
      child.kill("SIGKILL");
    },
  });
  expect(await acquired).toBe("acquired");
  expect(waited).toBe(true);
});

test("a wait can be given up", async () => {
  const stop = new AbortController();
  const file = join(folder, "lock");
  await withLock(
    file,
    async () => {
      const waiting = withLock(file, async () => undefined, { signal: stop.signal, onWait: () => stop.abort() });
      await expect(waiting).rejects.toThrow("aborted");
    },
    { signal },
  );
});
