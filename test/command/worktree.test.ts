import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { UsageError } from "../../command/errors.ts";
import { withWorktree } from "../../command/worktree.ts";

let project: string;
let first: string;

const git = (...args: string[]) => execFileSync("git", args, { cwd: project, encoding: "utf8" }).trim();

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "gemelos-test-"));
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "Ana");
  git("config", "user.email", "ana@tax.example");
  for (const text of ["one", "two"]) {
    await writeFile(join(project, "file"), text);
    git("add", "file");
    git("commit", "--quiet", "--message", text);
  }
  first = git("rev-parse", "HEAD~1");
  await mkdir(join(project, "node_modules", "some"), { recursive: true });
});

afterAll(() => rm(project, { recursive: true, force: true }));

it("is the other commit with the packages that are installed here, and leaves nothing", async () => {
  const seen = await withWorktree(project, first, async (checkout) => {
    expect(readFileSync(join(checkout, "file"), "utf8")).toBe("one");
    expect(existsSync(join(checkout, "node_modules", "some"))).toBe(true);
    return checkout;
  });
  expect(existsSync(seen)).toBe(false);
  expect(git("worktree", "list").split("\n")).toHaveLength(1);
  expect(readFileSync(join(project, "file"), "utf8")).toBe("two");
});

it("leaves nothing where the work fails", async () => {
  await expect(withWorktree(project, first, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(git("worktree", "list").split("\n")).toHaveLength(1);
});

it("says that a commit cannot be had", async () => {
  const unknown = "d".repeat(40);
  await expect(withWorktree(project, unknown, async () => 1)).rejects.toThrow(UsageError);
  await expect(withWorktree(project, unknown, async () => 1)).rejects.toThrow(
    /dddd cannot be checked out: .*fetch it/s,
  );
});
