import { Command } from "commander";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";
import { terminalWidth } from "../command/table.ts";

interface Options {
  readonly service?: string[];
  readonly namespace?: string;
  readonly owner?: string;
  readonly description?: string;
  readonly acceptLosses?: true;
  readonly details?: true;
  readonly format: "table" | "json";
}

/** Takes services that already run into the catalogue, from the manifests by which they run. */
export const command = new Command("adopt")
  .description("Take in services that already run: all Java Deployments of some manifests, and what belongs to them.")
  .argument("<manifests...>", "files and folders of manifests, patterns such as 'k8s/*.yaml', and - for standard input")
  .option(
    "--service <name...>",
    "take in these Deployments only, stated after the manifests: NAME, NAMESPACE/NAME, or SERVICE=NAME for a service of another name (default: all that may be Java)",
  )
  .option("--namespace <name>", "namespace of all services (default: from the manifests, otherwise the service's name)")
  .option("--owner <text>", "contact of all services: a team's email address or chat channel")
  .option("--description <text>", "what the service is for, in one line; with one service only")
  .option("--accept-losses", "write the services even if something of the manifests is lost")
  .option("--details", "show every field with its value, those that are carried over too")
  .action(async (places: string[], options: Options) => {
    const [{ alone }, { readManifestFiles }, { readProject }, { takeIn }] = await Promise.all([
      import("../command/alone.ts"),
      import("./adopt/input/manifestFiles.ts"),
      import("./adopt/project.ts"),
      import("./adopt/takeIn.ts"),
    ]);
    const manifests = await readManifestFiles(places);
    const { service, namespace, owner, description, acceptLosses = false, details = false, format } = options;
    const wishes = { service, namespace, owner, description, acceptLosses, details, width: terminalWidth() };
    // From the first look at the project to the last write: two runs at once would each write what the other has not read.
    const { report, written } = await alone(async () => takeIn(manifests, wishes, await readProject()));
    print(format === "json" ? `${JSON.stringify(report.json, null, 2)}\n` : report.text);
    if (!written) process.exitCode = 1;
  });

addFormatOptions(command, ["table", "json"]);

addExamples(command, {
  "manifests/": "all Java Deployments of a folder",
  "k8s/app.yaml --service tax/refunds --details": "one of them, every field shown",
  "- < live.yaml": "from standard input",
});
