import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { Command, Option } from "commander";
import { UsageError } from "../command/errors.ts";
import { print } from "../command/print.ts";
import { runCommand } from "../command/runCommand.ts";
import { microserviceSchema } from "../components/description/index.ts";
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

/** Adds a service to the catalogue, either a new one or one that already runs from hand-written manifests. */
const command = new Command("new-service")
  .description("Add a service to the catalogue, with a placeholder release in every site.")
  .argument("<name>", "name of the service: lower-case letters, digits and hyphens")
  .option(
    "--from <place...>",
    "generate it from the manifests in these files and folders, and report how each field was handled",
  )
  .option("--namespace <name>", "namespace (default: from the manifests, otherwise the service name)")
  .option("--owner <text>", "contact: a team's email address or chat channel")
  .option("--description <text>", "what the service is for, in one line")
  .option("--accept-losses", "write the service even if some manifest fields are lost")
  .addOption(new Option("--format <format>", "form of the report").choices(["table", "json"]).default("table"))
  .action(async (name: string, options: Options) => {
    checkName(name);
    const [{ alone }, { readManifestFiles }, { readProject }, { addService }] = await Promise.all([
      import("./adopt/alone.ts"),
      import("./adopt/manifestFiles.ts"),
      import("./adopt/project.ts"),
      import("./adopt/addService.ts"),
    ]);
    const { from, namespace, owner, description, acceptLosses = false, format } = options;
    const manifests = from === undefined ? undefined : await readManifestFiles(from);
    const wishes = { name, namespace, owner, description };
    // From the first look at the project to the last write: two runs at once would each write what the other has not read.
    const { report, written } = await alone(async () => {
      checkName(name);
      return addService({ wishes, manifests, acceptLosses }, await readProject());
    });
    print(format === "json" ? `${JSON.stringify(report.json, null, 2)}\n` : report.text);
    if (!written) process.exitCode = 1;
  });

await runCommand(command);

function checkName(name: string): void {
  const result = microserviceSchema.shape.name.safeParse(name);
  if (!result.success) throw new UsageError(`the name ${result.error.issues[0]?.message ?? "is not allowed"}`);
  if (existsSync(join(projectFolder, "services", name))) {
    throw new UsageError(
      `services/${name} already exists and will not be overwritten; choose another name, or edit that folder`,
    );
  }
}
