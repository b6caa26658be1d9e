import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFiles } from "../../command/replaceFiles.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-replaceFiles-"));
  for (const name of ["one", "two"]) await writeFile(join(folder, name), name);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const contents = async () => Promise.all(["one", "two"].map((name) => readFile(join(folder, name), "utf8")));

test("files are replaced together, and nothing stays beside them", async () => {
  replaceFiles(new Map(["one", "two"].map((name) => [join(folder, name), `new ${name}`])));
  expect(await contents()).toEqual(["new one", "new two"]);
  expect((await readdir(folder)).sort()).toEqual(["one", "two"]);
});

test("where one cannot be replaced, the others stay as they were, and the error names that one", async () => {
  await mkdir(join(folder, "three"));
  const files = new Map([
    [join(folder, "one"), "new"],
    [join(folder, "three"), "new"],
  ]);
  expect(() => replaceFiles(files)).toThrow(expect.objectContaining({ path: join(folder, "three") }));
  expect(() => replaceFiles(new Map([[join(folder, "four"), ""]]))).toThrow(/ENOENT/);
  expect(await contents()).toEqual(["one", "two"]);
  expect((await readdir(folder)).sort()).toEqual(["one", "three", "two"]);
});
