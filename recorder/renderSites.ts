import { join, resolve } from "node:path";
import { UsageError } from "../command/errors.ts";
import { withProgress } from "../command/progress.ts";
import { compareText, type Diagnostic, ValidationError } from "../components/diagnostic.ts";
import { ManifestFolder } from "./manifestFolder.ts";
import { OutputFolder } from "./outputFolder.ts";
import { runSite, type SiteDone, type SiteManifest, type SiteRunResult } from "./siteRun.ts";
import { listSites, projectName, readStackFiles, type StackConfiguration, unknownSites } from "./stackFile.ts";

/** The program failed for another reason than its input. */
class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/** One run of the program: under which stack's name, with which configuration, into which folder of `out`. */
export interface Run extends StackConfiguration {
  /** Name of the folder below `out`. */
  readonly folder: string;
}

/** One run of the program that succeeded. */
export interface RunReport extends Omit<SiteDone, "kind"> {
  readonly run: Run;
  /** The folder that was written. */
  readonly folder: string;
}

/** Takes each manifest of a run as it is registered. */
export type OnManifest = (run: Run, manifest: SiteManifest) => void;

/**
 * Renders sites, side by side in a process each. `out/<site>` appears whole or stays as it was.
 * @throws ValidationError with everything that is wrong in the input of all sites.
 * @throws UsageError where a site is not described.
 */
export async function renderSites(
  { out, sites }: { readonly out: string; readonly sites?: readonly string[] },
  onManifest: OnManifest,
): Promise<RunReport[]> {
  const known = await listSites();
  if (known.length === 0) {
    const message = "no site is described; write one, see docs/site.md";
    throw new ValidationError([{ file: "Pulumi.<site>.yaml", path: "", message }]);
  }
  const chosen = [...new Set(sites ?? known)].sort(compareText);
  const unknown = chosen.filter((site) => !known.includes(site));
  if (unknown.length > 0) throw new UsageError(unknownSites(unknown, known));
  const stacks = await readStackFiles(chosen);
  const runs = stacks.map((stack) => ({ ...stack, folder: stack.stack }));
  return renderRuns(out, runs, { manifests: true, onManifest });
}

/**
 * Runs the program as often as asked, two at a time, and puts the folders in place when all of them are whole. Each
 * holds `resources.json` and, where they are wanted, the manifests, checked and as YAML.
 */
export async function renderRuns(
  out: string,
  runs: readonly Run[],
  { manifests, onManifest = () => undefined }: { readonly manifests: boolean; readonly onManifest?: OnManifest },
): Promise<RunReport[]> {
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
      inParallel(runs, async (run, index): Promise<SiteRunResult> => {
        const { stack, config } = run;
        const folder = folders[index]?.temporary ?? "";
        const written = new ManifestFolder(folder, run.folder);
        const request = { project: projectName, stack, config, folder, manifests };
        const result = await runSite(request, stop.signal, (manifest) => {
          written.add(manifest.manifest, manifest.name);
          onManifest(run, manifest);
        });
        const diagnostics = await written.diagnostics();
        return result.kind === "done" && diagnostics.length > 0 ? { kind: "invalid", diagnostics } : result;
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

function collect(runs: readonly Run[], results: readonly SiteRunResult[], out: string): RunReport[] {
  const diagnostics = results.flatMap((result) => (result.kind === "invalid" ? result.diagnostics : []));
  if (diagnostics.length > 0) throw new ValidationError(distinct(diagnostics));
  return runs.map((run, index): RunReport => {
    const result = results[index];
    if (result?.kind !== "done") {
      const message = result?.kind === "failed" ? result.message : "no result";
      throw new ProgramError(`the program failed for ${run.folder}: ${message}`);
    }
    const { kind: _, ...report } = result;
    return { run, folder: join(out, run.folder), ...report };
  });
}

/** What is wrong with the catalogue is found once for each site. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}
