import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listSites } from "../recorder/stackFile.ts";
import { downloadsOf, parseBambooSpecs, readBambooSpecs, scriptsOf } from "./support/bambooSpecs.ts";

const root = join(import.meta.dirname, "..");
const text = await readFile(join(root, "bamboo-specs", "bamboo.yaml"), "utf8");
const specs = await readBambooSpecs();
const packageFile: { scripts: Record<string, string> } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const allScripts = [...specs.jobs.values(), ...specs.environments.values()].flatMap(scriptsOf);

describe("the Bamboo specs", () => {
  it("call npm and nothing else, and every script that they call exists", () => {
    expect(allScripts.length).toBeGreaterThan(10);
    for (const script of allScripts) {
      expect(script).toMatch(/^npm (ci|test|run [a-z:-]+)( |$)/);
      const name = /^npm run ([a-z:-]+)/.exec(script)?.[1] ?? (script.startsWith("npm test") ? "test" : undefined);
      if (name !== undefined) expect(Object.keys(packageFile.scripts)).toContain(name);
    }
  });

  it("verify a pull request by check, test, render, parity and preview", () => {
    const commands = [...specs.jobs.values()].flatMap(scriptsOf).join("\n");
    for (const script of ["npm run check", "npm test", "npm run render", "npm run parity", "npm run preview"])
      expect(commands).toContain(script);
  });

  it("give a pull request no credential, and build no fork", () => {
    expect(specs.plan.branches.create["for-pull-request"]["accept-fork"]).toBe(false);
    const planText = text.slice(0, text.indexOf("\ndeployment:"));
    expect(planText).not.toMatch(/^\s*(variables|environment|docker):/m);
    for (const script of [...specs.jobs.values()].flatMap(scriptsOf)) expect(script).not.toMatch(/stack:|pulumi/);
  });

  it("hold no secret anywhere", () => {
    expect(text).not.toMatch(/^\s*\S*(password|token|secret|passphrase)\S*:/im);
  });

  it("give every job a key of its own and every artifact a name of its own", () => {
    const keys = [...specs.jobs.values()].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const artifacts = [...specs.jobs.values()].flatMap((job) => job.artifacts?.map(({ name }) => name) ?? []);
    expect(new Set(artifacts).size).toBe(artifacts.length);
  });

  it("write what they keep: an artifact's folder is one that a script of its job writes to", () => {
    for (const job of specs.jobs.values()) {
      for (const { location } of job.artifacts ?? []) {
        const commands = scriptsOf(job).map(
          (script) => `${script} ${packageFile.scripts[/^npm run (\S+)/.exec(script)?.[1] ?? ""] ?? ""}`,
        );
        expect(commands.join("\n")).toContain(location);
      }
    }
  });

  it("deploy what the plan packaged, to every site: dc1 after a build of main, dc2 after dc1", async () => {
    expect(specs.deployment.deployment["source-plan"]).toBe(`${specs.plan.plan["project-key"]}-${specs.plan.plan.key}`);
    expect(specs.deployment["release-naming"]["applies-to-branches"]).toBe(false);
    expect([...specs.environments.keys()]).toEqual(await listSites());
    expect(specs.environments.get("dc1")?.triggers).toEqual(["build-success"]);
    expect(specs.environments.get("dc2")?.triggers).toEqual([{ "environment-success": "dc1" }]);
    const shared = [...specs.jobs.values()].flatMap(
      (job) => job.artifacts?.filter((artifact) => artifact.shared === true) ?? [],
    );
    for (const [site, environment] of specs.environments) {
      expect(downloadsOf(environment)).toEqual(shared.map(({ name }) => name));
      expect(scriptsOf(environment).slice(1)).toEqual([
        `npm run stack:preview -- ${site}`,
        `npm run stack:up -- ${site}`,
      ]);
    }
  });
});

describe("the strict reading of the specs", () => {
  it.each([
    ["a misspelt key of a job", "  artifacts:\n    - name: Preview", "  artefacts:\n    - name: Preview"],
    ["a job that no stage names", "Preview:\n  key: PRV", "Previews:\n  key: PRV"],
    ["a stage that names a job which is not there", "        - Render\n", "        - Render\n        - Deploy\n"],
    ["a job that stands in the stages twice", "        - Render\n", "        - Render\n        - Render\n"],
    ["a stage of two names", "  - Package:\n", "  - Pack:\n      jobs: [Check]\n    Package:\n"],
    ["an environment that is not there", "  - dc1\n  - dc2", "  - dc1\n  - dc2\n  - dc3"],
    ["an unknown task", "    - clean\n", "    - cleanse\n"],
    ["a misspelt key of the plan", "branches:\n", "branchs:\n"],
    ["a key twice", "version: 2\nplan", "version: 2\nversion: 2\nplan"],
    ["an unknown trigger", "    - build-success", "    - build-sucess"],
  ])("refuses %s", (_what, from, to) => {
    expect(text).toContain(from);
    expect(() => parseBambooSpecs(text.replace(from, to))).toThrow();
  });
});
