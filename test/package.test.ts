import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import typescript from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import commandLine from "../bin/package.json" with { type: "json" };
import project from "../package.json" with { type: "json" };

const root = join(import.meta.dirname, "..");
let folder: string;
let installed: string;

/** The parts of docs/components.md, as they stand there. */
const [one = "", datacenter = "", several = "", vault = ""] = [
  ...readFileSync(join(root, "docs", "components.md"), "utf8").matchAll(/^```ts\n(import .*?)^```$/gms),
].map(([, code]) => code);

/** What the later parts take from the first, and what they leave to the reader. */
const given = `${one.replaceAll(/^const /gm, "export const ")}
import { describeMicroservice, microserviceManifests } from "gemelos";
export const notifications: Microservice = { ...receipts, name: "notifications", calls: () => [receipts] };
export const notificationsRelease = release;
export const deploymentPolicy = 'path "auth/token/lookup-self" { capabilities = ["read"] }';
export const manifests = microserviceManifests({ service: describeMicroservice(receipts), site, release });
`;

/** Runs a part without an engine, and prints what it registers. */
const withMocks = `
import * as pulumi from "@pulumi/pulumi";
const registered: string[] = [];
await pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    registered.push(type);
    const uid = "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11";
    return { id: name, state: { ...inputs, metadata: { ...inputs["metadata"], uid } } };
  },
  call: ({ inputs }) => inputs,
});
await import(String(process.argv[2]));
await pulumi.runtime.disconnect();
console.log(registered.join("\\n"));
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-package-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  const [tarball = ""] = readdirSync(folder);
  const modules = join(folder, "node_modules");
  installed = join(modules, "gemelos");
  await mkdir(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, tarball), "--strip-components=1", "-C", installed]);
  // What npm would install with it, and what type-checking needs.
  for (const name of [...Object.keys(manifest().dependencies), "@types/node"]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, "node_modules", name), join(modules, name));
  }
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const write = (name: string, text: string) => writeFile(join(folder, `${name}.ts`), text);
  const taken = (names: string, code: string) => `import { ${names} } from "./given.ts";\n${code}`;
  await Promise.all([
    write("given", given),
    write("run", withMocks),
    write("one", one),
    write("datacenter", taken("providers, receipts, release, site, siteVault", datacenter)),
    write(
      "several",
      taken("notifications, notificationsRelease, providers, receipts, release, site, siteVault", several),
    ),
    write("vault", taken("deploymentPolicy, manifests, providers, site, siteVault", vault)),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Manifest {
  readonly main?: string;
  readonly bin?: unknown;
  readonly exports: { readonly ".": Readonly<Record<string, string>> };
  readonly dependencies: Readonly<Record<string, string>>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
}

describe("docs/components.md, with the installed package", () => {
  it.each([
    ["one", "kubernetes:apps/v1:Deployment"],
    ["datacenter", "kubernetes:core/v1:ResourceQuota"],
    ["several", "kubernetes:networking.k8s.io/v1:NetworkPolicy"],
    ["vault", "vault:kv/secretV2:SecretV2"],
  ])("runs its part %s as it is", (part, type) => {
    const output = execFileSync(process.execPath, ["run.ts", `./${part}.ts`], { cwd: folder, encoding: "utf8" });
    expect(output.split("\n")).toContain(type);
  });

  it("has the right types", () => {
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--allowImportingTsExtensions", "--module", "nodenext"];
    const files = ["run.ts", "one.ts", "datacenter.ts", "several.ts", "vault.ts"];
    const command = [...options, "--target", "es2024", "--types", "node", "--ignoreConfig", ...files];
    execFileSync(join(root, "node_modules", ".bin", "tsc"), command, { cwd: folder, stdio: "inherit" });
  });
});

describe("the package", () => {
  it("holds the components and nothing of this repository's sites, services, commands or tests", () => {
    const parts = readdirSync(installed, { recursive: true }).map(String);
    expect(parts).toContain(join("dist", "components", "index.d.ts"));
    expect(parts.filter((part) => /Pulumi|services\/|test|cli|recorder|command|^bin/.test(part))).toEqual([]);
  });

  it("leads to files that are in it", () => {
    const { main, bin, exports } = manifest();
    expect([main, bin]).toEqual([undefined, undefined]);
    for (const file of Object.values(exports["."])) expect(existsSync(join(installed, file)), file).toBe(true);
  });

  it("brings what the components import, and nothing else", () => {
    expect(Object.keys(manifest().dependencies)).toEqual(importsOf([join(installed, "dist")], /\.(js|d\.ts)$/));
  });
});

describe("the packages of the commands", () => {
  it("are what the commands import beside those of the components, and nothing else", () => {
    // Imported by the kind of each object, see recorder/kubernetesSchema.ts.
    const dynamic = ["@kubernetes-models/gateway-api", "kubernetes-models"];
    const folders = ["cli", "clusterClient", "command", "delivery", "recorder", "rollout", "vaultClient"].map((name) =>
      join(root, name),
    );
    const needed = importsOf(folders, /\.ts$/).filter((name) => !Object.hasOwn(project.dependencies, name));
    expect(Object.keys(commandLine.dependencies)).toEqual([...dynamic, ...needed].sort());
  });
});

it("the commands find their packages in the version that is stated, although bin/ states them", () => {
  for (const [name, version] of Object.entries(commandLine.dependencies)) {
    const found: unknown = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
    expect(found, name).toMatchObject({ version });
  }
});

/** The packages that files below some folders import, sorted. */
function importsOf(folders: readonly string[], kind: RegExp): string[] {
  const files = folders.flatMap((place) =>
    readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && kind.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const names = files
    .flatMap((file) => typescript.preProcessFile(readFileSync(file, "utf8")).importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith(".") && !name.startsWith("node:"));
  return [...new Set(names.map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")))].sort();
}
