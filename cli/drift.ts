import { enableCompileCache } from "node:module";
import { Command, Option } from "commander";
import { runCommand } from "../command/command.ts";
import { RemoteError } from "../command/errors.ts";
import { withProgress } from "../command/progress.ts";

enableCompileCache();

interface Options {
  readonly site: string;
  readonly heal?: true;
  readonly format: "table" | "json";
}

/** Compares a site's cluster with what the program renders for it, and puts right what somebody changed by hand. */
const command = new Command("drift")
  .description(
    "Find what somebody changed by hand in a site's cluster: each field that is not as rendered, with who and when, and objects that the program does not know. Exit code 1 if something is left.",
  )
  .addOption(new Option("--site <name>", "the site").makeOptionMandatory())
  .option("--heal", "put the program's own objects right; nothing is created or deleted")
  .addOption(new Option("--format <format>", "form of the report").choices(["table", "json"]).default("table"))
  .action(async ({ site: name, heal: healing, format }: Options) => {
    const [{ renderSite }, { ApiClient }, { findDrift, isClean }, { heal }, { formatDrift, formatDriftJson }] =
      await Promise.all([
        import("./drift/renderSite.ts"),
        import("./drift/apiClient.ts"),
        import("./drift/findDrift.ts"),
        import("./drift/heal.ts"),
        import("./drift/report.ts"),
      ]);
    const { site, manifests } = await renderSite(name);
    const { context } = site.kubernetes;
    const client = await ApiClient.open(site);
    const read = () => withProgress(`reading ${context}`, () => findDrift(client, manifests));
    let drift = await read();
    let healed: Awaited<ReturnType<typeof heal>>[] | undefined;
    if (healing === true) {
      healed = [];
      for (const drifted of drift.drifted) healed.push(await heal(client, drifted));
      if (healed.length > 0) drift = await read();
    }
    const report = { site: name, context, healed, ...drift };
    process.stdout.write(format === "json" ? formatDriftJson(report) : formatDrift(report));
    const { unreadable } = drift;
    if (unreadable.length > 0) {
      const lines = unreadable.map((each) => `\n  ${each}`).join("");
      throw new RemoteError(`not everything could be read, so this report is not complete:${lines}`);
    }
    process.exitCode = isClean(drift) ? 0 : 1;
  });

await runCommand(command);
