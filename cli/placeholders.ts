import { Command } from "commander";
import { addExamples } from "../command/examples.ts";
import { print } from "../command/print.ts";

/** Looks for what a scaffold has left to people, in every description and every site's file. */
export const command = new Command("placeholders")
  .description("Fail where a description or a release is still to be filled in. A part of npm run check.")
  .action(async () => {
    const { formatPlaceholders, readPlaceholders } = await import("./placeholders/readPlaceholders.ts");
    const found = await readPlaceholders();
    print(formatPlaceholders(found));
    process.exitCode = found.length > 0 ? 1 : 0;
  });

addExamples(command, { "": "before a change is handed over" });
