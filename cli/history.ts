import { Command, Option } from "commander";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print, printError } from "../command/print.ts";
import { withProgress } from "../command/progress.ts";
import { terminalWidth } from "../command/table.ts";
import type { ReadQuestion } from "./history/readHistories.ts";

interface Options extends ReadQuestion {
  readonly site?: string;
  readonly verify?: true;
  readonly appendKept?: true;
  readonly restore?: true;
  readonly format: "table" | "wide" | "json";
}

/** Shows what was done to the sites, and whether that is still what was recorded. */
export const command = new Command("history")
  .description(
    "Show what was deployed to the sites: who, what, when and why. Exit code 1 if the records are not what was recorded.",
  )
  .option("--site <name>", "only this site (default: all)")
  .option("--commit <commit>", "only records of this commit")
  .option("--service <name>", "only records that changed this service's release")
  .option(
    "--verify",
    "only say whether the records are what was recorded, and what vouches for them; exit code 2 where a store is not reached",
  )
  .addOption(
    new Option("--append-kept", "record what this machine has kept since a store could not be reached").conflicts(
      "restore",
    ),
  )
  .option("--restore", "bring back records that are missing at the end from the copy in the other site's store")
  .action(async ({ site, verify, appendKept, restore, format, ...question }: Options) => {
    const [{ openHistories, readHistories }, { formatHistories, formatHistoriesJson, formatVerified }] =
      await Promise.all([import("./history/readHistories.ts"), import("./history/format.ts")]);
    const opened = await openHistories(site);
    for (const { history } of opened) {
      const say = format === "json" ? printError : print;
      if (appendKept === true) say(`${history.site}: ${await history.appendKept()} recorded that were kept here\n`);
      if (restore === true) say(`${history.site}: ${await history.restore()} restored from the copy\n`);
    }
    const read = await withProgress("reading histories", () => readHistories(opened, question));
    const form = verify === true ? formatVerified : formatHistories;
    print(
      format === "json"
        ? formatHistoriesJson(read)
        : form(read, format === "wide" ? undefined : terminalWidth(), format),
    );
    const isWhole = read.every(({ problems }) => problems.length === 0);
    const isReached = verify !== true || read.every(({ unreached }) => unreached === undefined);
    process.exitCode = isWhole ? (isReached ? 0 : 2) : 1;
  });

addFormatOptions(command, ["table", "wide", "json"], "wide has digests, plan and gate, and cuts nothing");

addExamples(command, {
  "": "what was done to all sites",
  "--site dc1 --service receipts": "which release of a service came when, and by whom",
  "--verify": "whether anything was changed afterwards",
});
