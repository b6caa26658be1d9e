import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { at } from "../../recorder/registeredResource.ts";
import { type CommandResult, ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;
let first: CommandResult;
beforeAll(async () => {
  project = await ProjectCopy.create();
  first = await project.run("render");
});
afterAll(() => project.dispose());

/** Every file below a folder with its content. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file.slice(folder.length), await readFile(file, "utf8")])),
  );
}

describe("render", () => {
  it("prints a row for each service, a row for each site, and the warnings", () => {
    expect(first.stderr).toBe("");
    expect(first.code).toBe(0);
    expect(first.stdout).toMatchSnapshot();
  });

  it("prints what the README says that it prints, where that cuts nothing", async () => {
    const readme = await readFile(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
    const block =
      [...readme.matchAll(/```\n([^`]*)\n```/g)].find(([, text]) => text?.startsWith("service "))?.[1] ?? "";
    const shown = block.split("\n").filter((line) => line !== "" && line !== "...");
    expect(shown.length).toBeGreaterThan(10);
    const printed = first.stdout.split("\n");
    // Each line of the README, up to where it is cut, is one of the printed lines, and in their order.
    const shows = (line: string, other: string) =>
      line.endsWith("...") ? other.startsWith(line.replace(/ *\.\.\.$/, "")) : other === line;
    const places = shown.map((line) => printed.findIndex((other) => shows(line, other)));
    expect(places, shown[places.indexOf(-1)]).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("writes a file an object, named by its kind and name, in its namespace's folder", async () => {
    const files = Object.keys(await contents(project.path("out"))).sort();
    const stable = files.map((file) => file.replace(/-[0-9a-f]{10}\.yaml$/, "-<content>.yaml"));
    expect(stable).toMatchSnapshot();
    const deployment: unknown = parse(await project.read("out/dc1/declarations/deployment-receipts.yaml"));
    expect(at(deployment, "metadata")).toMatchObject({ name: "receipts", namespace: "declarations" });
  });

  it("keeps each registration in full, secretness and options included", async () => {
    const resources: unknown[] = JSON.parse(await project.read("out/dc1/resources.json"));
    const deployment = resources.find((resource) => at(resource, "name") === "receipts-deployment");
    expect(deployment).toMatchObject({
      type: "kubernetes:apps/v1:Deployment",
      parent: "urn:pulumi:dc1::gemelos::gemelos:index:JavaMicroservice::receipts",
      options: { customTimeouts: { create: expect.stringMatching(/^\d+s$/) } },
      secrets: [],
    });
    const component = resources.find((resource) => at(resource, "type") === "gemelos:index:JavaMicroservice");
    expect(at(component, "outputs", "url")).toMatch(/^https:\/\/.*:7137$/);
  });

  it("writes the same bytes when it is run again, and puts them in the place of the old ones", async () => {
    const before = await contents(project.path("out"));
    const mark = await project.read("out/dc1/.gemelos-rendered");
    await project.write("out/dc1/left-over.yaml", "from an earlier catalogue");
    await project.write("out/dc1/.gemelos-rendered", `${mark}left-over.yaml\n`);
    const again = await project.run("render");
    expect(again.stdout).toBe(first.stdout);
    expect(await contents(project.path("out"))).toEqual(before);
  });

  it("renders one site where one is asked for, into the folder that is asked for", async () => {
    const { code, stdout } = await project.run("render", "--site", "dc2", "--out", "elsewhere", "--format", "json");
    expect(code).toBe(0);
    expect(await readdir(project.path("elsewhere"))).toEqual(["dc2"]);
    const report: unknown = JSON.parse(stdout);
    expect(at(report, "sites", 0)).toMatchObject({ site: "dc2", folder: "elsewhere/dc2", objects: 203 });
    expect(at(report, "sites", 0, "services", 0)).toMatchObject({
      service: "card-payments",
      replicas: { min: 2, max: 6 },
    });
    expect(at(report, "sites", 1)).toBeUndefined();
  });

  it("shows the components' tree where it is asked for", async () => {
    const { stdout } = await project.run("render", "--site", "dc1", "--tree");
    expect(stdout).toContain("└─ gemelos-dc1  pulumi:pulumi:Stack\n   ├─ datacenter  gemelos:index:Datacenter\n");
    expect(stdout).toMatch(/│ {2}├─ receipts-deployment {2}kubernetes:apps\/v1:Deployment\n/);
  });

  it("says which sites differ where a cell of the table is not the same in both", async () => {
    const other = await ProjectCopy.create();
    try {
      await other.replace("Pulumi.dc2.yaml", "receipts: 2.0.7@", "receipts: 2.0.8@");
      const { stdout } = await other.run("render");
      expect(stdout).toContain("dc1: receipts:2.0.7");
      expect(stdout).toContain("dc2: receipts:2.0.8");
    } finally {
      await other.dispose();
    }
  });

  it("renders a new site, which has no release yet, without services and with what an operator has to put", async () => {
    const fresh = await ProjectCopy.create();
    try {
      for (const site of ["dc1", "dc2"]) {
        const file = `Pulumi.${site}.yaml`;
        const text = await fresh.read(file);
        await fresh.write(file, `${text.slice(0, text.indexOf("  gemelos:releases:"))}  gemelos:releases: {}\n`);
      }
      const { code, stdout, stderr } = await fresh.run("render");
      expect(code).toBe(0);
      expect(stderr).toMatch(/nothing is released here yet.*secrets.*then add the releases:/);
      expect(stderr).toContain("npm run secrets -- put --site dc2 --service card-payments --key GATEWAY_API_KEY\n");
      expect(stdout).toMatch(/^dc1 +0 +\d+ +0-0 /m);
      expect(stdout).toContain("npm run secrets -- put --site dc1 --key registry\n");
      const files = Object.keys(await contents(fresh.path("out", "dc1")));
      expect(files).toContain("/_cluster/namespace-payments.yaml");
      expect(files.filter((file) => file.includes("deployment"))).toEqual([]);
      expect((await fresh.run("parity")).code).toBe(0);
    } finally {
      await fresh.dispose();
    }
  });
});
