import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { runCommand } from "../cli/internal/command.ts";
import { measureCatalogues } from "./internal/campaign.ts";
import { formatReport } from "./internal/report.ts";
import { type VariantName, variantNames } from "./internal/variants.ts";

/** Measures `render` on synthetic catalogues, beside other ways to get the same objects. */
const command = new Command("bench")
  .description("Measure render, our components, a bare program, cdk8s and helm template on the same objects.")
  .option("--sizes <services>", "sizes of the catalogues, separated by commas", sizes, [10, 100, 500])
  .option("--runs <count>", "runs over which medians are taken", positive, 3)
  .addOption(new Option("--variants <name...>", "only these").choices(variantNames).default([...variantNames], "all"))
  .option("--out <file>", "file to write the figures to, as JSON", "out/bench.json")
  .option("--check", "end with exit code 1 where a target is missed")
  .action(async (options: { sizes: number[]; runs: number; variants: VariantName[]; out: string; check?: true }) => {
    const temporary = await mkdtemp(join(tmpdir(), "gemelos-bench-"));
    const stop = new AbortController();
    const interrupt = () => stop.abort(new Error("interrupted"));
    process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
    try {
      const report = await measureCatalogues(options, temporary, stop.signal);
      const out = resolve(options.out);
      await mkdir(dirname(out), { recursive: true });
      await writeFile(out, `${JSON.stringify(report, null, 2)}\n`);
      process.stdout.write(`${formatReport(report)}\nwritten to ${relative(process.cwd(), out)}\n`);
      if (options.check === true && report.targets.some(({ met }) => !met)) process.exitCode = 1;
    } finally {
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
      await rm(temporary, { recursive: true, force: true });
    }
  });

function positive(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("it must be a whole number from 1 to 9999.");
  return Number(text);
}

function sizes(text: string): number[] {
  return [...new Set(text.split(",").map(positive))].sort((a, b) => a - b);
}

await runCommand(command);
