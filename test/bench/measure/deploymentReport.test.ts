import { expect, test } from "vitest";
import { formatDeployments, meetsTarget, reportDeployments } from "../../../bench/measure/deploymentReport.ts";
import type { DeploymentSample } from "../../../bench/measure/deployments.ts";

function sample(program: DeploymentSample["program"], size: number, wallSeconds: number): DeploymentSample {
  return {
    program,
    size,
    wallSeconds,
    operation: "up",
    resources: size * 8,
    cpuSeconds: { program: 1, engine: 2, providers: 3, apiServer: 4 },
    memoryMebibytes: 100 + size,
  };
}

const bare = [sample("bare program", 10, 10), sample("bare program", 50, 50), sample("bare program", 200, 200)];

test("components that cost a tenth more than the bare program meet the target, and more miss it", () => {
  const met = reportDeployments([...bare, sample("components", 200, 220)]);
  expect(met.ratios).toEqual([{ size: 200, operation: "up", wall: 1.1 }]);
  expect(meetsTarget(met)).toBe(true);
  expect(meetsTarget(reportDeployments([...bare, sample("components", 200, 221)]))).toBe(false);
});

test("time that grows faster than the catalogue is seen, in each program", () => {
  const ours = [sample("components", 10, 10), sample("components", 50, 50), sample("components", 200, 500)];
  const report = reportDeployments([...bare, ...ours]);
  expect(report.linearity).toEqual([
    { program: "bare program", operation: "up", wall: 1, memory: 1 },
    { program: "components", operation: "up", wall: 3, memory: 1 },
  ]);
  expect(formatDeployments(report)).toMatch(/up +components +3\.00 +1\.00/);
});

test("two sizes say nothing about growth", () => {
  expect(reportDeployments(bare.slice(0, 2)).linearity).toEqual([]);
});
