import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

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
  const { status, stdout, stderr } = spawnSync("npm", ["run", script], {
    cwd: where,
    encoding: "utf8",
    env: { ...process.env, GEMELOS_REPOSITORY: "", ...env },
  });
  return { code: status, text: `${stdout}${stderr}` };
}

/** The artifact on the agent of an environment. */
async function downloaded(name: string): Promise<string> {
  const agent = join(folder, name);
  await cp(join(folder, "plan", "out", "program"), agent, { recursive: true });
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

it("is refused where a byte of it is another one", async () => {
  const agent = await downloaded("changed-bundle");
  const bundle = await readFile(join(agent, "program.bundle"));
  bundle[bundle.length - 30] = (bundle[bundle.length - 30] ?? 0) ^ 1;
  await writeFile(join(agent, "program.bundle"), bundle);
  const { code, text } = npm(agent, "unbundle");
  expect(code).not.toBe(0);
  expect(text).toContain("program.bundle: FAILED");
});

it("is refused where a file is not the commit's", async () => {
  const agent = await downloaded("changed-file");
  await writeFile(join(agent, "Pulumi.dc1.yaml"), `${await readFile(join(agent, "Pulumi.dc1.yaml"), "utf8")}# more\n`);
  const { code, text } = npm(agent, "unbundle");
  expect(code).not.toBe(0);
  expect(text).toContain("Pulumi.dc1.yaml");
});
