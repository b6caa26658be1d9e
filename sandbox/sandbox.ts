import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { print } from "../command/print.ts";
import { unknownSites } from "../recorder/stackFile.ts";
import { deploySites } from "./deploy/deploySites.ts";
import { sandboxNameRule } from "./sites/folders.ts";
import { type Attendance, Sandbox } from "./sites/sandbox.ts";
import { formatStatus } from "./sites/status.ts";
import { step } from "./sites/steps.ts";

/** Runs both data centres on one machine, with real API servers and real Vaults. */
export const command = new Command("sandbox").description(
  "Run both data centres on this machine, with real control planes and Vaults, to try out production changes.",
);

command
  .command("up")
  .description("start every site; what runs already stays as it is")
  .addOption(nameOption())
  .action(({ name }: { name: string }) =>
    attended(async (attendance) => {
      const sandbox = await Sandbox.open(name);
      await sandbox.up(attendance);
      process.stdout.write(`${await formatStatus(sandbox)}\nexport KUBECONFIG=${sandbox.kubeconfig}\n`);
    }),
  );

command
  .command("status")
  .description("what runs where: versions, ports, memory; exit code 1 where something does not run")
  .addOption(nameOption())
  .action(async ({ name }: { name: string }) => {
    const sandbox = await Sandbox.open(name);
    process.stdout.write(`${await formatStatus(sandbox)}\n`);
    const states = await Promise.all(sandbox.sites.map((site) => site.isUp()));
    if (states.includes(false)) process.exitCode = 1;
  });

command
  .command("down")
  .description("stop every site and keep its data")
  .option("--delete", "delete the data, keys and logs, too")
  .addOption(nameOption())
  .action(({ name, delete: discard = false }: { name: string; delete?: boolean }) =>
    attended(async (attendance) => (await Sandbox.open(name)).down(attendance, discard)),
  );

command
  .command("deploy")
  .description("run the program on the real Pulumi engine: dc1, then the others; exit code 1 where a deployment fails")
  .option("--site <name...>", "only these sites (default: all, one after the other)")
  .option("--preview", "show what would be changed, and change nothing")
  .option("--refresh", "refresh the state first, so that manual changes are reverted")
  .addOption(nameOption())
  .action(({ name, site, preview, refresh = false }: DeployOptions) =>
    attended(async (attendance) => {
      const sandbox = await Sandbox.open(name);
      const known = sandbox.sites.map((each) => each.name);
      const sites = site ?? known;
      const unknown = sites.filter((each) => !known.includes(each));
      if (unknown.length > 0) throw new UsageError(unknownSites(unknown, known));
      const operation = preview === true ? "preview" : "up";
      if (!(await deploySites(sandbox, { sites, operation, refresh }, attendance))) process.exitCode = 1;
    }),
  );

command
  .command("logs")
  .description("print the log of a site's server")
  .argument("<site>", "such as dc1")
  .argument("<server>", "such as kube-apiserver")
  .addOption(nameOption())
  .action(async (site: string, server: string, { name }: { name: string }) => {
    const { sites } = await Sandbox.open(name);
    const found = sites.find((each) => each.name === site);
    if (found === undefined)
      throw new UsageError(
        unknownSites(
          [site],
          sites.map((each) => each.name),
        ),
      );
    const servers = await found.servers.recorded();
    const log = servers.find((each) => each.name === server)?.log;
    if (log === undefined)
      throw new UsageError(`"${server}" is not a server of ${site}; expected one of ${listed(servers)}`);
    print(await readFile(log, "utf8"));
  });

command
  .command("kubeconfig")
  .description("print the path of a kubeconfig with a context for each site")
  .addOption(nameOption())
  .action(async ({ name }: { name: string }) => {
    const sandbox = await Sandbox.open(name);
    await sandbox.running();
    process.stdout.write(`${sandbox.kubeconfig}\n`);
  });

addExamples(command, {
  up: "both sites, with what they need",
  "deploy --site dc1": "the working tree, by the real engine",
  "logs dc1 vault": "what a server has written",
  "down --delete": "and nothing is left",
});

interface DeployOptions {
  readonly name: string;
  readonly site?: string[];
  readonly preview?: true;
  readonly refresh?: boolean;
}

function nameOption(): Option {
  return new Option("--name <name>", "which sandbox; several may run side by side")
    .default("default")
    .argParser((value: string) => {
      if (sandboxNameRule.test(value)) return value;
      throw new InvalidArgumentError("It must be at most 32 lower-case letters, digits and hyphens.");
    });
}

function listed(items: readonly { readonly name: string }[]): string {
  return items.length === 0 ? "none" : items.map(({ name }) => name).join(", ");
}

/** Runs a task that Ctrl-C stops cleanly. */
async function attended(work: (attendance: Attendance) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new UsageError("interrupted; everything that was started is stopped again"));
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    await work({ step, signal: stop.signal });
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
