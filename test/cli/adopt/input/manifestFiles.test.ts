import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readManifestFiles } from "../../../../cli/adopt/input/manifestFiles.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "gemelos-manifests-")));
  await write("given/deployment.yaml", "kind: Deployment");
  await write("other/config.yaml", "kind: ConfigMap");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

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
    await write("given/sub/service.json", '{ "kind": "Service" }');
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
    const outside = "outside of what was given; name that too, or put a copy here";
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
    await expect(read("given")).rejects.toThrow(/given: holds no \.yaml[\s\S]*config\.yaml: is a link to .*outside/);
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
    await expect(readManifestFiles(["/dev/zero"])).rejects.toThrow(/\/dev\/zero: does not end within 64 MiB/);
  });
});

const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\n";

describe("a folder that holds more than manifests", () => {
  it("has its other files named, with the command that makes manifests of them", async () => {
    await write("given/skaffold.yaml", "apiVersion: skaffold/v4beta6\nkind: Config\n");
    await write("given/docker-compose.yml", "services:\n  db: { image: postgres }\n");
    await write("given/package.json", '{ "name": "x", "version": "1" }');
    await write("given/tsconfig.json", '{ // comment\n "compilerOptions": {} }');
    await write("given/values.yaml", "controller:\n  kind: Deployment\n");
    await write("given/chart/Chart.yaml", "apiVersion: v2\nname: x\n");
    await write("given/chart/templates/deployment.yaml", "kind: Deployment\n{{- if .Values.x }}\n{{- end }}\n");
    await write("given/chart/templates/_helpers.tpl", '{{- define "x" }}{{ end }}');
    await write("given/kubeconfig.yaml", "apiVersion: v1\nkind: Config\nclusters: []\n");
    await write("given/empty.yaml", "# nothing\n");
    await write("given/node_modules/x/a.yaml", deployment);
    const { files, lost, passed } = await read("given");
    expect(files).toEqual(["given/deployment.yaml"]);
    expect(lost).toEqual([]);
    expect(passed.join("\n")).toMatch(
      /chart: is a Helm chart; helm template NAME .*given\/chart > manifests.yaml makes/,
    );
    expect(passed.join("\n")).toMatch(/docker-compose.yml: is for Docker Compose; kompose convert -f /);
    expect(passed.join("\n")).toMatch(/skaffold.yaml: is a tool's file \(apiVersion "skaffold\/v4beta6"\)/);
    for (const file of [
      "package.json",
      "tsconfig.json",
      "values.yaml",
      "kubeconfig.yaml",
      "empty.yaml",
      "node_modules",
    ]) {
      expect(passed).toContainEqual(expect.stringMatching(new RegExp(`^given/${file}: `)));
    }
  });

  it("loses what is a template of a manifest", async () => {
    await write("given/service.yaml", "kind: Service\nmetadata: { name: {{ .Values.name }} }\n");
    await write("given/config.yaml.j2", deployment);
    expect((await read("given")).lost).toEqual([
      expect.stringMatching(/^given\/config\.yaml\.j2: is a template/),
      expect.stringMatching(/^given\/service\.yaml: is a template/),
    ]);
  });

  it("keeps what is meant as a manifest, so that its mistake is told", async () => {
    await write("given/a.yaml", "apiVersion: apps/v1\nmetadata: { name: a }\nspec: {}\n");
    await write("given/b.yaml", "kind: Deployment\n  metadata: x: y\n");
    expect((await read("given")).files).toContain("given/a.yaml");
    expect((await read("given")).files).toContain("given/b.yaml");
  });

  it("is refused with the command if nothing else is there", async () => {
    await write("chart/Chart.yaml", "name: x\n");
    await write("chart/templates/a.yaml", "kind: {{ .Values.kind }}\n");
    await expect(read("chart")).rejects.toThrow(/chart: holds no manifest[\s\S]*is a Helm chart; helm template NAME /);
  });
});

describe("a Kustomization", () => {
  const kustomize = (path: string, text: string) => write(`${path}/kustomization.yaml`, text);

  it("that only lists its files is no loss", async () => {
    await kustomize("given", "resources: [deployment.yaml, sub]\ncommonLabels: { app: a }\n");
    await write("given/sub/service.yaml", "apiVersion: v1\nkind: Service\n");
    const { files, lost } = await read("given");
    expect(files).toEqual(["given/deployment.yaml", "given/sub/service.yaml"]);
    expect(lost).toEqual([]);
  });

  it("that changes what it lists is a loss, and its patches are no objects of their own", async () => {
    await kustomize(
      "given",
      "resources: [deployment.yaml]\npatches:\n  - path: patch.yaml\nconfigMapGenerator:\n  - { name: c, files: [k=c.yaml] }\n",
    );
    await write("given/patch.yaml", deployment);
    await write("given/c.yaml", deployment);
    const { files, lost, passed } = await read("given");
    expect(files).toEqual(["given/deployment.yaml"]);
    expect(lost).toEqual([
      expect.stringMatching(
        /kustomization.yaml: changes what it lists \(patches, configMapGenerator\); kubectl kustomize .*given > manifests/,
      ),
    ]);
    expect(passed).toHaveLength(2);
  });

  it("over another one is named instead of read, so that nothing is read twice", async () => {
    await kustomize("k8s/base", "resources: [deployment.yaml]\n");
    await write("k8s/base/deployment.yaml", deployment);
    for (const site of ["dc1", "dc2"]) {
      await kustomize(`k8s/overlays/${site}`, "resources: [../../base, ingress.yaml]\n");
      await write(`k8s/overlays/${site}/ingress.yaml`, "apiVersion: v1\nkind: Ingress\n");
    }
    const { files, lost } = await read("k8s");
    expect(files).toEqual(["k8s/base/deployment.yaml"]);
    expect(lost).toEqual([
      expect.stringMatching(/^k8s\/overlays\/dc1: is an overlay of ..\/..\/base; kubectl kustomize /),
      expect.stringMatching(/^k8s\/overlays\/dc2: /),
    ]);
    await expect(read("k8s/overlays/dc1")).rejects.toThrow(/kubectl kustomize .*dc1 > manifests\.yaml/);
  });
});

describe("a place that a person names", () => {
  beforeEach(() => {
    // As npm sets them when `npm run` is called in another folder.
    vi.stubEnv("INIT_CWD", folder);
    vi.stubEnv("npm_package_json", join(process.cwd(), "package.json"));
  });

  it("counts from where the person stands, and is shown as it was written", async () => {
    const { files } = await readManifestFiles(["given", "./other/config.yaml"]);
    expect(files.map(({ file }) => file)).toEqual(["given/deployment.yaml", "./other/config.yaml"]);
  });

  it("may be a pattern, whether or not the shell has followed it", async () => {
    await write("given/README.md", "text");
    await write("given/kustomization.yaml", "resources: [deployment.yaml]\n");
    const names = async (...places: string[]) => (await readManifestFiles(places)).files.map(({ file }) => file);
    expect(await names("given/*")).toEqual(["given/deployment.yaml"]);
    expect(await names("**/*.{yaml,yml}")).toEqual(["given/deployment.yaml", "other/config.yaml"]);
    expect(await names("given/README.md", "given/deployment.yaml", "given/kustomization.yaml")).toEqual([
      "given/deployment.yaml",
    ]);
    await expect(names("nothing/*.yaml")).rejects.toThrow(/nothing\/\*\.yaml: is a pattern that matches nothing/);
  });

  it("may be standard input, once", async () => {
    const { files } = await readManifestFiles(["-", "given", "-"], Readable.from([Buffer.from(deployment)]));
    expect(files.map(({ file }) => file)).toEqual(["standard input", "given/deployment.yaml"]);
    expect(files[0]?.text).toBe(deployment);
    const terminal = Object.assign(Readable.from([]), { isTTY: true });
    await expect(readManifestFiles(["-"], terminal)).rejects.toThrow(
      /standard input: is a terminal; send manifests into it/,
    );
  });

  it("is refused with all other problems at once", async () => {
    await write("binary.yaml", new Uint8Array([0x61, 0, 0x62]));
    await write("locked.yaml", "");
    await chmod(join(folder, "locked.yaml"), 0);
    const refused = readManifestFiles(["missing.yaml", "binary.yaml", "locked.yaml"]);
    await expect(refused).rejects.toThrow(/missing\.yaml: is not there/);
    await expect(refused).rejects.toThrow(/binary\.yaml: is binary, not text/);
    if (process.getuid?.() !== 0) await expect(refused).rejects.toThrow(/locked\.yaml: cannot be read \(EACCES\)/);
  });

  it("may be what PowerShell has written", async () => {
    await write("utf16.yaml", Buffer.from(`\ufeff${deployment}`, "utf16le"));
    expect((await readManifestFiles(["utf16.yaml"])).files[0]?.text).toBe(deployment);
  });

  it("cannot act on the terminal by its name", async () => {
    await write("evil\u001b[2J\n`x`\u202e.yaml", deployment);
    const { files } = await readManifestFiles(["evil*"]);
    expect(files[0]?.file).toBe("evil\\u001b[2J\\n`x`\\u202e.yaml");
  });
});
