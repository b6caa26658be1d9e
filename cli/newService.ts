import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { UsageError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";
import { microserviceSchema } from "../components/description/index.ts";
import { projectFolder } from "../recorder/stackFile.ts";

interface Options {
  readonly namespace?: string;
  readonly owner?: string;
  readonly description?: string;
  readonly format: "table" | "json";
}

/** Adds a service that nobody has run yet to the catalogue. */
export const command = new Command("new-service")
  .description("Add a service to the catalogue, with a placeholder release in every site.")
  .argument("<name>", "name of the service: lower-case letters, digits and hyphens")
  .option("--namespace <name>", "namespace (default: the service's name)")
  .option("--owner <text>", "contact: a team's email address or chat channel")
  .option("--description <text>", "what the service is for, in one line")
  .addOption(new Option("--from [place...]").hideHelp())
  .on("option:from", () => {
    throw new UsageError("manifests of services that already run are taken in by npm run adopt -- FILE|DIR...");
  })
  .action(async (name: string, options: Options) => {
    checkName(name);
    const [{ alone }, { readProject }, { addService }] = await Promise.all([
      import("../command/alone.ts"),
      import("./adopt/project.ts"),
      import("./adopt/writing/addService.ts"),
    ]);
    const { namespace, owner, description, format } = options;
    // From the first look at the project to the last write: two runs at once would each write what the other has not read.
    const report = await alone(async () => {
      checkName(name);
      return addService({ name, namespace, owner, description }, await readProject());
    });
    print(format === "json" ? `${JSON.stringify(report.json, null, 2)}\n` : report.text);
  });

addFormatOptions(command, ["table", "json"]);

function checkName(name: string): void {
  const result = microserviceSchema.shape.name.safeParse(name);
  if (!result.success) throw new UsageError(`the name ${result.error.issues[0]?.message ?? "is not allowed"}`);
  if (existsSync(join(projectFolder, "services", name))) {
    throw new UsageError(
      `services/${name} already exists and will not be overwritten; choose another name, or edit that folder`,
    );
  }
}

addExamples(command, {
  refunds: "services/refunds, and a placeholder release in each site",
  "refunds --namespace payments --owner team-refunds@tax.example": "with fields of its own",
});
