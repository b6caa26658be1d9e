import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkWorkingTree, commitSiteLines, pushBranch, type SiteLines } from "../../delivery/siteFiles.ts";

const text = (site: string) => `# ${site}\nconfig:\n  gemelos:releases:\n    a: 1 # why\n    b: 1\n`;
const lines = (value: string): SiteLines[] =>
  ["dc1", "dc2"].map((site) => ({ site, lines: [{ path: ["gemelos:releases", "a"], value }] }));

let folder: string;
const read = (site: string) => readFile(join(folder, `Pulumi.${site}.yaml`), "utf8");
const run = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-siteFiles-"));
  run("init", "--quiet", "--initial-branch=main");
  run("config", "user.email", "ana@tax.example");
  run("config", "user.name", "Ana");
  run("config", "commit.gpgsign", "false");
  for (const site of ["dc1", "dc2"]) await writeFile(join(folder, `Pulumi.${site}.yaml`), text(site));
  await writeFile(join(folder, "other.txt"), "1\n");
  run("add", ".");
  run("commit", "--quiet", "--message", "First.");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function expectNothingChanged(): Promise<void> {
  expect([await read("dc1"), await read("dc2")]).toEqual([text("dc1"), text("dc2")]);
  expect(run("log", "--format=%s")).toBe("First.");
  expect((await readdir(folder)).sort()).toEqual([".git", "Pulumi.dc1.yaml", "Pulumi.dc2.yaml", "other.txt"]);
}

describe("lines of the sites' files", () => {
  it("stand in one commit that holds nothing else, with what and why", async () => {
    await chmod(join(folder, "Pulumi.dc1.yaml"), 0o640);
    await writeFile(join(folder, "notes.txt"), "mine\n");
    const commit = await commitSiteLines(lines("2"), "Release a 2.\n\nIt was asked for.", folder);
    expect(commit).toEqual({ hash: run("rev-parse", "HEAD"), files: ["Pulumi.dc1.yaml", "Pulumi.dc2.yaml"] });
    expect(await read("dc1")).toBe(text("dc1").replace("a: 1", 'a: "2"'));
    expect((await stat(join(folder, "Pulumi.dc1.yaml"))).mode & 0o777).toBe(0o640);
    expect(run("log", "-1", "--format=%B")).toBe("Release a 2.\n\nIt was asked for.");
    expect(run("show", "--name-only", "--format=", "HEAD")).toBe("Pulumi.dc1.yaml\nPulumi.dc2.yaml");
    expect(run("status", "--porcelain")).toBe("?? notes.txt");
  });

  it("that are there already make no commit", async () => {
    await commitSiteLines(lines("2"), "Release.", folder);
    expect(await commitSiteLines(lines("2"), "Release again.", folder)).toBeUndefined();
    expect(run("log", "--format=%s")).toBe("Release.\nFirst.");
  });

  it.each([
    ["a changed file", () => writeFile(join(folder, "other.txt"), "2\n")],
    [
      "a staged file",
      async () => {
        await writeFile(join(folder, "new.txt"), "2\n");
        run("add", "new.txt");
      },
    ],
    ["another change of a site's file", () => writeFile(join(folder, "Pulumi.dc2.yaml"), `${text("dc2")}# more\n`)],
    ["a file that is gone", () => rm(join(folder, "other.txt"))],
  ])("are refused beside %s, before long work and after it", async (_, change) => {
    await change();
    const before = run("status", "--porcelain");
    const message = /changes that are not committed \((other.txt|new.txt|Pulumi.dc2.yaml)\)/;
    await expect(checkWorkingTree(lines("2"), { folder })).rejects.toThrow(message);
    await expect(commitSiteLines(lines("2"), "Release.", folder)).rejects.toThrow(message);
    expect(run("status", "--porcelain")).toBe(before);
    expect(await read("dc1")).toBe(text("dc1"));
  });

  it("are completed where a run was killed before its commit", async () => {
    await writeFile(join(folder, "Pulumi.dc1.yaml"), text("dc1").replace("a: 1", 'a: "2"'));
    await checkWorkingTree(lines("2"), { folder });
    await commitSiteLines(lines("2"), "Release.", folder);
    expect(run("show", "--name-only", "--format=", "HEAD")).toBe("Pulumi.dc1.yaml\nPulumi.dc2.yaml");
    expect(run("status", "--porcelain")).toBe("");
  });

  it("are taken back where a hook refuses the commit", async () => {
    await mkdir(join(folder, ".git", "hooks"), { recursive: true });
    const hook = join(folder, ".git", "hooks", "pre-commit");
    await writeFile(hook, "#!/bin/sh\necho 'name the ticket' >&2\nexit 1\n");
    await chmod(hook, 0o755);
    await expect(commitSiteLines(lines("2"), "Release.", folder)).rejects.toThrow(
      /stay as they were: name the ticket; put that right/,
    );
    await expectNothingChanged();
    expect(run("status", "--porcelain")).toBe("");
  });

  it("are not written into one file where the other cannot have them", async () => {
    const broken: SiteLines = { site: "dc2", lines: [{ path: ["gemelos:releases", "a", "b"], value: 2 }] };
    await expect(commitSiteLines([...lines("2").slice(0, 1), broken], "Release.", folder)).rejects.toThrow(
      /Pulumi.dc2.yaml: gemelos:releases.a.b cannot be changed/,
    );
    await expectNothingChanged();
  });

  it("are refused where a commit would be lost", async () => {
    run("checkout", "--quiet", "--detach");
    await expect(checkWorkingTree(lines("2"), { folder })).rejects.toThrow(/on no branch \(detached HEAD\)/);
    await rm(join(folder, ".git"), { recursive: true });
    await expect(checkWorkingTree(lines("2"), { folder })).rejects.toThrow(/in no working tree of Git/);
  });

  it("are found in a project that is a folder of its repository", async () => {
    const nested = join(folder, "infra");
    await mkdir(nested);
    run("mv", "Pulumi.dc1.yaml", "Pulumi.dc2.yaml", "infra");
    run("commit", "--quiet", "--message", "Move.");
    await commitSiteLines(lines("2"), "Release.", nested);
    expect(run("show", "--name-only", "--format=", "HEAD")).toBe("infra/Pulumi.dc1.yaml\ninfra/Pulumi.dc2.yaml");
    await writeFile(join(folder, "other.txt"), "2\n");
    await expect(checkWorkingTree(lines("3"), { folder: nested })).rejects.toThrow(/not committed \(\/other.txt\)/);
  });
});

describe("a branch", () => {
  it("is pushed to where it comes from, and stays where that has moved on", async () => {
    const push = checkWorkingTree(lines("2"), { push: true, folder });
    await expect(push).rejects.toThrow(/main follows no branch of a remote; git push --set-upstream/);
    await expect(pushBranch({ folder })).rejects.toThrow(/main follows no branch of a remote/);
    const remote = await mkdtemp(join(tmpdir(), "gemelos-remote-"));
    try {
      execFileSync("git", ["init", "--quiet", "--bare", remote]);
      run("remote", "add", "origin", remote);
      run("push", "--quiet", "--set-upstream", "origin", "main");
      const commit = await commitSiteLines(lines("2"), "Release.", folder);
      await pushBranch({ folder });
      expect(run("ls-remote", "origin", "refs/heads/main")).toContain(commit?.hash);
      run("reset", "--quiet", "--hard", "HEAD~1");
      await commitSiteLines(lines("3"), "Another release.", folder);
      await expect(pushBranch({ folder })).rejects.toThrow(
        /main has the commit, and origin does not take it:[\s\S]*pull --rebase/,
      );
      // What the remote has is another release on the same line.
      await expect(pushBranch({ rebase: true, folder })).rejects.toThrow(
        /origin does not take it:[\s\S]*pull --rebase/,
      );
      expect(run("status", "--porcelain", "--branch", "--untracked-files=no")).toMatch(
        /^## main\.\.\.origin\/main \[ahead 1, behind 1\]$/,
      );
    } finally {
      await rm(remote, { recursive: true, force: true });
    }
  });

  it("is pushed behind what others have pushed meanwhile, where that is wished and the commit is the only one", async () => {
    const remote = await mkdtemp(join(tmpdir(), "gemelos-remote-"));
    try {
      execFileSync("git", ["init", "--quiet", "--bare", remote]);
      run("remote", "add", "origin", remote);
      run("push", "--quiet", "--set-upstream", "origin", "main");
      run("commit", "--quiet", "--allow-empty", "--message", "Of somebody else.");
      const theirs = run("rev-parse", "HEAD");
      run("push", "--quiet");
      run("reset", "--quiet", "--hard", "HEAD~1");
      const commit = await commitSiteLines(lines("2"), "Release.", folder);
      const pushed = await pushBranch({ rebase: true, folder });
      expect(pushed).not.toBe(commit?.hash);
      expect(run("ls-remote", "origin", "refs/heads/main")).toContain(pushed);
      expect(run("rev-parse", "HEAD~1")).toBe(theirs);
      run("reset", "--quiet", "--hard", "HEAD~2");
      run("commit", "--quiet", "--allow-empty", "--message", "My own, that I did not push.");
      await commitSiteLines(lines("3"), "Another release.", folder);
      await expect(pushBranch({ rebase: true, folder })).rejects.toThrow(/origin does not take it/);
    } finally {
      await rm(remote, { recursive: true, force: true });
    }
  });
});
