import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { formatDiagnostic, ValidationError } from "../../components/diagnostic.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { readPeaks } from "../../site/peaks.ts";
import { parseSite } from "../../site.ts";

const dc1 = { name: "dc1", file: "Pulumi.dc1.yaml" };

async function folderWith(calendar: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-peaks-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  if (calendar !== undefined) await writeFile(join(folder, "calendar.yaml"), calendar);
  return folder;
}

async function problems(work: () => unknown): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.diagnostics.map(formatDiagnostic);
  }
}

const calendar = `peaks:
  - name: income-tax
    minReplicas: { card-payments: 4 }
    maxReplicas: { card-payments: 8 }
  - name: elsewhere
    sites: [dc2]
    minReplicas: { receipts: 4 }
  - name: payroll
`;

test("the peaks of a site are those of the calendar that are for it, and its file says which last", async () => {
  const folder = await folderWith(calendar);
  const { all, lasting } = await readPeaks(folder, { ...dc1, peaks: ["income-tax"] });
  expect(all.map(({ name }) => name)).toEqual(["income-tax", "payroll"]);
  expect(lasting).toEqual([
    {
      name: "income-tax",
      file: "calendar.yaml",
      path: "peaks[0]",
      minReplicas: { "card-payments": 4 },
      maxReplicas: { "card-payments": 8 },
    },
  ]);
});

test("without a calendar there is no peak, and a site's file that names one is refused", async () => {
  const folder = await folderWith(undefined);
  expect(await readPeaks(folder, dc1)).toEqual({ all: [], lasting: [] });
  expect(await problems(() => readPeaks(folder, { ...dc1, peaks: ["income-tax"] }))).toEqual([
    'Pulumi.dc1.yaml: gemelos:peak: "income-tax" is no peak of calendar.yaml for dc1; it has none for dc1',
  ]);
});

test.each<[string, string, string]>([
  ["a peak that there is not", "income-tx", 'expected one of income-tax, payroll; did you mean "income-tax"?'],
  ["a peak of the other site", "elsewhere", '"elsewhere" is no peak of calendar.yaml for dc1'],
])("%s is refused", async (_, name, says) => {
  const folder = await folderWith(calendar);
  expect((await problems(() => readPeaks(folder, { ...dc1, peaks: [name] }))).join()).toContain(says);
});

test.each<[string, string, string]>([
  [
    "no replicas",
    "peaks: [{ name: a, minReplicas: { receipts: 0 } }]",
    "peaks[0].minReplicas.receipts: 0 must be a whole number",
  ],
  [
    "half a replica",
    "peaks: [{ name: a, maxReplicas: { receipts: 1.5 } }]",
    "peaks[0].maxReplicas.receipts: 1.5 must be",
  ],
  ["text", 'peaks: [{ name: a, minReplicas: { receipts: "4" } }]', 'peaks[0].minReplicas.receipts: "4" must be'],
  ["no name", "peaks: [{}]", "peaks[0].name: is missing"],
  ["no YAML", "peaks: [", "calendar.yaml:1"],
])("a calendar with %s is refused", async (_, text, says) => {
  const folder = await folderWith(text);
  expect((await problems(() => readPeaks(folder, dc1))).join()).toContain(says);
});

const [stack] = await readStackFiles(["dc1"]);
const { "gemelos:site": site, "gemelos:releases": releases } = stack?.config ?? {};

test.each<[string | undefined, readonly string[] | undefined]>([
  [undefined, undefined],
  ["income-tax", ["income-tax"]],
  ["2027", ["2027"]],
  ['["income-tax","payroll"]', ["income-tax", "payroll"]],
])("gemelos:peak may be %s", (peak, peaks) => {
  expect(parseSite("dc1", { site, releases, peak }).peaks).toEqual(peaks);
});

test.each(["", "Income Tax", "[]", "[1]", '{"a":1}', "[income-tax]"])("gemelos:peak may not be %j", async (peak) => {
  const [line] = await problems(() => parseSite("dc1", { site, releases, peak }));
  expect(line).toMatch(/^Pulumi\.dc1\.yaml: gemelos:peak.*(is missing|must be)/);
});
