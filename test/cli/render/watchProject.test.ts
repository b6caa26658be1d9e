import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { watchProject } from "../../../cli/render/watchProject.ts";

let root: string;
let stop: AbortController;
beforeEach(async () => {
  stop = new AbortController();
  root = await mkdtemp(join(tmpdir(), "gemelos-watched-"));
  for (const folder of ["services/receipts/config", "components", "site", "vaultClient", "out"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
});
afterEach(async () => {
  stop.abort();
  await rm(root, { recursive: true });
});

async function write(path: string, text = "changed\n"): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

/** Watches; `next` waits for the paths of the next change. */
async function watching() {
  const seen: (readonly string[])[] = [];
  let arrived = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  const work = async (paths: readonly string[]) => {
    if (paths.length === 0) return ready.resolve();
    seen.push(paths);
    arrived.resolve();
  };
  const ended = watchProject(root, stop.signal, work);
  await Promise.race([ready.promise, ended]);
  const next = async (): Promise<readonly string[]> => {
    while (seen.length === 0) {
      await arrived.promise;
      arrived = Promise.withResolvers();
    }
    return seen.shift() ?? [];
  };
  return { ended, next };
}

it.each([
  "services/receipts/index.ts",
  "services/receipts/config/application.yaml",
  "components/workload/deployment.ts",
  "Pulumi.dc1.yaml",
  "index.ts",
])("a change of %s is seen", async (path) => {
  const { next } = await watching();
  await write(path);
  expect(await next()).toContain(path);
});

it("several changes at once are one", async () => {
  const { next } = await watching();
  await Promise.all([write("services/receipts/index.ts"), write("Pulumi.dc1.yaml"), write("Pulumi.dc2.yaml")]);
  expect(await next()).toEqual(["Pulumi.dc1.yaml", "Pulumi.dc2.yaml", "services/receipts/index.ts"]);
});

it("a file that an editor puts in the place of another is seen", async () => {
  const { next } = await watching();
  await write("services/receipts/.index.ts.swp");
  await rename(join(root, "services/receipts/.index.ts.swp"), join(root, "services/receipts/index.ts"));
  expect(await next()).toEqual(["services/receipts/index.ts"]);
});

it("a folder that is new is watched, too", async () => {
  const { next } = await watching();
  await write("services/refunds/index.ts");
  await next();
  await write("services/refunds/config/application.yaml");
  let paths: readonly string[] = [];
  while (!paths.includes("services/refunds/config/application.yaml")) paths = await next();
});

it("what is written into out, and what editors write for themselves, is none", async () => {
  const { next } = await watching();
  await write("out/dc1/resources.json");
  await write("package.json");
  await write("services/receipts/index.ts~");
  await write("services/receipts/4913");
  await write("services/receipts/index.ts");
  expect(await next()).toEqual(["services/receipts/index.ts"]);
});

it("ends when it is stopped", async () => {
  const { ended } = await watching();
  stop.abort();
  await expect(ended).resolves.toBeUndefined();
});

it("hands on what goes wrong in the work", async () => {
  await expect(watchProject(root, stop.signal, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});
