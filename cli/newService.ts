import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { Command, Option } from "commander";
import { runCommand } from "../command/command.ts";
import { microserviceSchema } from "../components/description/index.ts";
import { formatValue, ValidationError } from "../components/diagnostic.ts";
import { projectFolder } from "../recorder/stackFile.ts";

enableCompileCache();

interface Options {
  readonly from?: string[];
  readonly namespace?: string;
  readonly owner?: string;
  readonly description?: string;
  readonly acceptLosses?: true;
  readonly format: "table" | "json";
}

/** Adds a service to the catalogue: a new one, or one that runs already under hand-written manifests. */
const command = new Command("new-service")
  .description("Add a service to the catalogue, with a release to be filled in for every site.")
  .argument("<name>", "name of the service: lower-case letters, digits and hyphens")
  .option(
    "--from <place...>",
    "make it from the manifests in these files and folders, and say what became of every field",
  )
  .option("--namespace <name>", "its namespace (default: the manifests', else the service's name)")
  .option("--owner <text>", "whom to ask: a team's mail address or chat channel")
  .option("--description <text>", "what the service is for, in one line")
  .option("--accept-losses", "write the service although fields of the manifests are not carried over")
  .addOption(new Option("--format <format>", "form of the report").choices(["table", "json"]).default("table"))
  .action(async (name: string, options: Options) => {
    checkName(name);
    const [{ readManifestFiles }, { readProject }, { addService }] = await Promise.all([
      import("./adopt/manifestFiles.ts"),
      import("./adopt/project.ts"),
      import("./adopt/addService.ts"),
    ]);
    const { from, namespace, owner, description, acceptLosses = false, format } = options;
    const files = from === undefined ? undefined : await readManifestFiles(from);
    const wishes = { name, namespace, owner, description };
    const { report, written } = await addService({ wishes, files, acceptLosses }, await readProject());
    process.stdout.write(format === "json" ? `${JSON.stringify(report.json, null, 2)}\n` : report.text);
    if (!written) process.exitCode = 1;
  });

await runCommand(command);

function checkName(name: string): void {
  const at = (message: string) => new ValidationError([{ file: "new-service", path: "name", message }]);
  const result = microserviceSchema.shape.name.safeParse(name);
  if (!result.success) throw at(`${formatValue(name)} ${result.error.issues[0]?.message ?? "is not allowed"}`);
  if (existsSync(join(projectFolder, "services", name))) {
    throw at(`services/${name} exists already and is never overwritten; choose another name, or change that folder`);
  }
}
