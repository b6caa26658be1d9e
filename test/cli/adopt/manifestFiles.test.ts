import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readManifestFiles } from "../../../cli/adopt/manifestFiles.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "gemelos-manifests-")));
  await write("given/deployment.yaml", "kind: Deployment");
  await write("other/config.yaml", "kind: ConfigMap");
});

afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** Reads places below the folder: the files that were read, and what was not as `path: reason`. */
async function read(...places: string[]): Promise<{ files: string[]; lost: string[]; passed: string[] }> {
  const { files, passedOver } = await readManifestFiles(places.map((place) => join(folder, place)));
  const short = (text: string) => text.replaceAll(`${folder}/`, "");
  const told = (isLoss: boolean) =>
    passedOver.filter((each) => each.isLoss === isLoss).map(({ file, reason }) => short(`${file}: ${reason}`));
  return { files: files.map(({ file }) => short(file)), lost: told(true), passed: told(false) };
}

const link = (path: string, target: string) => symlink(target, join(folder, path));

describe("a folder of manifests", () => {
  it("is read with its folders and hidden files, whatever the letters of the ending", async () => {
    await write("given/.hidden/.config.YML", "kind: ConfigMap");
    await write("given/sub/service.json", "{}");
    expect(await read("given")).toEqual({
      files: ["given/.hidden/.config.YML", "given/deployment.yaml", "given/sub/service.json"],
      lost: [],
      passed: [],
    });
  });

  it("loses nothing without a word: a link that leads out is named as a loss, and is not followed", async () => {
    await link("given/config.yaml", "../other/config.yaml");
    await link("given/all", "../other");
    await link("given/zero.yaml", "/dev/zero");
    const { files, lost } = await read("given");
    expect(files).toEqual(["given/deployment.yaml"]);
    const outside = "outside of what was given; name that with --from too, or put a copy here";
    expect(lost).toEqual([
      `given/all: is a link to other, ${outside}`,
      `given/config.yaml: is a link to other/config.yaml, ${outside}`,
      `given/zero.yaml: is a link to /dev/zero, ${outside}`,
    ]);
  });

  it("is complete if what its links lead to is given too", async () => {
    await link("given/config.yaml", "../other/config.yaml");
    await link("given/all", "../other");
    const { files, lost } = await read("given", "other");
    expect(files).toHaveLength(2);
    expect(lost).toEqual([]);
  });

  it("is no other because the name of a neighbour begins alike", async () => {
    await write("given-too/config.yaml", "kind: ConfigMap");
    await link("given/config.yaml", "../given-too/config.yaml");
    expect((await read("given")).lost).toHaveLength(1);
  });

  it("may hold links to itself: each file is read once, as in a mounted ConfigMap", async () => {
    await write("given/..data_1/config.yaml", "kind: ConfigMap");
    await link("given/..data", "..data_1");
    await link("given/config.yaml", "..data/config.yaml");
    await link("given/sub", ".");
    const { files, lost, passed } = await read("given");
    expect(files).toEqual(["given/..data_1/config.yaml", "given/deployment.yaml"]);
    expect(lost).toEqual([]);
    expect(passed).toEqual([
      "given/..data: is a link to a folder that is read itself",
      "given/sub: is a link to a folder that is read itself",
      "given/config.yaml: is read under another name",
    ]);
  });

  it("names links that lead nowhere, or in a circle", async () => {
    await link("given/broken.yaml", "nowhere");
    await link("given/circle.yaml", "circle.yaml");
    expect((await read("given")).lost).toEqual([
      "given/broken.yaml: is a link to what is not there; correct or remove it",
      "given/circle.yaml: is a link that leads back to itself; correct or remove it",
    ]);
  });

  it("names what is no manifest, which is no loss", async () => {
    await write("given/README.md", "How to deploy");
    await link("given/script.sh", "../other/script.sh");
    await write("other/script.sh", "");
    const { lost, passed } = await read("given");
    expect(lost).toEqual([]);
    expect(passed).toEqual([
      "given/README.md: is no .yaml, .yml or .json file",
      expect.stringMatching(/^given\/script\.sh: is a link to other\/script\.sh/),
    ]);
  });

  it("is refused if all that it holds is lost", async () => {
    await rm(join(folder, "given/deployment.yaml"));
    await link("given/config.yaml", "../other/config.yaml");
    await expect(read("given")).rejects.toThrow(
      /given: --from: holds no \.yaml[\s\S]*config\.yaml: --from: is a link to .*outside/,
    );
  });
});

describe("a file that is named", () => {
  it("is read through a link, since a person has named it", async () => {
    await link("link.yaml", "other/config.yaml");
    await link("folder", "other");
    expect((await read("link.yaml")).files).toEqual(["link.yaml"]);
    expect((await read("folder")).files).toEqual(["folder/config.yaml"]);
  });

  it("is read once, however often it is named", async () => {
    expect((await read("given", "given/deployment.yaml")).files).toEqual(["given/deployment.yaml"]);
  });

  it.each([
    ["in another encoding", new Uint8Array([0x64, 0xff, 0xfe]), /is not UTF-8 text; save it as UTF-8/],
    ["of 65 MiB", new Uint8Array(65 * 2 ** 20), /does not end within 64 MiB of all files together/],
  ])("%s is refused", async (_, content, message) => {
    await write("given/large.yaml", content);
    await expect(read("given")).rejects.toThrow(message);
  });

  it("that has no end is refused, and memory stays bounded", async () => {
    await expect(readManifestFiles(["/dev/zero"])).rejects.toThrow(/\/dev\/zero: --from: does not end within 64 MiB/);
  });
});
