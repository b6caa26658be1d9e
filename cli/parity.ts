import { Command } from "commander";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";

/** Compares the sites: they must have the same objects, differing only in values of their site data. */
export const command = new Command("parity")
  .description("Check that all sites get identical workloads, apart from values of their site data.")
  .option("--releases", "also fail if the sites run different releases")
  .action(async (options: { releases?: true; format: "text" | "json" }) => {
    const { checkParity, formatParity, formatParityJson } = await import("./parity/checkParity.ts");
    const result = await checkParity();
    print(options.format === "json" ? formatParityJson(result) : formatParity(result));
    const failed = result.differences.length > 0 || (options.releases === true && result.releases.length > 0);
    process.exitCode = failed ? 1 : 0;
  });

addFormatOptions(command, ["text", "json"]);

addExamples(command, {
  "": "the objects of all sites",
  "--releases": "and their releases, such as before a release to all",
});
