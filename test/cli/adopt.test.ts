import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { readStackFiles, siteOf } from "../../recorder/stackFile.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { adoptAs, casePath, plainDeployment, readCase } from "./adopt/manifests.ts";

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

describe("adopt", () => {
  it("takes the owner's manifests in: lists, folder and the very objects that render writes", async () => {
    const { code, stdout } = await project.run("adopt", casePath("owner"), "--format", "json");
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ deployments: [{ service: "container-name" }], left: [], written: true });
    expect(report.services[0].notCarriedOver).toEqual([]);
    expect(report.services[0].carriedOver.length).toBeGreaterThan(35);
    const pinned = await readFile(casePath("owner", "pinned", "index.ts.txt"), "utf8");
    expect(await project.read("services/container-name/index.ts")).toBe(pinned);
    expect((await project.run("render")).code).toBe(0);
    // What was compared is what render writes.
    const stacks = await readStackFiles(["dc1", "dc2"], project.folder);
    const own = stacks.map((stack) => ({ ...siteOf(stack), releases: {} }));
    const adopted = adoptAs("container-name", await readCase("owner"), own);
    for (const { site, objects } of adopted.compare(adopted.service).sites) {
      for (const manifest of Object.values(objects)) {
        const metadata = manifest["metadata"];
        const name = typeof metadata === "object" && metadata !== null && "name" in metadata ? metadata["name"] : "";
        const file = `out/${site}/container-name/${String(manifest["kind"]).toLowerCase()}-${String(name)}.yaml`;
        expect(parseDocument(await project.read(file)).toJS()).toEqual(JSON.parse(JSON.stringify(manifest)));
      }
    }
  });

  it("writes nothing and answers 1 where something would be lost, and writes with --accept-losses", async () => {
    const before = await state();
    const from = [casePath("sidecar-and-init"), "--service", "refunds"];
    const first = await project.run("adopt", ...from);
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/^Nothing was written\b/m);
    expect(await state()).toEqual(before);
    const second = await project.run("adopt", ...from, "--accept-losses");
    expect(second.code).toBe(0);
    expect(await project.read("services/refunds/index.ts")).toContain("export const refunds");
    const third = await project.run("adopt", ...from, "--accept-losses");
    expect(third.code).toBe(2);
    expect(third.stderr).toMatch(/services\/refunds already exists/);
  });

  it("writes no secret anywhere", async () => {
    const { stdout, stderr } = await project.run("adopt", casePath("env-from"), "--accept-losses", "--details");
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
      const lossy = await project.run("adopt", "out/given");
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
    const { code, stdout } = await project.run("adopt", "orders.yaml", "--details");
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
    const { code, stderr } = await project.run("adopt", "broken.yaml");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}broken\.yaml: line 2: .*YAML/m);
    expect(await state()).toEqual(before);
  });

  it.each([
    ["a file that is not there", ["nowhere.yaml"], /nowhere\.yaml/],
    ["a folder without manifests", ["command"], /command\b.*\.yaml, \.yml or \.json/],
    ["no manifests", [], /missing required argument 'manifests'/],
    ["a database", ["database.yaml"], /is not taken for Java \(image postgres\).*say --service orders/],
    ["a service that is not there", ["all.yaml", "--service", "x"], /no Deployment "x" .*; they have orders, billing/],
    ["one description for two services", ["all.yaml", "--description", "d"], /^error: --description .* 2 are taken in/],
    [
      "a namespace of the cluster",
      ["all.yaml", "--namespace", "kube-system"],
      /services\/billing: namespace: [\s\S]*orders/,
    ],
  ])("refuses %s and changes nothing", async (_, args, message) => {
    await project.write("database.yaml", plainDeployment.replace("registry.example.org/orders", "postgres"));
    await project.write("all.yaml", `${plainDeployment}---\n${plainDeployment.replaceAll("orders", "billing")}`);
    const before = await state();
    const { code, stdout, stderr } = await project.run("adopt", ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(await state()).toEqual(before);
  });

  it("takes in several services at once, and tells once what they have in common", async () => {
    const names = Array.from({ length: 64 }, (_, index) => `service-${index + 1}`);
    await project.write("all.yaml", names.map((name) => plainDeployment.replaceAll("orders", name)).join("---\n"));
    const { code, stdout } = await project.run("adopt", "all.yaml");
    expect(code).toBe(0);
    for (const name of names) {
      expect(await project.read(`services/${name}/index.ts`)).toContain(`name: "${name}"`);
      for (const site of ["dc1", "dc2"]) {
        expect(await project.read(`Pulumi.${site}.yaml`)).toMatch(new RegExp(`^ {4}${name}: 1@sha256:0+ #`, "m"));
      }
    }
    expect(stdout).toMatch(/^In 64 services: service-1, service-2, .* and 59 more$/m);
    expect(stdout.split("\n").length).toBeLessThan(64 * 10);
    expect(stdout.length).toBeLessThan(64 * 500);
    const rendered = await project.run("render");
    expect(rendered.code, rendered.stderr).toBe(0);
  });

  it("writes none of several services where something of one would be lost", async () => {
    const lossy = plainDeployment
      .replaceAll("orders", "billing")
      .replace("      containers:", "      hostNetwork: true\n      containers:");
    await project.write("all.yaml", `${plainDeployment}---\n${lossy}`);
    const before = await state();
    const { code, stdout } = await project.run("adopt", "all.yaml");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Nothing was written: 1 field is not carried over \(billing\)\. Add --accept-losses/m);
    expect(await state()).toEqual(before);
  });
});
