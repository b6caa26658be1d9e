import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureDefinitions } from "../../../sandbox/toolchain/definitions.ts";

// Go is a script of each test: whatever module it is asked for is the folder `module`.
let folder: string;
let bin: string;
let cache: string;

const definitions = [
  "config/crds/bases/external-secrets.io_externalsecrets.yaml",
  "config/crds/bases/external-secrets.io_secretstores.yaml",
  "config/crds/bases/generators.external-secrets.io_vaultdynamicsecrets.yaml",
  "config/crd/standard/gateway.networking.k8s.io_gateways.yaml",
  "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-definitions-"));
  [bin, cache] = [join(folder, "bin"), join(folder, "cache")];
  await mkdir(bin);
  for (const file of definitions) {
    await mkdir(dirname(join(folder, "module", file)), { recursive: true });
    await writeFile(join(folder, "module", file), `kind: CustomResourceDefinition # ${file}\n`);
  }
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function go(download: string): Promise<void> {
  const script = `#!/bin/sh
if [ "$1" = env ]; then echo go1.26.8; exit 0; fi
echo fetch >> ${join(folder, "fetches")}
${download}
`;
  await writeFile(join(bin, "go"), script);
  await chmod(join(bin, "go"), 0o755);
}

const works = () => go(`echo '{"Dir": "${join(folder, "module")}"}'`);

function ensure(): Promise<readonly string[]> {
  return ensureDefinitions({
    cache,
    signal: new AbortController().signal,
    step: (_name, work) => work(),
    environment: { PATH: `${bin}:/usr/bin:/bin` },
  });
}

async function fetches(): Promise<number> {
  return (await readFile(join(folder, "fetches"), "utf8").catch(() => "")).split("\n").length - 1;
}

async function leftInCache(): Promise<string[]> {
  const names = await readdir(join(cache, "tools")).catch(() => []);
  return names.filter((name) => name.startsWith("definitions-"));
}

test("definitions are fetched once, from each module, and then used from the cache", async () => {
  await works();
  const files = await ensure();
  expect(files).toHaveLength(definitions.length);
  for (const file of files) expect(await readFile(file, "utf8")).toContain("CustomResourceDefinition");
  expect(await ensure()).toEqual(files);
  expect(await fetches()).toBe(2);
});

test("a fetch that fails says why, names its log and leaves nothing that looks whole; the next one mends it", async () => {
  await go(`printf '{\\n\\t"Error": "reading the proxy: 403 Forbidden"\\n}\\n'; exit 1`);
  await expect(ensure()).rejects.toThrow(
    /could not be fetched: [\s\S]*403 Forbidden[\s\S]*The whole log: .*definitions\.log/,
  );
  expect(await leftInCache()).toEqual([]);
  await works();
  expect(await ensure()).toHaveLength(definitions.length);
});

test("a module that lacks a definition is an error, and no part of it stays", async () => {
  await rm(join(folder, "module", definitions[4] ?? ""));
  await works();
  await expect(ensure()).rejects.toThrow(/could not be fetched: .*httproutes\.yaml/);
  expect(await leftInCache()).toEqual([]);
});

test("a definition in the cache that is empty, as after a crash of the machine, is fetched again", async () => {
  await works();
  const [first = ""] = await ensure();
  await truncate(first, 0);
  await ensure();
  expect(await readFile(first, "utf8")).toContain("CustomResourceDefinition");
});
