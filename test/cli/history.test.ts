import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHistory } from "../../delivery/history/index.ts";
import { entryOf } from "../support/historyRecords.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;
let environment: { readonly XDG_STATE_HOME: string };

beforeAll(async () => {
  project = await ProjectCopy.create();
  environment = { XDG_STATE_HOME: project.path("state") };
  execFileSync("git", ["init", "--quiet", "--bare", "origin.git"], { cwd: project.folder });
  execFileSync("git", ["init", "--quiet"], { cwd: project.folder });
  execFileSync("git", ["remote", "add", "origin", "./origin.git"], { cwd: project.folder });
});
afterAll(() => project.dispose());

const run = (...args: string[]) => project.runWith({ env: environment }, "history", ...args);
const open = (name: string) => openHistory({ name }, { folder: project.folder, environment, onNote: () => undefined });

it("shows nothing where nothing was deployed, then who, what, when and why", async () => {
  const empty = await run();
  expect(empty).toMatchObject({ code: 0, stderr: "" });
  expect(empty.stdout).toContain("dc1: 0 records in the branch gemelos-history of origin (./origin.git)\n");
  await (await open("dc1")).append(entryOf({ why: "The annual return" }));
  const { code, stdout } = await run("--site", "dc1");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /when \(America\/Lima\) +UTC +what +commit +changed +who +why\n1 .*deployment verified +aaaaaaaaaa +all 1 +approle-deploy-dc1 \(Vault\) +The annual return\n/,
  );
});

it("gives JSON to programs and nothing else", async () => {
  const { stdout } = await run("--site", "dc1", "--json", "--append-kept");
  expect(JSON.parse(stdout).sites).toMatchObject([
    { site: "dc1", isWhole: true, records: [{ why: "The annual return" }] },
  ]);
});

it("ends with 1 where it is not what was recorded, and with 2 where nobody can tell", async () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["--git-dir", "origin.git", "-c", "user.name=M", "-c", "user.email=m@tax.example", ...args], {
      cwd: project.folder,
      encoding: "utf8",
    });
  const edited = git("cat-file", "blob", "gemelos-history:dc1/0000000001.json").replace("annual", "monthly");
  await project.write("edited", edited);
  const blob = git("hash-object", "-w", "edited").trim();
  const treeOf = (input: string) =>
    execFileSync("git", ["--git-dir", "origin.git", "mktree"], { cwd: project.folder, encoding: "utf8", input }).trim();
  const tree = treeOf(`040000 tree ${treeOf(`100644 blob ${blob}\t0000000001.json\n`)}\tdc1\n`);
  const commit = git("commit-tree", tree, "-p", "gemelos-history", "-m", "Edited").trim();
  git("update-ref", "refs/heads/gemelos-history", commit);
  const broken = await run("--site", "dc1", "--verify");
  expect(broken.code).toBe(1);
  expect(broken.stdout).toContain("is NOT what was recorded: 1 record, the newest with hash");
  expect(broken.stdout).toContain("record 1 was edited: its hash is not that of its fields");
  await project.remove("origin.git");
  const away = await run("--site", "dc1", "--verify");
  expect(away).toMatchObject({ code: 2, stdout: "" });
  expect(away.stderr).toMatch(
    /^error: the branch gemelos-history of origin \(\.\/origin\.git\) cannot be read \(.*\); look at the network/,
  );
});

it("ends with 2, and says so first, where a store was not reached and only the copy was looked at", async () => {
  const dc2 = await ProjectCopy.create();
  try {
    execFileSync("git", ["init", "--quiet", "--bare", "two.git"], { cwd: dc2.folder });
    execFileSync("git", ["init", "--quiet"], { cwd: dc2.folder });
    execFileSync("git", ["remote", "add", "origin", "./away.git"], { cwd: dc2.folder });
    execFileSync("git", ["remote", "add", "two", "./two.git"], { cwd: dc2.folder });
    const file = await dc2.read("Pulumi.dc2.yaml");
    await dc2.write(
      "Pulumi.dc2.yaml",
      file.replace(/^( *)contact: /m, `$1history: { kind: git, url: ${dc2.path("two.git")} }\n$1contact: `),
    );
    const verified = await dc2.runWith({ env: environment }, "history", "--verify");
    expect(verified.stdout).toMatch(
      /^dc1: the history was NOT verified: .*away\.git.* was not reached, and only the copy/,
    );
    expect(verified.code).toBe(2);
  } finally {
    await dc2.dispose();
  }
});

it("does not append and restore at once, nor know a site without a file", async () => {
  expect((await run("--append-kept", "--restore")).code).toBe(2);
  expect(await run("--site", "dc9")).toMatchObject({
    code: 2,
    stderr: 'error: --site: unknown site "dc9"; expected one of dc1, dc2\n',
  });
});
