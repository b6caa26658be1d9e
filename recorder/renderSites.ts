import { join, resolve } from "node:path";
import { UsageError } from "../command/errors.ts";
import { withProgress } from "../command/progress.ts";
import { compareText, type Diagnostic, ValidationError } from "../components/diagnostic.ts";
import { ManifestFolder } from "./manifestFolder.ts";
import { OutputFolder, resourcesFile } from "./outputFolder.ts";
import { readServices } from "./readServices.ts";
import { runSite, type SiteDone, type SiteManifest, type SiteRunResult } from "./siteRun.ts";
import { compareStackFiles, listSites, projectName, type StackConfiguration, unknownSites } from "./stackFile.ts";

/** One run of the program: the stack's name, its configuration, and the output folder below `out`. */
export interface Run extends StackConfiguration {
  /** Name of the folder below `out`. */
  readonly folder: string;
}

/** A successful run of the program. */
export interface RunReport extends Omit<SiteDone, "kind"> {
  readonly run: Run;
  /** Path of the folder that was written. */
  readonly folder: string;
}

/** Receives each manifest of a run as it is registered. */
export type OnManifest = (run: Run, manifest: SiteManifest) => void;

/**
 * Renders sites in parallel, one process each. Each `out/<site>` is replaced as a whole or left untouched.
 * @throws ValidationError with all errors in the input of all sites.
 * @throws UsageError if a requested site has no stack file.
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
  const { stacks, problems } = await compareStackFiles(chosen);
  if (stacks.length === 0) throw new ValidationError([...problems, ...(await catalogueProblems())]);
  const runs = stacks.map((stack) => ({ ...stack, folder: stack.stack }));
  return renderRuns(out, runs, { manifests: true, onManifest, known: problems });
}

/** What is wrong with the catalogue, where no site can be read in which it would be rendered. */
async function catalogueProblems(): Promise<readonly Diagnostic[]> {
  try {
    await readServices();
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.diagnostics;
    throw error;
  }
}

/**
 * Performs all runs of the program, two at a time, and moves the output folders into place once all of them are
 * complete. What is known to be wrong already is told with what the runs find. Each folder holds `resources.json` and, on request, the manifests as YAML, validated against their schemas.
 */
export async function renderRuns(
  out: string,
  runs: readonly Run[],
  {
    manifests,
    onManifest = () => undefined,
    known = [],
  }: { readonly manifests: boolean; readonly onManifest?: OnManifest; readonly known?: readonly Diagnostic[] },
): Promise<RunReport[]> {
  const parent = resolve(out);
  const folders = OutputFolder.create(
    parent,
    runs.map(({ folder }) => folder),
  );
  try {
    const names = runs.map(({ folder }) => folder).join(", ");
    const results = await withProgress(`rendering ${names}`, () =>
      inParallel(runs, async (run, index, signal) => {
        const { stack, config } = run;
        const folder = folders[index]?.temporary ?? "";
        const written = new ManifestFolder(folder, run.folder);
        const request = { project: projectName, stack, config, folder, manifests };
        const result = await runSite(request, signal, (manifest) => {
          written.add(manifest.manifest, manifest.name);
          onManifest(run, manifest);
        });
        const diagnostics = await written.diagnostics();
        const { files } = written;
        return { files, result: result.kind === "done" && diagnostics.length > 0 ? invalid(diagnostics) : result };
      }),
    );
    const outcomes = results.map(({ result }) => result);
    const reports = collect(runs, outcomes, parent, known);
    for (const [index, folder] of folders.entries()) folder.commit([resourcesFile, ...(results[index]?.files ?? [])]);
    return reports;
  } finally {
    for (const folder of folders) folder.discard();
  }
}

function invalid(diagnostics: readonly Diagnostic[]): SiteRunResult {
  return { kind: "invalid", diagnostics };
}

/** Number of parallel runs: the smallest machine has two processors, and more runs would only compete for them. */
const parallel = 2;

/** Does all the work, or none of the rest once a part of it has failed; ends when nothing is under way any more. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const stop = new AbortController();
  const queue = [...items.entries()];
  const worker = async () => {
    try {
      for (let next = queue.shift(); next !== undefined && !stop.signal.aborted; next = queue.shift())
        results[next[0]] = await work(next[1], next[0], stop.signal);
    } catch (error) {
      stop.abort();
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: parallel }, worker));
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  return results;
}

function collect(
  runs: readonly Run[],
  results: readonly SiteRunResult[],
  out: string,
  known: readonly Diagnostic[],
): RunReport[] {
  const found = results.flatMap((result) => (result.kind === "invalid" ? result.diagnostics : []));
  const diagnostics = [...known, ...found];
  if (diagnostics.length > 0) throw new ValidationError(distinct(diagnostics));
  return runs.map((run, index): RunReport => {
    const result = results[index];
    if (result?.kind === "refused") {
      const { code, syscall } = result;
      throw Object.assign(new Error(code), { code, syscall, path: join(out, run.folder, resourcesFile) });
    }
    if (result?.kind !== "done") {
      const message = result?.kind === "failed" ? result.message : "no result";
      throw new Error(`the program failed for ${run.folder}: ${message}`);
    }
    const { kind: _, ...report } = result;
    return { run, folder: join(out, run.folder), ...report };
  });
}

/** Each diagnostic once: what the runs of several sites say of one field, and differs in nothing but the site's file, is one. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const alike = Map.groupBy(diagnostics, ({ file, path, message }) =>
    JSON.stringify([file, path, message.replaceAll(anySiteFile, "")]),
  );
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const messages = [first, ...others].map(({ message }) => message);
    const files = [...new Set(messages.flatMap((message) => message.match(anySiteFile) ?? []))];
    const sameInAll = files.length > 1 && messages.every((message) => new Set(message.match(anySiteFile)).size === 1);
    if (!sameInAll) return [...new Set(messages)].map((message) => ({ ...first, message }));
    return [{ ...first, message: first.message.replaceAll(anySiteFile, files.join(" and ")) }];
  });
}

const anySiteFile = /\bPulumi\.[a-z0-9-]+\.yaml\b/g;
