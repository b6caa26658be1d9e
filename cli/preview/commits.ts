import { type ExecFileOptions, execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, realpath, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { endAtExit } from "../../command/cleanUp.ts";
import { isSystemError, UsageError } from "../../command/errors.ts";
import { withTemporaryFolder } from "../../command/temporaryFolder.ts";
import { environmentWithoutCredentials } from "../../recorder/confinement.ts";
import { at } from "../../recorder/registeredResource.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { parseFacts, type SiteFacts } from "./facts.ts";
import type { RenderedSite } from "./report.ts";

const execute = promisify(execFile);

/** A commit resolved to its hash. */
export interface Commit {
  /** How the commit was found: `main`, `merge base with main`. */
  readonly label: string;
  readonly hash: string;
}

/** What a commit registers, by site. */
export interface RenderedCommit {
  readonly sites: ReadonlyMap<string, RenderedSite>;
  /** Remarks for the reader on how the commit was rendered. */
  readonly notes: readonly string[];
}

/** Candidate names of the main branch; the first that exists is used. */
const mainBranches = ["origin/main", "main", "origin/master", "master"];

/** The commit to compare with: the given one, or the merge base of this branch and the main branch. */
export async function resolveBase(reference: string | undefined): Promise<Commit> {
  if (reference !== undefined) {
    const hash = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`);
    if (hash !== undefined) return { label: reference, hash };
    throw new UsageError(
      `--base: "${reference}" is not a commit of this repository; fetch it first, and give a branch, a tag or a hash`,
    );
  }
  for (const branch of mainBranches) {
    const hash = await git("merge-base", "HEAD", branch);
    if (hash !== undefined) return { label: `merge base with ${branch}`, hash };
  }
  throw new UsageError(
    `--base: there is no main branch to compare with (${mainBranches.join(", ")}) or this is no Git repository; name a commit with --base`,
  );
}

/**
 * Renders a commit from Git with its own code, in a temporary folder, using the packages installed here. Needs no
 * network and no credentials.
 */
export async function renderCommit({ hash }: Commit): Promise<RenderedCommit> {
  return withTemporaryFolder("preview", async (folder) => {
    const archive = join(folder, "commit.tar");
    const project = join(folder, "project");
    await unpack("git", ["archive", "--output", archive, hash], projectFolder);
    await mkdir(project);
    await unpack("tar", ["-xf", archive, "-C", project], folder);
    if (!existsSync(join(project, "cli", "render.ts")))
      return { sites: new Map(), notes: [`${hash.slice(0, 10)} has no program to render yet`] };
    await symlink(await realpath(join(projectFolder, "node_modules")), join(project, "node_modules"));
    const sites = await render(project, folder);
    return { sites, notes: await packageNotes(project) };
  });
}

/** Renders the working tree. */
export async function renderWorkingTree(): Promise<RenderedCommit> {
  return withTemporaryFolder("preview", async (folder) => ({ sites: await render(projectFolder, folder), notes: [] }));
}

async function render(project: string, folder: string): Promise<ReadonlyMap<string, RenderedSite>> {
  const out = join(folder, "out");
  // A base commit may be older than the one entry of all commands.
  const isOlder = !existsSync(join(project, "cli", "main.ts"));
  const command = isOlder ? [join("cli", "render.ts")] : [join("cli", "main.ts"), "render"];
  const args = [...command, "--out", out, "--format", "json"];
  const options = { env: environmentWithoutCredentials(folder), maxBuffer: 2 ** 28 };
  const stdout = await run(process.execPath, args, project, options).catch((error: unknown) => {
    const said = String(at(error, "stderr") ?? error).trim();
    const which = project === projectFolder ? "the working tree" : "the base commit";
    throw new UsageError(`${which} does not render:\n${said}`);
  });
  const read = async (facts: SiteFacts): Promise<[string, RenderedSite]> => [
    facts.site,
    { facts, resources: JSON.parse(await readFile(join(out, facts.site, "resources.json"), "utf8")) },
  ];
  return new Map(await Promise.all(parseFacts(stdout).map(read)));
}

/** Runs a program that unpacks the commit into a temporary folder. */
async function unpack(program: string, args: readonly string[], cwd: string): Promise<void> {
  await run(program, args, cwd).catch((error: unknown) => {
    if (isSystemError(error)) throw error;
    const said = String(at(error, "stderr") ?? error).trim();
    const remedy = "the disk may be full, or TMPDIR may name a folder that cannot be written";
    throw new UsageError(`${program} cannot unpack the base commit into ${tmpdir()} (${said}): ${remedy}`);
  });
}

async function packageNotes(project: string): Promise<string[]> {
  const read = (folder: string) => readFile(join(folder, "package-lock.json"), "utf8").catch(() => "");
  const [base, head] = await Promise.all([read(project), read(projectFolder)]);
  if (base === head) return [];
  return [
    "package-lock.json differs: the base was rendered with the packages of the working tree, so changes caused by package updates are not shown",
  ];
}

async function git(...args: string[]): Promise<string | undefined> {
  const stdout = await run("git", args, projectFolder).catch((error: unknown) => {
    if (isSystemError(error)) throw error;
    return undefined;
  });
  return stdout?.trim();
}

/** Runs a program, which ends with this one, and returns what it wrote to standard output. */
async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  options: ExecFileOptions = {},
): Promise<string> {
  const running = execute(program, args, { cwd, ...options, encoding: "utf8" });
  endAtExit(running.child);
  return (await running).stdout;
}
