import { describe, expect, it } from "vitest";
import { RemoteError } from "../../../command/errors.ts";
import { changedPaths, Problems, placeholderProblems, planVariables } from "../../../delivery/deployment/findings.ts";
import { projectFolder } from "../../../recorder/stackFile.ts";
import { exampleSite } from "../../monitoring/renderedSite.ts";

describe("changedPaths", () => {
  it("names changed, new and renamed files, whatever is in their names", () => {
    expect(changedPaths(" M site.ts\0?? services/new one/index.ts\0R  a.ts\0b.ts\0")).toEqual([
      "site.ts",
      "services/new one/index.ts",
      "a.ts",
    ]);
    expect(changedPaths("")).toEqual([]);
  });
});

describe("planVariables", () => {
  it("knows a plan's build, and a pull request's whatever else is said", () => {
    expect(planVariables({ bamboo_planRepository_1_branch: "main", PATH: "/bin" })).toEqual([
      "bamboo_planRepository_1_branch",
    ]);
    expect(planVariables({ bamboo_repository_pr_key: "12", bamboo_deploy_environment: "dc1" })).toEqual([
      "bamboo_repository_pr_key",
    ]);
  });

  it("takes an environment for none, though it has the variables of the plan that it deploys", () => {
    expect(planVariables({ bamboo_planRepository_1_branch: "main", bamboo_deploy_environment: "dc1" })).toEqual([]);
    expect(planVariables({ bamboo_repository_pr_key: "" })).toEqual([]);
  });
});

describe("Problems", () => {
  it("collects what a person can mend, each once, and lets a bug through", async () => {
    const problems = new Problems();
    const fail = () => Promise.reject(new RemoteError("Vault is sealed"));
    expect(await problems.attempt(fail)).toBeUndefined();
    await problems.attempt(fail);
    expect(await problems.attempt(async () => 3)).toBe(3);
    expect(problems.found).toEqual(["Vault is sealed"]);
    await expect(problems.attempt(() => Promise.reject(new TypeError("x is undefined")))).rejects.toThrow(
      "x is undefined",
    );
  });
});

it("placeholderProblems names a release that no registry has, and what services have still to say, before anything is begun", async () => {
  const site = { ...(await exampleSite("dc1")), releases: { receipts: `9.9.9@sha256:${"9".repeat(64)}` } };
  const owner = { file: "services/receipts/index.ts", path: "owner", message: '"To be named" is a placeholder' };
  expect(await placeholderProblems(site, [owner], projectFolder)).toEqual([
    expect.stringMatching(
      /^Pulumi\.dc1\.yaml:\d+:\d+: gemelos:releases\.receipts: "9\.9\.9@\S+ is a placeholder: no registry/,
    ),
    expect.stringContaining("owner"),
  ]);
});
