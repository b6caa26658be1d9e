import { Command } from "commander";
import { addExamples } from "../command/examples.ts";
import { print } from "../command/print.ts";

/** Holds the pipeline's file against what Bamboo knows and what this project has, since Bamboo lets misspelt keys pass. */
export const command = new Command("bamboo")
  .description(
    "Fail where bamboo-specs/bamboo.yaml is not as Bamboo and this project know it. A part of npm run check.",
  )
  .action(async () => {
    const { checkProject, formatSpecs } = await import("./bamboo/checkSpecs.ts");
    print(formatSpecs(await checkProject()));
  });

addExamples(command, { "": "after a change of the pipeline, or of a script that it calls" });
