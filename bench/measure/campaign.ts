import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { withProgress } from "../../command/progress.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { figuresOf, linearityOf, ratiosOf, type Sample, targetsOf } from "./figures.ts";
import type { BenchReport } from "./report.ts";
import { findHelm, type Measurement, measuredEnvironment, measureVariant, type VariantName } from "./variants.ts";
import { prepareWorkload } from "./workload.ts";

/** What to measure. */
export interface Campaign {
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly variants: readonly VariantName[];
}

/**
 * Measures each size in several runs. Each run measures all variants in turn, so that other load on the machine affects
 * all of them equally. Temporary files stay in the folder `temporary`.
 */
export async function measureCatalogues(
  { sizes, runs, variants }: Campaign,
  temporary: string,
  signal: AbortSignal,
): Promise<BenchReport> {
  const helm = findHelm();
  const measured = variants.filter((variant) => variant !== "helm" || "version" in helm);
  const step = progress();
  const samples: Sample[] = [];
  for (const size of sizes) {
    const folder = join(temporary, String(size));
    const workload = await step(`${size} services: preparing`, () =>
      prepareWorkload(folder, size, signal, measuredEnvironment(temporary)),
    );
    const measurements = new Map<VariantName, Measurement[]>(measured.map((variant) => [variant, []]));
    for (let run = 1; run <= runs; run += 1) {
      // Every other run is in reverse order, so that no variant always follows the same one.
      const order = run % 2 === 1 ? measured : measured.toReversed();
      await step(`${size} services: run ${run} of ${runs}`, async () => {
        for (const variant of order) {
          measurements.get(variant)?.push(await measureVariant(variant, workload, temporary, signal));
        }
      });
    }
    for (const [variant, taken] of measurements) samples.push({ variant, size, runs: taken });
  }
  const figures = samples.map(figuresOf);
  const ratios = ratiosOf(samples);
  return {
    versions: {
      node: process.version,
      "@pulumi/pulumi": await versionOf("@pulumi/pulumi"),
      cdk8s: await versionOf("cdk8s"),
      helm: "version" in helm ? helm.version : helm.absent,
    },
    processors: availableParallelism(),
    runs,
    figures,
    ratios,
    linearity: linearityOf(figures),
    targets: targetsOf(ratios),
  };
}

/** Seconds after which a log shows each step, as a sign of progress. */
const quietSeconds = 10;

/** Shows steps: live on a terminal, otherwise one line per step once the campaign has taken `quietSeconds`. */
function progress(): <Result>(name: string, work: () => Promise<Result>) => Promise<Result> {
  const start = performance.now();
  return (name, work) => {
    const seconds = Math.round((performance.now() - start) / 1000);
    if (process.stderr.isTTY !== true && seconds >= quietSeconds) process.stderr.write(`${seconds} s  ${name}\n`);
    return withProgress(name, work);
  };
}

async function versionOf(name: string): Promise<string> {
  const text = await readFile(join(projectFolder, "node_modules", name, "package.json"), "utf8");
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
