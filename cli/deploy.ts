import { Command, Option } from "commander";
import { UsageError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";
import { reasonOf } from "./reason.ts";

interface Options {
  readonly site: string;
  readonly planOnly?: true;
  readonly heal?: true;
  readonly replan?: true;
  readonly breakGlass?: string;
  readonly releaseHold?: string;
  readonly siteLost?: string;
  readonly asRollback?: string;
  readonly format: "text" | "json";
}

/** Deploys the commit that is checked out to a site: for a person and for the pipeline. */
export const command = new Command("deploy")
  .description(
    "Deploy the commit that is checked out to a site: checks, drift, plan, update of that plan, gate, record. Interrupted anywhere, the same command goes on. Exit code 1 if it is refused or not verified.",
  )
  .addOption(new Option("--site <name>", "the site").makeOptionMandatory())
  .option("--plan-only", "stop after the plan, and change nothing")
  .option("--heal", "put right what somebody changed by hand")
  .option("--replan", "where the site is not as planned any more, go on with a new plan")
  .addOption(reason("--break-glass <reason>", "deploy in a freeze, for those whom calendar.yaml names"))
  .addOption(reason("--release-hold <reason>", "deploy a commit again that was rolled back"))
  .addOption(
    reason(
      "--site-lost <reason>",
      "deploy without all sites before this one, which are lost; the text says why, and names no site by itself",
    ),
  )
  .addOption(reason("--as-rollback <reason>", "what npm run rollback runs in the older commit").hideHelp())
  .action(async ({ format, ...options }: Options) => {
    const [{ deployAndTell }, { listSites, unknownSites }] = await Promise.all([
      import("./deploy/deployAndTell.ts"),
      import("../recorder/stackFile.ts"),
    ]);
    const sites = await listSites();
    if (!sites.includes(options.site)) throw new UsageError(`--site: ${unknownSites([options.site], sites)}`);
    const { planOnly = false, heal = false, replan = false, asRollback } = options;
    const { text, code } = await deployAndTell(
      {
        ...{ site: options.site, isPlanOnly: planOnly, heals: heal, replans: replan },
        ...{ breakGlass: options.breakGlass, releaseHold: options.releaseHold, siteLost: options.siteLost },
        ...{ isRollback: asRollback !== undefined, why: asRollback },
      },
      format,
    );
    print(text);
    process.exitCode = code;
  });

addFormatOptions(command, ["text", "json"]);

addExamples(command, {
  "--site dc1": "deploy what is checked out; run it again if it was interrupted",
  "--site dc1 --plan-only": "what it would change",
  '--site dc2 --site-lost "dc1: flood in the machine room"': "deploy dc2 though dc1 has not verified the commit",
});

/** An option with a reason, which is recorded. */
function reason(flags: string, description: string): Option {
  return new Option(flags, description).argParser(reasonOf);
}
