import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { addExamples } from "../command/examples.ts";
import { writeWhole } from "../command/writeWhole.ts";
import { projectFolder } from "../recorder/stackFile.ts";
import { measureCatalogues } from "./measure/campaign.ts";
import { formatDeployments, meetsTarget, reportDeployments } from "./measure/deploymentReport.ts";
import { measureDeployments } from "./measure/deployments.ts";
import { formatReport } from "./measure/report.ts";
import { type VariantName, variantNames } from "./measure/variants.ts";

/** Measures `render` on synthetic catalogues and compares it with other ways to produce the same objects. */
export const command = new Command("bench")
  .enablePositionalOptions()
  .description("Measure render, our components, a bare program, cdk8s and helm template on the same objects.")
  .option("--sizes <services>", "sizes of the catalogues, separated by commas", sizes, [10, 100, 500])
  .option("--runs <count>", "runs over which medians are taken", positive, 3)
  .addOption(new Option("--variants <name...>", "only these").choices(variantNames).default([...variantNames], "all"))
  .option("--out <file>", "file to write the figures to, as JSON", "out/bench.json")
  .option("--check", "end with exit code 1 where a target is missed")
  .action((options: { sizes: number[]; runs: number; variants: VariantName[]; out: string; check?: true }) =>
    inTemporaryFolder(async (temporary, signal) => {
      const report = await measureCatalogues(options, temporary, signal);
      await finish(options.out, report, formatReport(report));
      if (options.check === true && report.targets.some(({ met }) => !met)) process.exitCode = 1;
    }),
  );

command
  .command("sandbox")
  .description("Measure deployments to real API servers by the real engine, ours beside a bare program's.")
  .option("--sizes <services>", "sizes of the catalogues, separated by commas", sizes, [10, 50, 100, 200])
  .option("--runs <count>", "runs of what can be repeated (all but up), over which medians are taken", positive, 3)
  .option("--out <file>", "file to write the figures to, as JSON", "out/bench-sandbox.json")
  .option("--check", "end with exit code 1 where a target is missed")
  .action((_: unknown, subcommand: Command) => {
    const options: { sizes: number[]; runs: number; out: string; check?: true } = subcommand.opts();
    return inTemporaryFolder(async (temporary, signal) => {
      const report = reportDeployments(await measureDeployments(options, temporary, signal));
      await finish(options.out, report, formatDeployments(report));
      if (options.check === true && !meetsTarget(report)) process.exitCode = 1;
    });
  });

addExamples(command, {
  "--sizes 10,100 --runs 1": "a quick look",
  "--check": "fails where a target is missed",
  sandbox: "deployments to the sandbox",
});

async function inTemporaryFolder(work: (folder: string, signal: AbortSignal) => Promise<void>): Promise<void> {
  // On the disk where users render: creating thousands of files takes ten times longer on some disks than on others.
  const parent = join(projectFolder, "out");
  await mkdir(parent, { recursive: true });
  const temporary = await mkdtemp(join(parent, ".bench-"));
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    await work(temporary, stop.signal);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    await rm(temporary, { recursive: true, force: true });
  }
}

async function finish(file: string, report: object, text: string): Promise<void> {
  const out = resolve(file);
  writeWhole(out, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${text}\nwritten to ${relative(process.cwd(), out)}\n`);
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("it must be a whole number from 1 to 9999.");
  return Number(text);
}

function sizes(text: string): number[] {
  return [...new Set(text.split(",").map(positive))].sort((a, b) => a - b);
}
