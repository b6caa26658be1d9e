import { Command, Option } from "commander";
import { RemoteError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print, printError } from "../command/print.ts";
import { withProgress } from "../command/progress.ts";
import { terminalWidth } from "../command/table.ts";
import type { Healed } from "./drift/heal.ts";

interface Options {
  readonly site: string;
  readonly heal?: true;
  readonly format: "table" | "wide" | "json";
}

/** Compares a site's cluster with what the program renders for it, and puts right what somebody changed by hand. */
export const command = new Command("drift")
  .description(
    "Find what somebody changed by hand in a site's cluster: each field that is not as rendered, with who and when, and objects that the program does not know. Exit code 1 if something is left.",
  )
  .addOption(new Option("--site <name>", "the site").makeOptionMandatory())
  .option("--heal", "put the program's own objects right; nothing is created or deleted")
  .action(async ({ site: name, heal: healing, format }: Options) => {
    const [
      { describeSite, renderSite },
      { ApiClient },
      { findDrift, isClean },
      { heal },
      { formatDrift, formatDriftJson, formatHealing },
    ] = await Promise.all([
      import("../recorder/renderSite.ts"),
      import("../clusterClient/index.ts"),
      import("./drift/findDrift.ts"),
      import("./drift/heal.ts"),
      import("./drift/report.ts"),
    ]);
    const described = await describeSite(name);
    const { context } = described.site.kubernetes;
    // First, since a cluster that cannot be asked is known sooner than what is rendered for it.
    const client = await ApiClient.open(described.site);
    const manifests = await renderSite(described);
    const read = () => withProgress(`reading ${context}`, () => findDrift(client, manifests));
    let drift = await read();
    const healed: Healed[] = [];
    if (healing === true && drift.drifted.length > 0) {
      try {
        for (const drifted of drift.drifted) healed.push(await heal(client, drifted));
        drift = await read();
      } catch (error) {
        // What was done is said, whatever happens to the rest.
        (format === "json" ? printError : print)(formatHealing(healed));
        throw error;
      }
    }
    const report = { site: name, context, ...(healing === true ? { healed } : {}), ...drift };
    print(
      format === "json"
        ? formatDriftJson(report)
        : formatDrift(report, format === "wide" ? undefined : terminalWidth()),
    );
    const { unreadable } = drift;
    if (unreadable.length > 0) {
      const lines = unreadable.map((each) => `\n  ${each}`).join("");
      throw new RemoteError(`not everything could be read, so this report is not complete:${lines}`);
    }
    process.exitCode = isClean(drift) ? 0 : 1;
  });

addFormatOptions(command, ["table", "wide", "json"], "wide cuts no value short");

addExamples(command, {
  "--site dc1": "what somebody changed by hand",
  "--site dc1 --heal": "and put it right",
});
