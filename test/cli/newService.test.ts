import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDocument, stringify } from "yaml";
import { withReleases } from "../../cli/adopt/writing/releases.ts";
import { microservice } from "../support/fixtures.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;

beforeEach(async () => {
  project = await ProjectCopy.create();
});

afterEach(() => project.dispose());

/** Everything in the project that the command could change. */
async function state(): Promise<Record<string, string>> {
  const names = (await readdir(project.folder)).filter((name) => name !== "node_modules");
  const services = await readdir(project.path("services"), { recursive: true });
  return {
    names: names.join(),
    services: services.sort().join(),
    dc1: await project.read("Pulumi.dc1.yaml"),
    dc2: await project.read("Pulumi.dc2.yaml"),
  };
}

function lines(before: string | undefined, after: string): string[] {
  const known = new Set(before?.split("\n"));
  return after.split("\n").filter((line) => !known.has(line));
}

describe("new-service NAME", () => {
  it("makes a folder that type-checks and renders at once, with a release in every site's file", async () => {
    const before = await state();
    const { code, stdout } = await project.run("new-service", "land-registry");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Pulumi\.dc1\.yaml and Pulumi\.dc2\.yaml: gemelos:releases\.land-registry .*0\.0\.0@sha256:0000/,
    );
    expect(await project.read("services/land-registry/index.ts")).toContain(
      "export const landRegistry: Microservice = {",
    );
    for (const site of ["dc1", "dc2"]) {
      const text = await project.read(`Pulumi.${site}.yaml`);
      expect(lines(before[site], text)).toEqual([
        expect.stringMatching(/^ {4}land-registry: 0\.0\.0@sha256:0{64} # to be filled in/),
      ]);
    }
    const types = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "--incremental", "false"], {
      cwd: project.folder,
      encoding: "utf8",
    });
    // Whatever else is under way, the new folder is sound.
    expect(types.stdout).not.toContain("land-registry");
    const rendered = await project.run("render");
    expect(rendered.stderr).not.toContain("problem");
    expect(rendered.code).toBe(0);
    expect(await project.read("out/dc2/land-registry/deployment-land-registry.yaml")).toContain(
      "land-registry:0.0.0@sha256",
    );
  });

  it("leaves a site in which nothing is released yet as it is, and says so", async () => {
    const site = parseDocument(await project.read("Pulumi.dc2.yaml"));
    site.setIn(["config", "gemelos:releases"], {});
    await project.write("Pulumi.dc2.yaml", site.toString({ lineWidth: 0 }));
    const before = await state();
    const { code, stdout, stderr } = await project.run("new-service", "land-registry");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(await project.read("Pulumi.dc2.yaml")).toBe(before["dc2"]);
    expect(stdout).toMatch(/Pulumi\.dc2\.yaml: nothing is released .*gemelos:releases\.land-registry/);
    expect(stdout).toMatch(/Pulumi\.dc1\.yaml: gemelos:releases\.land-registry .*0\.0\.0@sha256:0000/);
    const rendered = await project.run("render");
    expect(rendered.code, rendered.stderr).toBe(0);
  });

  it("states what was asked for", async () => {
    const { code } = await project.run(
      "new-service",
      "land-registry",
      "--namespace",
      "land",
      "--owner",
      "team-land@tax.example",
      "--description",
      'Knows "land"',
    );
    expect(code).toBe(0);
    const text = await project.read("services/land-registry/index.ts");
    expect(text).toContain('namespace: "land"');
    expect(text).toContain('owner: "team-land@tax.example"');
    expect(text).toContain(`description: 'Knows "land"'`);
  });

  it.each([
    ["a name of other letters", ["declaración"], /the name must be a DNS label/],
    ["a name that is too long", ["x".repeat(41)], /at most 40 characters/],
    ["a folder that exists", ["receipts"], /^error: services\/receipts already exists.*overwritten/],
    ["a namespace of the cluster", ["land", "--namespace", "kube-system"], /services\/land: namespace: "kube-system" /],
    ["a namespace that holds cardholder data", ["land", "--namespace", "payments"], /holds cardholder data/],
    ["manifests, which adopt reads", ["land", "--from", "a.yaml"], /are taken in by npm run adopt -- FILE\|DIR/],
    ["manifests without a name", ["--from", "a.yaml"], /are taken in by npm run adopt -- FILE\|DIR/],
    ["no name", [], /missing required argument 'name'/],
  ])("refuses %s and changes nothing", async (_, args, message) => {
    const before = await state();
    const { code, stdout, stderr } = await project.run("new-service", ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(await state()).toEqual(before);
  });
});

describe("several new-service at once", () => {
  const names = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"];

  it("lose nothing: each service that was said to be written has its folder and its releases", async () => {
    const ended = await Promise.all(names.map((name) => project.run("new-service", name)));
    expect(
      ended.map(({ code, stderr }) => `${code} ${stderr.replace(/^another command is changing.*\n/, "")}`),
    ).toEqual(names.map(() => "0 "));
    for (const site of ["dc1", "dc2"]) {
      const { config } = parseDocument(await project.read(`Pulumi.${site}.yaml`)).toJS();
      expect(Object.keys(config["gemelos:releases"])).toEqual(expect.arrayContaining(names));
    }
    const { code, stderr } = await project.run("render");
    expect(code, stderr).toBe(0);
  });

  it("of one name write it once, and the other says so in a line", async () => {
    const ended = await Promise.all([1, 2].map(() => project.run("new-service", "alpha")));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 2]);
    const refused = ended.find(({ code }) => code === 2);
    expect(refused?.stderr).toMatch(/^error: services\/alpha already exists .*\n$/m);
  });
});

describe("a release in a site's file", () => {
  const text = stringify({ config: { "gemelos:site": { name: "dc1" } } }).replace("\n", " # kept\n");

  const withRelease = (file: string, name: string, release: string) =>
    withReleases(file, [{ service: microservice({ name }), release }], "Pulumi.dc1.yaml");

  it("is put in its alphabetical place, and no other byte changes", () => {
    const file = `# a comment\n${text}  gemelos:releases:\n    # of this service\n    b: 1@sha256:x # why\n    d: 2\n`;
    expect(
      withRelease(file, "c", "3@sha256:y")
        .split("\n")
        .filter((line) => line !== "    c: 3@sha256:y")
        .join("\n"),
    ).toBe(file);
    expect(withRelease(file, "c", "3@sha256:y")).toMatch(/ b: .*\n {4}c: 3@sha256:y\n {4}d/);
  });

  it("is put first, last, and into an empty map", () => {
    const file = `${text}  gemelos:releases:\n    b: 1\n    d: 2`;
    expect(withRelease(file, "a", "0")).toContain('gemelos:releases:\n    a: "0"\n    b: 1\n');
    expect(withRelease(file, "e", "3")).toMatch(/ {4}d: 2\n {4}e: "3"\n$/);
    for (const empty of ["gemelos:releases: {}", "gemelos:releases:"]) {
      expect(withRelease(`config:\n  ${empty}\n`, "a", "0")).toContain('  gemelos:releases:\n    a: "0"\n');
    }
  });

  it("stays as it is where there is one", () => {
    const file = `${text}  gemelos:releases:\n    c: 1\n`;
    expect(withRelease(file, "c", "2")).toBe(file);
  });
});

it("waits for no run in another project, also where the two share their packages", async () => {
  const others = await Promise.all([ProjectCopy.create(), ProjectCopy.create(), ProjectCopy.create()]);
  try {
    const runs = await Promise.all([project, ...others].map((each) => each.run("new-service", "refunds")));
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: "" })));
  } finally {
    await Promise.all(others.map((each) => each.dispose()));
  }
});
