import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewService } from "../../../../cli/adopt/fields/renderedObjects.ts";
import { NewFolders } from "../../../../cli/adopt/writing/newFolders.ts";

let project: string;

beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), "gemelos-folders-")));
  await mkdir(join(project, "services", "receipts"), { recursive: true });
  await writeFile(join(project, "services", "receipts", "index.ts"), 'export const receipts = { name: "receipts" };\n');
  await writeFile(join(project, "Pulumi.dc1.yaml"), "config:\n  gemelos:releases:\n    receipts: 1\n");
});

afterEach(() => rm(project, { recursive: true }));

const added = (name: string): NewService => ({
  service: {
    name,
    namespace: "shop",
    description: "d",
    owner: "o",
    resources: { requests: { cpu: "1", memory: "1Gi" } },
  },
  templates: { "a.yaml": "a: 1\n" },
  release: "1@sha256:x",
});

async function state(): Promise<string[]> {
  const files = await readdir(project, { recursive: true });
  return [...files.sort(), await readFile(join(project, "Pulumi.dc1.yaml"), "utf8")];
}

describe("the folders of several services", () => {
  it("get their places together, with the releases of all", async () => {
    const folders = await NewFolders.write(project, [added("alpha"), added("zulu")]);
    const read = await folders.readBack();
    expect(read.map(({ name }) => name)).toEqual(["alpha", "zulu"]);
    await folders.commit(["dc1"]);
    expect(await readdir(join(project, "services"))).toEqual(["alpha", "receipts", "zulu"]);
    expect(await readFile(join(project, "services", "zulu", "config", "a.yaml"), "utf8")).toBe("a: 1\n");
    expect((await state()).at(-1)).toBe(
      "config:\n  gemelos:releases:\n    alpha: 1@sha256:x\n    receipts: 1\n    zulu: 1@sha256:x\n",
    );
    expect(await readdir(project)).toEqual(["Pulumi.dc1.yaml", "services"]);
  });

  it("may import each other and the catalogue, whose descriptions are the very ones", async () => {
    const folders = await NewFolders.write(project, [added("alpha"), added("zulu")]);
    try {
      const [temporary = ""] = (await readdir(project)).filter((name) => name.endsWith(".tmp"));
      const file = join(project, temporary, "alpha", "calls.ts");
      await writeFile(
        file,
        'export { receipts } from "../receipts/index.ts";\nexport { zulu } from "../zulu/index.ts";\n',
      );
      const module: Record<string, unknown> = await import(file);
      const known: Record<string, unknown> = await import(join(project, "services", "receipts", "index.ts"));
      const [, zulu] = await folders.readBack();
      expect(module["receipts"]).toBe(known["receipts"]);
      expect(module["zulu"]).toBe(zulu);
    } finally {
      folders.discard();
    }
  });

  it.each([
    ["a site's file is not there", ["dc1", "dc2"]],
    ["a folder has appeared meanwhile", ["dc1"]],
  ])("are as if they had never been where %s", async (_, sites) => {
    const before = await state();
    const folders = await NewFolders.write(project, [added("alpha"), added("zulu")]);
    if (sites.length === 1) {
      await mkdir(join(project, "services", "zulu"));
      before.splice(before.indexOf("services/receipts/index.ts") + 1, 0, "services/zulu");
    }
    await expect(folders.commit(sites)).rejects.toThrow(/ENOENT|services\/zulu has appeared meanwhile/);
    folders.discard();
    expect(await state()).toEqual(before);
  });

  it("go back where the last of them cannot be moved", async () => {
    const before = await state();
    const folders = await NewFolders.write(project, [added("alpha"), added("zulu")]);
    const [temporary = ""] = (await readdir(project)).filter((name) => name.endsWith(".tmp"));
    await rm(join(project, temporary, "zulu"), { recursive: true });
    await expect(folders.commit(["dc1"])).rejects.toThrow(/ENOENT/);
    expect(await state()).toEqual(before);
  });
});
