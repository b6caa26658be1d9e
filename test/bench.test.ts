import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { linearityOf, median, ratiosOf, type Sample, targetsOf } from "../bench/measure/figures.ts";
import { formatReport } from "../bench/measure/report.ts";
import type { VariantName } from "../bench/measure/variants.ts";
import { writeSyntheticProject } from "../bench/syntheticCatalogue.ts";

const root = join(import.meta.dirname, "..");
const temporary = mkdtempSync(join(tmpdir(), "gemelos-bench-test-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

function bench(...args: string[]) {
  return spawnSync(process.execPath, ["cli/main.ts", "bench", ...args], {
    cwd: root,
    encoding: "utf8",
    // Everything temporary is made here, so that the tests see whether any of it stays.
    env: { ...process.env, TMPDIR: temporary },
  });
}

/** Every number in a value, at any depth. */
function numbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbers) : [];
}

/** One measured run with the same figure everywhere, for arithmetic that can be checked by eye. */
function run(figure: number, objects = 100) {
  return {
    objects,
    wallSeconds: figure,
    cpuSeconds: figure,
    memoryMebibytes: figure,
    largestProcessMebibytes: figure,
  };
}

function sample(variant: VariantName, size: number, ...figures: number[]): Sample {
  return { variant, size, runs: figures.map((figure) => run(figure, size * 8)) };
}

describe("the command", () => {
  test("measures every variant on the same objects, writes JSON and leaves nothing behind", () => {
    const out = join(temporary, "report.json");
    const { status, stdout, stderr } = bench("--sizes", "10", "--runs", "1", "--out", out);
    expect(stderr).not.toContain("Error");
    expect(status).toBe(0);
    const report = JSON.parse(readFileSync(out, "utf8"));

    const measured: string[] = report.figures.map(({ variant }: { variant: string }) => variant);
    expect(measured).toEqual(expect.arrayContaining(["render", "components", "bare-recorder", "bare-mocks", "cdk8s"]));
    expect(measured.includes("helm")).toBe(!String(report.versions.helm).startsWith("not "));
    const objects: number[] = report.figures.map((figures: { objects: number }) => figures.objects);
    expect(new Set(objects).size).toBe(1);
    // Eight for each service; the rest belongs to the namespaces and the cluster.
    expect(objects[0]).toBeGreaterThan(80);

    const found = numbers(report);
    expect(found.length).toBeGreaterThan(30);
    for (const number of found) expect(number).toBeGreaterThan(0);
    for (const number of found) expect(number).toBeLessThan(Number.POSITIVE_INFINITY);
    for (const title of ["render", "components, recorder", "bare program, setMocks", "cdk8s", "objects/s"]) {
      expect(stdout).toContain(title);
    }
    expect(readdirSync(temporary).filter((name) => name.startsWith("gemelos-bench-"))).toEqual([]);
  });

  test.each([
    { wrong: ["--sizes", "ten"], named: "whole number" },
    { wrong: ["--runs", "0"], named: "whole number" },
    { wrong: ["--variants", "terraform"], named: "render, components" },
    { wrong: ["--unknown"], named: "--unknown" },
  ])("refuses $wrong with exit code 2", ({ wrong, named }) => {
    const { status, stderr } = bench(...wrong);
    expect(stderr).toContain(named);
    expect(status).toBe(2);
  });
});

test("a synthetic catalogue is the same at every time", async () => {
  const [one, other] = [mkdtempSync(join(temporary, "one-")), mkdtempSync(join(temporary, "other-"))];
  await writeSyntheticProject(one, 12);
  await writeSyntheticProject(other, 12);
  const files = (folder: string) =>
    ["Pulumi.dc1.yaml", ...readdirSync(join(folder, "services"), { recursive: true }).map((file) => `services/${file}`)]
      .filter((file) => /\.(ts|yaml)$/.test(file))
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), "utf8")]);
  expect(files(one)).toEqual(files(other));
  expect(files(one)).toHaveLength(4 + 2 * 12);
});

describe("the figures", () => {
  test.each([
    { of: [3], is: 3 },
    { of: [9, 1, 5], is: 5 },
    { of: [4, 1, 2, 9], is: 3 },
  ])("the median of $of is $is", ({ of, is }) => {
    expect(median(of)).toBe(is);
  });

  test("a ratio is taken within each run, so that a machine that slows down does not shift it", () => {
    const samples = [sample("components", 10, 2, 4, 40), sample("bare-recorder", 10, 1, 2, 20)];
    expect(ratiosOf(samples)).toEqual([
      { variant: "components", to: "bare-recorder", size: 10, wall: 2, cpu: 2, memory: 2 },
    ]);
  });

  test("linearity compares what one more object costs, without start-up", () => {
    const figures = (figure: number, size: number) => ({
      ...run(figure, size),
      variant: "render" as const,
      size,
      objectsPerSecond: 1,
    });
    const start = 5;
    const linear = [10, 100, 500].map((size) => figures(start + size, size));
    expect(linearityOf(linear)).toEqual([{ variant: "render", wall: 1, memory: 1 }]);
    const quadratic = [10, 100, 500].map((size) => figures(start + size * size, size));
    expect(linearityOf(quadratic)[0]?.wall).toBeCloseTo(600 / 110);
    expect(linearityOf(linear.slice(1))).toEqual([]);
  });

  test("targets hold for the largest size; a missed one is marked", () => {
    const samples = [
      ...[sample("render", 10, 9), sample("bare-mocks", 10, 1)],
      ...[sample("render", 500, 3), sample("bare-mocks", 500, 10)],
      ...[sample("components", 500, 11), sample("bare-recorder", 500, 10)],
    ];
    const targets = targetsOf(ratiosOf(samples));
    expect(targets.map(({ measured, met }) => ({ measured, met }))).toEqual([
      { measured: 1.1, met: false },
      { measured: 0.3, met: true },
      { measured: 0.3, met: true },
    ]);
    const report = { versions: {}, processors: 2, runs: 1, figures: [], ratios: [], linearity: [], targets };
    expect(formatReport(report)).toMatch(/components.*bare program.* +500 +1\.05 +1\.10 +MISSED/);
  });
});
