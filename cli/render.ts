import { enableCompileCache } from "node:module";
import { relative, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { runCommand } from "./internal/command.ts";
import { renderSites } from "./internal/renderSites.ts";

enableCompileCache();

/** Writes what `pulumi up` would register, for every site, without a cluster, a Vault or the Pulumi command line. */
const command = new Command("render")
  .description("Render every object of every site to YAML, offline, and print what runs where.")
  .option("--site <name...>", "only these sites (default: every Pulumi.<site>.yaml)")
  .option("--out <folder>", "folder to write to", folderName, "out")
  .addOption(
    new Option("--format <format>", "form of the report on standard output")
      .choices(["table", "json"])
      .default("table"),
  )
  .option("--tree", "print the components' tree too")
  .action(async (options: { site?: string[]; out: string; format: "table" | "json"; tree?: true }) => {
    const out = resolve(options.out);
    const reports = await renderSites({ out, ...(options.site === undefined ? {} : { sites: options.site }) });
    const shown = reports.map((report) => ({ ...report, folder: relative(process.cwd(), report.folder) }));
    const { formatJson, formatTable } = await import("./internal/report.ts");
    process.stdout.write(options.format === "json" ? formatJson(shown) : `\n${formatTable(shown)}`);
    if (options.tree === true) {
      const { formatTree } = await import("./internal/tree.ts");
      for (const { folder } of reports) process.stdout.write(`\n${await formatTree(folder)}`);
    }
  });

function folderName(value: string): string {
  if (value === "") throw new InvalidArgumentError("It must not be empty; name a folder, such as out.");
  return value;
}

await runCommand(command);
