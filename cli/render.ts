import { relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { UsageError } from "../command/errors.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";
import { terminalWidth } from "../command/table.ts";

/** Writes everything that `pulumi up` would register in each site, without a cluster, Vault or the Pulumi CLI. */
export const command = new Command("render")
  .description("Render every object of every site to YAML, offline, and print what runs where.")
  .option("--site <name...>", "only these sites (default: every Pulumi.<site>.yaml)")
  .option("--out <folder>", "folder to write to", folderName, "out")
  .option("--tree", "print the components' tree too")
  .action(async (options: { site?: string[]; out: string; format: "table" | "wide" | "json"; tree?: true }) => {
    const [{ refuseProject }, { renderSites }] = await Promise.all([
      import("../recorder/outputPlace.ts"),
      import("../recorder/renderSites.ts"),
    ]);
    if (options.tree === true && options.format === "json") {
      throw new UsageError("--tree: is for people, and JSON is all that standard output has; leave one of both out");
    }
    const out = resolve(options.out);
    refuseProject("--out", out);
    const sites = options.site === undefined ? {} : { sites: options.site };
    // Loaded while the site processes start, which takes longer.
    const loading = import("./render/siteReports.ts").then(({ SiteReports }) => new SiteReports());
    const runs = await renderSites({ out, ...sites }, (run, manifest) => {
      void loading.then((collected) => collected.add(run.folder, manifest));
    });
    const collected = await loading;
    const reports = runs.map((run) => collected.of(run));
    const { formatJson, formatReports } = await import("./render/table.ts");
    const width = options.format === "wide" ? undefined : terminalWidth();
    const shown = reports.map((report) => ({ ...report, folder: relative(process.cwd(), report.folder) }));
    print(options.format === "json" ? formatJson(shown) : `\n${formatReports(shown, width)}`);
    if (options.tree === true) {
      const { formatTree } = await import("./render/tree.ts");
      for (const { folder } of reports) print(`\n${await formatTree(folder)}`);
    }
  });

addFormatOptions(command, ["table", "wide", "json"], "wide leaves no column out");

function folderName(value: string): string {
  if (value === "") throw new InvalidArgumentError("It must not be empty; name a folder, such as out.");
  return value;
}
