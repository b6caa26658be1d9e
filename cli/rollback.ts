import { Command, InvalidArgumentError, Option } from "commander";
import { addExamples } from "../command/examples.ts";
import { print } from "../command/print.ts";
import { reasonOf } from "./reason.ts";

interface Options {
  readonly site: string;
  readonly service?: string;
  readonly to?: string;
  readonly reason: string;
  readonly yes?: true;
}

/** Takes a site, or one of its services, back to what it has verified before. */
export const command = new Command("rollback")
  .description(
    "Take a site back to the commit that it verified before, through the same gate, and hold the commit that it leaves. Without --yes it only says what that changes, and what it cannot.",
  )
  .addOption(new Option("--site <name>", "the site").makeOptionMandatory())
  .addOption(new Option("--reason <reason>", "why; it is recorded").argParser(reasonOf).default("no reason was stated"))
  .option("--service <name>", "only this service, to its release before")
  .addOption(
    new Option("--to <commit>", "another commit that the site has verified").argParser(commit).conflicts("service"),
  )
  .option("--yes", "do it; a deployment of the site that runs is asked to end")
  .action(async ({ site, service, to, reason: why, yes }: Options) => {
    const { rollbackSite } = await import("../delivery/deployment/index.ts");
    process.exitCode = await rollbackSite({ site, service, to, reason: why, isConfirmed: yes === true }, print);
  });

addExamples(command, {
  "--site dc1": "what a rollback of dc1 would change",
  '--site dc1 --reason "declarations are lost" --yes': "roll dc1 back",
  "--site dc1 --service receipts --yes": "only one service, to its release before",
});

function commit(text: string): string {
  if (!/^[0-9a-f]{7,64}$/.test(text)) throw new InvalidArgumentError("name a commit by at least 7 digits of its hash.");
  return text;
}
