import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "../../command/temporaryFolder.ts";
import { ValidationError } from "../../components/diagnostic.ts";
import { type Run, renderRuns } from "../../recorder/renderSites.ts";
import { listSites, readStackFiles, type StackConfiguration, siteOf } from "../../recorder/stackFile.ts";
import {
  compareForms,
  compareSwapped,
  compareTraced,
  countSiteValues,
  type Difference,
  findPeers,
  type SiteRuns,
} from "./compare.ts";
import { traceConfiguration } from "./markers.ts";
import { compareMarks } from "./marks.ts";
import { compareReleases, describeReleases } from "./releases.ts";
import { type ComparedResource, type RecordedResource, toCompared } from "./trace.ts";

/** Result of the parity check. */
export interface ParityResult {
  readonly sites: readonly string[];
  /** Number of resources compared in each site. */
  readonly resources: number;
  /** How many fields of the first site contain each value of site data, by path of the value. */
  readonly siteValues: ReadonlyMap<string, number>;
  readonly differences: readonly Difference[];
  /** One sentence for each release that differs. */
  readonly releases: readonly string[];
}

/**
 * Renders every site three times and compares the results: with its own data; with the next site's data under its own
 * stack's name; and with a unique marker for every value, which traces each value to the fields that contain it.
 *
 * @throws ValidationError if the input is invalid or there are fewer than two sites.
 */
export async function checkParity(): Promise<ParityResult> {
  const sites = await listSites();
  if (sites.length < 2) {
    throw new ValidationError([
      {
        file: "Pulumi.<site>.yaml",
        path: "",
        message: `there is ${sites.length === 1 ? "only one site" : "no site"}; parity compares two`,
      },
    ]);
  }
  const read = await readStackFiles(sites);
  // A peak is raised alike wherever it lasts, and the sites need not be in it together.
  const stacks = read.map(({ stack, config: { "gemelos:peak": _, ...config } }) => ({ stack, config }));
  const plans = stacks.map((own, index) => planRuns(own, stacks[(index + 1) % stacks.length] ?? own));
  return withTemporaryFolder("parity", async (folder) => {
    const planned = plans.flatMap(({ runs }) => runs);
    await renderRuns(folder, planned, { manifests: false });
    const resourcesOf = (run: Run) => readResources(folder, run);
    const runs = await Promise.all(
      plans.map(async ({ stack, markers, own, swapped, traced }) => ({
        site: stack,
        markers,
        actual: await resourcesOf(own),
        swapped: await resourcesOf(swapped),
        traced: await resourcesOf(traced),
      })),
    );
    return compareAll(stacks, runs);
  });
}

/** Formats the result as text. */
export function formatParity({ sites, resources, siteValues, differences, releases }: ParityResult): string {
  const names = sites.join(" and ");
  const fields = [...siteValues.values()].reduce((sum, count) => sum + count, 0);
  const verdict =
    differences.length === 0
      ? [`parity: ${names} are identical: ${resources} resources each, ${fields} fields contain site data`]
      : [
          `parity: ${names} are not identical: ${differences.length === 1 ? "1 difference" : `${differences.length} differences`}`,
        ];
  const groups = [...Map.groupBy(differences, ({ service }) => service ?? "the site itself")].flatMap(
    ([service, found]) => [
      service,
      ...found.map(({ resource, field, reason }) => `  ${resource}${field === "" ? "" : `  ${field}`}\n    ${reason}`),
    ],
  );
  return `${[...verdict, ...groups, ...releases].join("\n")}\n`;
}

/** The result as JSON; `siteValues` is an object of numbers. */
export function formatParityJson(result: ParityResult): string {
  return `${JSON.stringify({ ...result, siteValues: Object.fromEntries(result.siteValues) }, null, 2)}\n`;
}

function planRuns(own: StackConfiguration, next: StackConfiguration) {
  const { config, markers } = traceConfiguration(own.config);
  const { stack } = own;
  const runs = {
    own: { ...own, folder: stack },
    swapped: { stack, config: next.config, folder: `${stack}-with-data-of-${next.stack}` },
    traced: { stack, config, folder: `${stack}-traced` },
  };
  return { stack, markers, ...runs, runs: Object.values(runs) };
}

async function readResources(folder: string, run: Run): Promise<ComparedResource[]> {
  const resources: RecordedResource[] = JSON.parse(await readFile(join(folder, run.folder, "resources.json"), "utf8"));
  return toCompared(resources, run.stack);
}

function compareAll(
  stacks: readonly StackConfiguration[],
  runs: readonly (SiteRuns & { swapped: readonly ComparedResource[] })[],
): ParityResult {
  const [first, ...others] = runs;
  const [firstStack, ...otherStacks] = stacks;
  if (first === undefined || firstStack === undefined) throw new RangeError("no site was rendered");
  const swaps = runs.flatMap(({ site, swapped }, index) => {
    const owner = runs[(index + 1) % runs.length];
    return owner === undefined ? [] : compareSwapped(owner.site, site, owner.actual, swapped);
  });
  return {
    sites: runs.map(({ site }) => site),
    resources: first.actual.length,
    siteValues: countSiteValues(first),
    differences: oneForEachField([
      ...runs.flatMap(findPeers),
      ...swaps,
      ...runs.flatMap(compareTraced),
      ...others.flatMap((other) => compareForms(first, other)),
      ...otherStacks.flatMap((other) => compareMarks(siteOf(firstStack), siteOf(other))),
    ]),
    releases: otherStacks.flatMap((other) =>
      describeReleases(firstStack.stack, other.stack, compareReleases(releasesOf(firstStack), releasesOf(other))),
    ),
  };
}

/** One cause can show up in several comparisons; for each field only the first, most specific one is kept. */
function oneForEachField(differences: readonly Difference[]): Difference[] {
  const first = new Map<string, Difference>();
  for (const difference of differences) {
    const place = JSON.stringify([difference.service, difference.resource, difference.field]);
    if (!first.has(place)) first.set(place, difference);
  }
  return [...first.values()];
}

function releasesOf({ config }: StackConfiguration): Record<string, string> {
  return JSON.parse(config["gemelos:releases"] ?? "{}");
}
