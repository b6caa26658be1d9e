import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isSystemError, RemoteError, UsageError } from "../../command/errors.ts";
import { git } from "../../command/git.ts";
import { describeError } from "../../command/runCommand.ts";
import { sitePlaceholders } from "../../components/catalogue/index.ts";
import { type Diagnostic, formatDiagnostic, ValidationError } from "../../components/diagnostic.ts";
import type { Site } from "../../components/siteData.ts";
import { withPositions } from "../../site.ts";

/** The paths of a working tree that are not as in its commit, and the commit. */
export async function readCommit(
  project: string,
): Promise<{ commit: string; subject: string; changedFiles: string[] }> {
  const [head, status] = await Promise.all([
    git(project, "log", "-1", "--format=%H%n%s"),
    git(project, "status", "--porcelain=v1", "--untracked-files=all", "-z", "--", ".", ":(exclude)node_modules"),
  ]);
  const [commit = "", subject = ""] = head.split("\n");
  return { commit, subject, changedFiles: changedPaths(status) };
}

/** The paths in what `git status --porcelain=v1 -z` prints; of a file that was renamed, the new one. */
export function changedPaths(status: string): string[] {
  const fields = status.split("\0");
  const paths: string[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? "";
    if (field === "") continue;
    paths.push(field.slice(3));
    // The old name of a file that was renamed or copied follows.
    if (/^(R|C|.R|.C)/.test(field)) index += 1;
  }
  return paths;
}

/**
 * The variables by which Bamboo says that a plan is built, and not deployed. An environment has the variables of the plan that it
 * deploys, too, so those count only outside of one; a pull request's key counts everywhere.
 */
export function planVariables(environment: NodeJS.ProcessEnv): string[] {
  const isSet = (name: string) => (environment[name] ?? "") !== "";
  const isEnvironment = isSet("bamboo_deploy_environment");
  return Object.keys(environment)
    .filter((name) => isSet(name))
    .filter(
      (name) => name === "bamboo_repository_pr_key" || (!isEnvironment && name.startsWith("bamboo_planRepository_")),
    )
    .toSorted();
}

/**
 * What is still to be filled in of a site's file and of the services, a line each. The program refuses it, but only once a
 * deployment has begun.
 * @param services what is still to be filled in of them
 * @param project folder of the files that are named
 */
export async function placeholderProblems(
  site: Site,
  services: readonly Diagnostic[],
  project: string,
): Promise<readonly string[]> {
  return (await withPositions([...sitePlaceholders(site), ...services], project)).map(formatDiagnostic);
}

/** Collects what is wrong with the input and the machine, so that all of it is said at once. */
export class Problems {
  readonly #found: string[] = [];

  /** @returns the result, or undefined where there is a problem that a person can mend */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      const isKnown = error instanceof ValidationError || error instanceof RemoteError || error instanceof UsageError;
      if (!isKnown && !isSystemError(error)) throw error;
      this.add((await describeError(error)).replace(/^error: /, ""));
      return undefined;
    }
  }

  add(problem: string): void {
    if (!this.#found.includes(problem)) this.#found.push(problem);
  }

  /** Each in words, in the order in which they were found. */
  get found(): readonly string[] {
    return this.#found;
  }
}

/** @throws UsageError if there is no Pulumi command line on PATH. */
export async function checkPulumi(): Promise<void> {
  await promisify(execFile)("pulumi", ["version"]).catch((error: unknown) => {
    if (!isSystemError(error)) throw error;
    throw new UsageError("pulumi is not on PATH; install the Pulumi command line (docs/operations.md)");
  });
}
