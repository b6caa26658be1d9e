import { Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print, printError } from "../command/print.ts";
import { withProgress } from "../command/progress.ts";
import { secondsOf } from "../components/duration.ts";

interface Options {
  readonly site: string;
  readonly soak?: number;
  readonly timeout?: number;
  readonly format: "table" | "json";
}

/** Says whether a site does what the working tree says, read from the site itself. */
export const command = new Command("gate")
  .description(
    "Look at a site until it has done what the working tree says for the soak: pods, autoscalers, alerts, the entrance, the services' own tests. Changes nothing but the Jobs of these tests. Exit code 1 if it does not.",
  )
  .addOption(new Option("--site <name>", "the site").makeOptionMandatory())
  .addOption(
    new Option("--soak <duration>", "how long all has to be well (default: soak of delivery.yaml)").argParser(duration),
  )
  .addOption(
    new Option(
      "--timeout <duration>",
      "how long it may take until all is well (default: 6 soaks, at least 1h)",
    ).argParser(duration),
  )
  .action(async (options: Options) => {
    const [{ describeSite }, { ApiClient }, gate, { readSettings }, { openVault }] = await Promise.all([
      import("../recorder/renderSite.ts"),
      import("../clusterClient/index.ts"),
      import("../delivery/gate/index.ts"),
      import("../delivery/settings.ts"),
      import("../vaultClient/openVault.ts"),
    ]);
    const described = await describeSite(options.site);
    const { site } = described;
    if (Object.keys(site.releases).length === 0) {
      throw new UsageError(`--site: ${site.name} has no releases yet; add them to ${site.file}, and deploy`);
    }
    const { soak } = await readSettings();
    const { soak: soakSeconds = soak, timeout } = options;
    const vault = openVault(site, process.env);
    // First, since a cluster that cannot be asked is known sooner than what is rendered for it.
    const client = await ApiClient.open(site);
    const expected = await withProgress(`rendering ${site.name}`, () => gate.readExpectations(described));
    const live = process.stderr.isTTY === true;
    const write = (text: string) => (live ? process.stderr.write(text) : printError(text));
    const progress = new gate.GateProgress(site.name, soakSeconds, { live, write });
    const stop = new AbortController();
    const interrupt = () => stop.abort();
    process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
    try {
      const result = await gate.runGate({
        ...{
          site,
          expected,
          client,
          vault,
          environment: process.env,
          soakSeconds,
          signal: stop.signal,
        },
        ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
        onState: (state) => progress.show(state),
      });
      print(options.format === "json" ? `${JSON.stringify(result, null, 2)}\n` : gate.formatGate(result));
      process.exitCode = result.outcome === "pass" ? 0 : 1;
    } finally {
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    }
  });

addFormatOptions(command, ["table", "json"], "json is the result as the history keeps it");

addExamples(command, {
  "--site dc1": "whether dc1 does what the working tree says",
  "--site dc1 --soak 30s": "a first look, which is no gate",
});

function duration(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === undefined) throw new InvalidArgumentError("Write a duration such as 10m, 90s or 1h30m.");
  return seconds;
}
