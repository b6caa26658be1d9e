import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { endByInterrupt } from "../command/cleanUp.ts";
import { UsageError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print, printError } from "../command/print.ts";
import { describeError } from "../command/runCommand.ts";
import { terminalWidth } from "../command/table.ts";
import type { RenderedSite } from "./preview/report.ts";
import type { SiteReport } from "./render/table.ts";

interface Options {
  readonly site?: string[];
  readonly out: string;
  readonly format: "table" | "wide" | "json";
  readonly tree?: true;
  readonly watch?: true;
}

/** Writes everything that `pulumi up` would register in each site, without a cluster, Vault or the Pulumi CLI. */
export const command = new Command("render")
  .description("Render every object of every site to YAML, offline, and print what runs where.")
  .option("--site <name...>", "only these sites (default: every Pulumi.<site>.yaml)")
  .option("--out <folder>", "folder to write to", folderName, "out")
  .option("--tree", "print the components' tree too")
  .option("--watch", "render again after each change of the project's files, and print what it changes; Ctrl-C ends it")
  .action(async (options: Options) => {
    for (const option of ["tree", "watch"] as const) {
      if (options[option] !== true || options.format !== "json") continue;
      throw new UsageError(
        `--${option}: is for people, and JSON is all that standard output has; leave one of both out`,
      );
    }
    if (options.watch === true) await watch(options);
    else await printReports(await render(options), options);
  });

/** Renders once. */
async function render(options: Options): Promise<readonly SiteReport[]> {
  const [{ refuseProject }, { renderSites }] = await Promise.all([
    import("../recorder/outputPlace.ts"),
    import("../recorder/renderSites.ts"),
  ]);
  const out = resolve(options.out);
  refuseProject("--out", out);
  const sites = options.site === undefined ? {} : { sites: options.site };
  // Loaded while the site processes start, which takes longer.
  const loading = import("./render/siteReports.ts").then(({ SiteReports }) => new SiteReports());
  const runs = await renderSites({ out, ...sites }, (run, manifest) => {
    void loading.then((collected) => collected.add(run.folder, manifest));
  });
  const collected = await loading;
  return Promise.all(runs.map((run) => collected.of(run, runs)));
}

async function printReports(reports: readonly SiteReport[], options: Options): Promise<void> {
  const { formatJson, formatReports } = await import("./render/table.ts");
  const width = options.format === "wide" ? undefined : terminalWidth();
  const shown = reports.map((report) => ({ ...report, folder: relative(process.cwd(), report.folder) }));
  print(options.format === "json" ? formatJson(shown) : `\n${formatReports(shown, width)}`);
  if (options.tree !== true) return;
  const { formatTree } = await import("./render/tree.ts");
  for (const { folder } of reports) print(`\n${await formatTree(folder)}`);
}

/** Renders, and again after each change, until Ctrl-C. What cannot be rendered is said, and the next change is awaited. */
async function watch(options: Options): Promise<void> {
  const [{ watchProject }, { projectFolder }, { compareCommits }, { formatText }, { paintText }] = await Promise.all([
    import("./render/watchProject.ts"),
    import("../recorder/stackFile.ts"),
    import("./preview/report.ts"),
    import("./preview/format.ts"),
    import("./preview/paint.ts"),
  ]);
  const stop = new AbortController();
  endByInterrupt();
  process.once("SIGINT", () => stop.abort());
  let last: ReadonlyMap<string, RenderedSite> | undefined;
  await watchProject(projectFolder, stop.signal, async (paths) => {
    const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
    if (paths.length > 0) printError(`\nchanged: ${paths.slice(0, 3).join(", ")}${more}\n`);
    try {
      const reports = await render(options);
      const next = await renderedSites(reports);
      if (last === undefined) await printReports(reports, options);
      else print(formatText(compareCommits("the render before", last, next, [])), paintText);
      last = next;
    } catch (error) {
      // Whoever ends the command ends the processes that render, too.
      if (!stop.signal.aborted) printError(`${await describeError(error)}\n`);
    }
    if (paths.length === 0) printError("\nwatching the project's files; Ctrl-C ends it\n");
  });
}

/** What a preview compares, of what was just rendered. */
async function renderedSites(reports: readonly SiteReport[]): Promise<ReadonlyMap<string, RenderedSite>> {
  const [{ formatJson }, { parseFacts }] = await Promise.all([
    import("./render/table.ts"),
    import("./preview/facts.ts"),
  ]);
  const facts = new Map(parseFacts(formatJson(reports)).map((each) => [each.site, each]));
  const read = async ({ site, folder }: SiteReport): Promise<readonly [string, RenderedSite][]> => {
    const own = facts.get(site);
    if (own === undefined) return [];
    return [[site, { facts: own, resources: JSON.parse(await readFile(join(folder, "resources.json"), "utf8")) }]];
  };
  return new Map((await Promise.all(reports.map(read))).flat());
}

addFormatOptions(command, ["table", "wide", "json"], "wide leaves no column out");

function folderName(value: string): string {
  if (value === "") throw new InvalidArgumentError("It must not be empty; name a folder, such as out.");
  return value;
}

addExamples(command, {
  "": "every site, to out/",
  "--site dc1 --out /tmp/manifests": "one site, somewhere else",
  "--watch": "again after each change of a file",
  "--json": "for a program, on standard output alone",
});
