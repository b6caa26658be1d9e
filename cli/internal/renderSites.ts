import { join, resolve } from "node:path";
import { compareText, type Problem, ProblemsError } from "../../components/internal/problems.ts";
import { ManifestFolder } from "./manifestFolder.ts";
import { OutputFolder } from "./outputFolder.ts";
import { withProgress } from "./progress.ts";
import type { SiteReport } from "./report.ts";
import { runSite, type SiteRunResult } from "./siteRun.ts";
import { listSites, projectName, readStackFiles, type StackConfiguration } from "./stackFile.ts";

/** The program failed for another reason than its input. */
class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/** One run of the program: under which stack's name, with which configuration, into which folder of `out`. */
export interface Run extends StackConfiguration {
  /** Name of the folder below `out`. */
  readonly folder: string;
}

/**
 * Renders sites, side by side in a process each. `out/<site>` appears whole or stays as it was.
 * @throws ProblemsError with the problems of all sites.
 */
export async function renderSites({ out, sites }: { out: string; sites?: readonly string[] }): Promise<SiteReport[]> {
  const known = await listSites();
  const chosen = [...new Set(sites ?? known)].sort(compareText);
  const unknown = chosen.filter((site) => !known.includes(site));
  if (unknown.length > 0 || chosen.length === 0) {
    throw new ProblemsError(
      chosen.length === 0
        ? [
            {
              file: "Pulumi.<site>.yaml",
              path: "",
              message: "no site is described; write one, see the README's 'Describe a site'",
            },
          ]
        : unknown.map((site) => ({
            file: `Pulumi.${site}.yaml`,
            path: "--site",
            message: `"${site}" is no site; there are ${known.join(", ")}`,
          })),
    );
  }
  const stacks = await readStackFiles(chosen);
  const runs = stacks.map((stack) => ({ ...stack, folder: stack.stack }));
  return renderRuns(out, runs, { manifests: true });
}

/**
 * Runs the program as often as asked, two at a time, and puts the folders in place when all of them are whole. Each
 * holds `resources.json` and, where they are wanted, the manifests, checked and as YAML.
 */
export async function renderRuns(
  out: string,
  runs: readonly Run[],
  { manifests }: { manifests: boolean },
): Promise<SiteReport[]> {
  const parent = resolve(out);
  const folders = runs.map(({ folder }) => new OutputFolder(parent, folder));
  const stop = new AbortController();
  const discard = () => {
    stop.abort();
    for (const folder of folders) folder.discard();
  };
  const interrupted = (signal: NodeJS.Signals) => {
    discard();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    const names = runs.map(({ folder }) => folder).join(", ");
    const results = await withProgress(`rendering ${names}`, () =>
      inParallel(runs, async ({ stack, config, folder: site }, index): Promise<SiteRunResult> => {
        const folder = folders[index]?.temporary ?? "";
        const written = new ManifestFolder(folder, site);
        const request = { project: projectName, stack, config, folder, manifests };
        const result = await runSite(request, stop.signal, ({ manifest, name }) => written.add(manifest, name));
        const problems = await written.problems();
        return result.kind === "done" && problems.length > 0 ? { kind: "problems", problems } : result;
      }),
    );
    const reports = collect(runs, results, parent);
    for (const folder of folders) folder.commit();
    return reports;
  } finally {
    discard();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

/** Runs in parallel as there are processors on the smallest machine: more would only take turns. */
const parallel = 2;

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      results[next[0]] = await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}

function collect(runs: readonly Run[], results: readonly SiteRunResult[], out: string): SiteReport[] {
  const problems = results.flatMap((result) => (result.kind === "problems" ? result.problems : []));
  if (problems.length > 0) throw new ProblemsError(distinct(problems));
  return runs.map((run, index): SiteReport => {
    const result = results[index];
    if (result?.kind !== "done") {
      const message = result?.kind === "failed" ? result.message : "no result";
      throw new ProgramError(`the program failed for ${run.folder}: ${message}`);
    }
    const { kind: _, ...report } = result;
    return { site: run.folder, folder: join(out, run.folder), ...report };
  });
}

/** Problems of the catalogue are found once for each site. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
