import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureTool, type ReadyTool } from "../../../sandbox/toolchain/build.ts";
import { type Tool, tools } from "../../../sandbox/toolchain/tools.ts";

/** `etcd`, as the sandbox wants it; Go and installed versions are scripts of each test. */
const etcd: Tool = tools.find(({ name }) => name === "etcd") ?? raise("there is no tool etcd");

function raise(message: string): never {
  throw new Error(message);
}

let folder: string;
let bin: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-tools-"));
  [bin, cache] = [join(folder, "bin"), join(folder, "cache")];
  await mkdir(bin);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function script(name: string, text: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
  await chmod(join(bin, name), 0o755);
}

/** A Go that builds by `build`, with the file to write in `$out`, and counts its builds. */
async function go(build: string, version = "go1.26.8"): Promise<void> {
  await script(
    "go",
    `if [ "$1" = env ]; then echo ${version}; exit 0; fi
echo build >> ${join(folder, "builds")}
while [ "$1" != -o ]; do shift; done
out=$2
${build}`,
  );
}

const works = 'printf "#!/bin/sh\\necho v3.6.7\\n" > "$out"; chmod +x "$out"';

function ensure(signal: AbortSignal = new AbortController().signal): Promise<ReadyTool> {
  return ensureTool(etcd, {
    cache,
    signal,
    step: (_name, work) => work(),
    environment: { PATH: `${bin}:/usr/bin:/bin` },
  });
}

async function builds(): Promise<number> {
  const text = await readFile(join(folder, "builds"), "utf8").catch(() => "");
  return text.split("\n").length - 1;
}

async function leftInCache(): Promise<string[]> {
  const names = await readdir(join(cache, "tools")).catch(() => []);
  return names.filter((name) => name.startsWith("etcd-v"));
}

test("a tool that is missing is built once and then used from the cache", async () => {
  await go(works);
  const built = await ensure();
  expect(await readFile(built.path, "utf8")).toContain("echo v3.6.7");
  expect(await ensure()).toEqual(built);
  expect(await builds()).toBe(1);
});

test("an installed tool of a fitting version is used, and nothing is built", async () => {
  await script("etcd", "echo etcd Version: 3.6.99");
  expect(await ensure()).toEqual({ path: join(bin, "etcd"), version: "3.6.99", installed: true });
});

test("an installed tool that is too old is passed over", async () => {
  await script("etcd", "echo etcd Version: 3.5.1");
  await go(works);
  expect((await ensure()).installed).toBe(false);
});

test("without Go the message says what is needed and both remedies", async () => {
  await rm(join(bin, "go"), { force: true });
  const noGo = ensureTool(etcd, {
    cache,
    signal: new AbortController().signal,
    step: (_name, work) => work(),
    environment: { PATH: bin },
  });
  await expect(noGo).rejects.toThrow(/no Go on the PATH\. Install Go 1\.26\.0 or newer .*, or etcd itself/);
});

test("a Go that is too old is named with its version", async () => {
  await go(works, "go1.21.13");
  await expect(ensure()).rejects.toThrow("1.26.0 or newer, and this machine has go1.21.13");
  expect(await builds()).toBe(0);
});

test("a build that fails says why, names its log and leaves nothing that looks whole", async () => {
  await go('echo half > "$out"; echo "cannot find module" >&2; exit 1');
  await expect(ensure()).rejects.toThrow(/cannot find module\n[\s\S]*The whole log: .*etcd\.log/);
  expect(await leftInCache()).toEqual([]);
});

test("a full disk is named as such", async () => {
  await go('echo "write $out: no space left on device" >&2; exit 1');
  await expect(ensure()).rejects.toThrow("the disk is full");
});

test("an interrupted build leaves nothing that looks whole, and the next one starts afresh", async () => {
  await go(`echo half > "$out"; touch ${join(folder, "started")}; exec sleep 60`);
  const stop = new AbortController();
  const interrupted = ensure(stop.signal);
  interrupted.catch(() => undefined);
  await expect.poll(() => readdir(folder)).toContain("started");
  stop.abort();
  await expect(interrupted).rejects.toThrow();
  expect(await leftInCache()).toEqual([]);
  await go(works);
  expect(await readFile((await ensure()).path, "utf8")).toContain("echo v3.6.7");
});

test("what a killed build left behind is removed by the next", async () => {
  await go(works);
  const { path } = await ensure();
  const place = join(path, "..", "..");
  await rm(place, { recursive: true });
  await mkdir(join(`${place}.tmp`, "bin"), { recursive: true });
  await writeFile(join(`${place}.tmp`, "bin", "etcd"), "half");
  await ensure();
  expect(await leftInCache()).toHaveLength(1);
});

test("two that ask at once build once: the second waits and uses what the first has built", async () => {
  await go(works);
  const [one, two] = await Promise.all([ensure(), ensure()]);
  expect(one).toEqual(two);
  expect(await builds()).toBe(1);
});

test("an executable in the cache that was cut is built again", async () => {
  await go(works);
  const { path } = await ensure();
  await truncate(path, 3);
  expect(await readFile((await ensure()).path, "utf8")).toContain("echo v3.6.7");
  expect(await builds()).toBe(2);
});
