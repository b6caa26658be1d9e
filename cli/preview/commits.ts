import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ValidationError } from "../../components/diagnostic.ts";
import { at, type RegisteredResource } from "../../recorder/registeredResource.ts";
import { projectFolder } from "../../recorder/stackFile.ts";

const execute = promisify(execFile);

/** A commit that a person named, resolved. */
export interface Commit {
  /** What was asked for: `main`, `merge base with main`. */
  readonly label: string;
  readonly hash: string;
}

/** What a commit registers: site -> registrations. */
export interface RenderedCommit {
  readonly sites: ReadonlyMap<string, readonly RegisteredResource[]>;
  /** What a reader should know of how it was rendered. */
  readonly notes: readonly string[];
}

/** Names under which a main branch is looked for, the first that exists. */
const mainBranches = ["origin/main", "main", "origin/master", "master"];

/** The commit to compare with: the one that is named, or where this branch left the main branch. */
export async function resolveBase(reference: string | undefined): Promise<Commit> {
  if (reference !== undefined) {
    const hash = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`);
    if (hash !== undefined) return { label: reference, hash };
    throw problem(
      "--base",
      `"${reference}" is no commit of this repository; name a branch, a tag or a hash, and fetch it first`,
    );
  }
  for (const branch of mainBranches) {
    const hash = await git("merge-base", "HEAD", branch);
    if (hash !== undefined) return { label: `merge base with ${branch}`, hash };
  }
  throw problem(
    "--base",
    `there is no main branch to compare with (${mainBranches.join(", ")}) or this is no Git repository; name a commit with --base`,
  );
}

/**
 * Renders a commit as it is in Git, by its own code, in a temporary folder, with the packages that are installed here:
 * no network, no credential.
 */
export async function renderCommit({ hash }: Commit): Promise<RenderedCommit> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-preview-"));
  try {
    const archive = join(folder, "commit.tar");
    const project = join(folder, "project");
    await run("git", ["archive", "--output", archive, hash], projectFolder);
    await run("mkdir", [project], folder);
    await run("tar", ["-xf", archive, "-C", project], folder);
    if (!existsSync(join(project, "cli", "render.ts")))
      return { sites: new Map(), notes: [`${hash.slice(0, 10)} has no program to render yet`] };
    await symlink(join(projectFolder, "node_modules"), join(project, "node_modules"));
    const sites = await render(project, folder);
    return { sites, notes: await packageNotes(project) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Renders the working tree. */
export async function renderWorkingTree(): Promise<RenderedCommit> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-preview-"));
  try {
    return { sites: await render(projectFolder, folder), notes: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function render(project: string, folder: string): Promise<ReadonlyMap<string, readonly RegisteredResource[]>> {
  const out = join(folder, "out");
  const { stdout } = await execute(process.execPath, [join("cli", "render.ts"), "--out", out, "--format", "json"], {
    cwd: project,
    maxBuffer: 2 ** 28,
  }).catch((error: unknown) => {
    const said = String(at(error, "stderr") ?? error).trim();
    const which = project === projectFolder ? "the working tree" : "the base commit";
    throw new ValidationError([{ file: which, path: "", message: `does not render:\n${said}` }]);
  });
  const report: { sites: { site: string }[] } = JSON.parse(stdout);
  const read = async ({ site }: { site: string }): Promise<[string, RegisteredResource[]]> => [
    site,
    JSON.parse(await readFile(join(out, site, "resources.json"), "utf8")),
  ];
  return new Map(await Promise.all(report.sites.map(read)));
}

async function packageNotes(project: string): Promise<string[]> {
  const read = (folder: string) => readFile(join(folder, "package-lock.json"), "utf8").catch(() => "");
  const [base, head] = await Promise.all([read(project), read(projectFolder)]);
  if (base === head) return [];
  return [
    "package-lock.json differs: the base was rendered with the packages of the working tree, so a change that new packages cause is not shown",
  ];
}

async function git(...args: string[]): Promise<string | undefined> {
  const result = await execute("git", args, { cwd: projectFolder }).catch(() => undefined);
  return result?.stdout.trim();
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  await execute(command, args, { cwd });
}

function problem(path: string, message: string): ValidationError {
  return new ValidationError([{ file: "preview", path, message }]);
}
