import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDocument, stringify } from "yaml";
import { withRelease } from "../../cli/adopt/releases.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { adoptAs, casePath, plainDeployment, readCase, sites } from "./adopt/manifests.ts";

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
    const { code, stdout } = await project.run("newService", "land-registry");
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
    const { code, stdout, stderr } = await project.run("newService", "land-registry");
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
      "newService",
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
    ["a file that is not there", ["land", "--from", "nowhere.yaml"], /nowhere\.yaml/],
    ["a folder without manifests", ["land", "--from", "cli"], /cli\b.*\.yaml, \.yml or \.json/],
    ["no name", [], /missing required argument 'name'/],
  ])("refuses %s and changes nothing", async (_, args, message) => {
    const before = await state();
    const { code, stdout, stderr } = await project.run("newService", ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(await state()).toEqual(before);
  });
});

describe("new-service NAME --from", () => {
  it("takes the owner's manifests in: lists, folder and the very objects that render writes", async () => {
    const { code, stdout } = await project.run(
      "newService",
      "container-name",
      "--from",
      casePath("owner"),
      "--format",
      "json",
    );
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.notCarriedOver).toEqual([]);
    expect(report.carriedOver.length).toBeGreaterThan(35);
    const pinned = await readFile(casePath("owner", "pinned", "index.ts.txt"), "utf8");
    expect(await project.read("services/container-name/index.ts")).toBe(pinned);
    expect((await project.run("render")).code).toBe(0);
    // What was compared is what render writes.
    const adopted = adoptAs("container-name", await readCase("owner"));
    for (const { site, objects } of adopted.compare(adopted.service).sites) {
      for (const manifest of Object.values(objects)) {
        const metadata = manifest["metadata"];
        const name = typeof metadata === "object" && metadata !== null && "name" in metadata ? metadata["name"] : "";
        const file = `out/${site}/container-name/${String(manifest["kind"]).toLowerCase()}-${String(name)}.yaml`;
        expect(parseDocument(await project.read(file)).toJS()).toEqual(JSON.parse(JSON.stringify(manifest)));
      }
    }
    expect(sites).toHaveLength(2);
  });

  it("writes nothing and answers 1 where something would be lost, and writes with --accept-losses", async () => {
    const before = await state();
    const from = ["refunds", "--from", casePath("sidecar-and-init")];
    const first = await project.run("newService", ...from);
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/^Nothing was written\b/m);
    expect(await state()).toEqual(before);
    const second = await project.run("newService", ...from, "--accept-losses");
    expect(second.code).toBe(0);
    expect(await project.read("services/refunds/index.ts")).toContain("export const refunds");
    const third = await project.run("newService", ...from, "--accept-losses");
    expect(third.code).toBe(2);
    expect(third.stderr).toMatch(/^error: services\/refunds already exists/);
  });

  it("writes no secret anywhere", async () => {
    const { stdout, stderr } = await project.run(
      "newService",
      "billing",
      "--from",
      casePath("env-from"),
      "--accept-losses",
    );
    const found = spawnSync(
      "grep",
      [
        "-rlE",
        "planted|cGxhbnRlZ",
        project.path("services"),
        project.path("Pulumi.dc1.yaml"),
        project.path("Pulumi.dc2.yaml"),
      ],
      { encoding: "utf8" },
    );
    expect(found.stdout).toBe("");
    expect(stdout + stderr).not.toMatch(/planted|cGxhbnRlZ/);
    expect(stdout).toMatch(/Secret billing-secrets, key DB_PASSWORD/);
    expect(stdout).not.toBe("");
  });

  it("names a link that leads out of the folder as a loss, and writes nothing", async () => {
    const before = await state();
    const outside = await mkdtemp(join(tmpdir(), "gemelos-outside-"));
    try {
      await writeFile(join(outside, "config.yaml"), "kind: ConfigMap\nmetadata: { name: a }\n");
      await project.write("out/given/deployment.yaml", plainDeployment);
      await symlink(join(outside, "config.yaml"), project.path("out/given/config.yaml"));
      await symlink("nowhere", project.path("out/given/broken\nWritten"));
      const lossy = await project.run("newService", "orders", "--from", "out/given");
      expect(lossy.stdout).toMatch(/^Not read: 2$/m);
      expect(lossy.stdout).toMatch(/^ {2}out\/given\/broken\\nWritten: is a link to what is not there/m);
      expect(lossy.stdout).toMatch(/^ {2}out\/given\/config\.yaml: is a link to .*outside of what was given/m);
      expect(lossy.stdout).toMatch(/^Nothing was written: 0 fields are not carried over, and 2 files were not read/m);
      expect(lossy.code).toBe(1);
      await project.remove("out");
      expect(await state()).toEqual(before);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it("shows what nobody would see, and writes it into code that means the same", async () => {
    const hidden = plainDeployment
      .replace(
        "image:",
        'args: ["\\u202eevil", "\\e[31mred", "*/ //\\u2028", "`${process.exit(5)}`"]\n          image:',
      )
      .replace("name: orders }", 'name: orders, annotations: { gemelos.dev/description: "\\u2066a" } }');
    await project.write("orders.yaml", hidden);
    const { code, stdout } = await project.run("newService", "orders", "--from", "orders.yaml");
    expect(code).toBe(0);
    const text = await project.read("services/orders/index.ts");
    const invisible = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;
    expect(stdout).not.toMatch(invisible);
    expect(text).not.toMatch(invisible);
    expect(stdout).toContain("args[0]: \\u202eevil");
    expect(text).toContain('args: ["\\u202eevil", "\\u001b[31mred", "*/ //\\u2028", "`${process.exit(5)}`"]');
    await project.run("render");
    const deployment = parseDocument(await project.read("out/dc1/orders/deployment-orders.yaml"));
    const args = ["spec", "template", "spec", "containers", 0, "args"];
    expect(deployment.toJS()).toHaveProperty(args, [
      "\u202eevil",
      "\u001b[31mred",
      "*/ //\u2028",
      "`${process.exit(5)}`",
    ]);
  });

  it("leaves everything as it was where a site's file cannot be replaced or the input is wrong", async () => {
    await project.write("broken.yaml", "kind: Deployment\n\tname: x\n");
    const before = await state();
    const { code, stderr } = await project.run("newService", "broken", "--from", "broken.yaml");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}broken\.yaml: line 2: .*YAML/m);
    expect(await state()).toEqual(before);
  });
});

describe("several new-service at once", () => {
  const names = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"];

  it("lose nothing: each service that was said to be written has its folder and its releases", async () => {
    const ended = await Promise.all(names.map((name) => project.run("newService", name)));
    expect(ended.map(({ code, stderr }) => `${code} ${stderr.replace(/^another new-service.*\n/, "")}`)).toEqual(
      names.map(() => "0 "),
    );
    for (const site of ["dc1", "dc2"]) {
      const { config } = parseDocument(await project.read(`Pulumi.${site}.yaml`)).toJS();
      expect(Object.keys(config["gemelos:releases"])).toEqual(expect.arrayContaining(names));
    }
    const { code, stderr } = await project.run("render");
    expect(code, stderr).toBe(0);
  });

  it("of one name write it once, and the other says so in a line", async () => {
    const ended = await Promise.all([1, 2].map(() => project.run("newService", "alpha")));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 2]);
    const refused = ended.find(({ code }) => code === 2);
    expect(refused?.stderr).toMatch(/^error: services\/alpha already exists .*\n$/m);
  });
});

describe("a release in a site's file", () => {
  const text = stringify({ config: { "gemelos:site": { name: "dc1" } } }).replace("\n", " # kept\n");

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
    expect(withRelease(file, "a", "0")).toContain("gemelos:releases:\n    a: 0\n    b: 1\n");
    expect(withRelease(file, "e", "3")).toMatch(/ {4}d: 2\n {4}e: 3\n$/);
    for (const empty of ["gemelos:releases: {}", "gemelos:releases:"]) {
      expect(withRelease(`config:\n  ${empty}\n`, "a", "0")).toContain('  gemelos:releases:\n    a: "0"\n');
    }
  });

  it("stays as it is where there is one", () => {
    const file = `${text}  gemelos:releases:\n    c: 1\n`;
    expect(withRelease(file, "c", "2")).toBe(file);
  });
});
