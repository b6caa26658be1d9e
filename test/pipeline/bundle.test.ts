import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkProject } from "../../cli/bamboo/checkSpecs.ts";
import { scriptsOf } from "../../cli/bamboo/taskRules.ts";

/** What the plan hands to the environments: the commit, as an artifact that knows whether it is whole. */
const repository = join(import.meta.dirname, "..", "..");
let folder: string;
let commit: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-bundle-"));
  git(tmpdir(), "clone", "--quiet", repository, join(folder, "plan"));
  commit = git(join(folder, "plan"), "rev-parse", "HEAD");
  npm(join(folder, "plan"), "bundle");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function git(where: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: where, encoding: "utf8" }).trim();
}

function npm(
  where: string,
  script: string,
  env: Readonly<Record<string, string>> = {},
): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync("npm", ["run", ...script.split(" ")], {
    cwd: where,
    encoding: "utf8",
    env: { ...process.env, GEMELOS_REPOSITORY: "", ...env },
  });
  return { code: status, text: `${stdout}${stderr}` };
}

/** The artifact on the agent of an environment: what a server keeps of it is files' names and bytes, without modes. */
async function downloaded(name: string): Promise<string> {
  const [agent, artifact] = [join(folder, name), join(folder, "plan", "out", "program")];
  await mkdir(agent);
  for (const file of await readdir(artifact)) await writeFile(join(agent, file), await readFile(join(artifact, file)));
  return agent;
}

it("becomes the commit again, with nothing beside it and the repository that holds the history", async () => {
  const agent = await downloaded("agent");
  const url = "ssh://git@git.tax.example/gemelos.git";
  expect(npm(agent, "unbundle", { GEMELOS_REPOSITORY: url }).code).toBe(0);
  expect(git(agent, "rev-parse", "HEAD")).toBe(commit);
  expect(git(agent, "status", "--porcelain", "--untracked-files=all")).toBe("");
  expect(git(agent, "remote", "get-url", "origin")).toBe(url);
});

it("is where an environment's deployment starts, and one that a plan's build starts is refused", async () => {
  const agent = await downloaded("environment");
  const [deployment] = (await checkProject()).deployments;
  const variables = {
    bamboo_planKey: "TAX-GEM7",
    bamboo_repository_pr_key: "7",
    VAULT_TOKEN: "",
    KUBECONFIG: "/dev/null",
  };
  const [first, second, last = "", ...more] = scriptsOf(deployment?.environments.get("dc1") ?? { tasks: [] });
  expect([first, second?.startsWith("npm ci"), more]).toEqual(["npm run unbundle", true, []]);
  expect(npm(agent, "unbundle").code).toBe(0);
  // What npm ci would install.
  await symlink(join(repository, "node_modules"), join(agent, "node_modules"));
  const [, ...words] = last.split(" ");
  const { code, text } = npm(agent, words.slice(1).join(" "), variables);
  expect(text).toContain("this is a build of a plan (bamboo_repository_pr_key)");
  expect(text).toContain("nothing was changed");
  expect(code).not.toBe(0);
});

it("is refused where a byte of it is another one", async () => {
  const agent = await downloaded("changed-bundle");
  const bundle = await readFile(join(agent, "program.bundle"));
  bundle[bundle.length - 30] = (bundle[bundle.length - 30] ?? 0) ^ 1;
  await writeFile(join(agent, "program.bundle"), bundle);
  const { code, text } = npm(agent, "unbundle");
  expect(code).not.toBe(0);
  expect(text).toContain("program.bundle: FAILED");
});

it("is refused where the commands that came with it are not the commit's", async () => {
  const agent = await downloaded("changed-file");
  const scripts = await readFile(join(agent, "package.json"), "utf8");
  await writeFile(join(agent, "package.json"), scripts.replace('"parity":', '"parities":'));
  const { code, text } = npm(agent, "unbundle");
  expect(code).not.toBe(0);
  expect(text).toContain("package.json");
});

it("is not made of a shallow clone, which nobody could unpack", async () => {
  const shallow = join(folder, "shallow");
  git(folder, "clone", "--quiet", "--depth", "1", pathToFileURL(join(folder, "plan")).href, shallow);
  const { code, text } = npm(shallow, "bundle");
  expect(text).toContain("this clone is shallow, and what is deployed has the whole history: turn off Shallow clones");
  expect(code).toBe(2);
});
