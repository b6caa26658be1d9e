import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkPeakRoom,
  checkPeaks,
  type ReplicaPeak,
  raiseReplicas,
} from "../../../components/catalogue/replicaPeaks.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { Microservice } from "../../../components/microservice.ts";

const description: Microservice = {
  name: "receipts",
  namespace: "declarations",
  description: "Issues receipts",
  owner: "team@tax.example",
  resources: { requests: { cpu: "1", memory: "2Gi" } },
  autoscaling: { minReplicas: 2, maxReplicas: 6 },
};
const receipts = resolveMicroservice(description);
const archive = resolveMicroservice({
  ...description,
  name: "archive",
  autoscaling: {},
  volumes: { "/data": { size: "1Gi", accessMode: "ReadWriteOnce" } },
});

function peakOf(minReplicas: Record<string, number>, maxReplicas: Record<string, number> = {}): ReplicaPeak {
  return { name: "income-tax", file: "calendar.yaml", path: "peaks[0]", minReplicas, maxReplicas };
}

const bounds = (peaks: readonly ReplicaPeak[]) => {
  const { minReplicas, maxReplicas } = raiseReplicas(receipts, peaks).autoscaling;
  return [minReplicas, maxReplicas];
};

test("a peak raises the bounds of a service and never lowers them", () => {
  expect(bounds([])).toEqual([2, 6]);
  expect(bounds([peakOf({ receipts: 4 })])).toEqual([4, 6]);
  expect(bounds([peakOf({ receipts: 8 }, { receipts: 10 })])).toEqual([8, 10]);
  expect(bounds([peakOf({ receipts: 1 }, { receipts: 3 })])).toEqual([2, 6]);
  expect(bounds([peakOf({ receipts: 4 }), peakOf({ receipts: 5 }, { receipts: 9 })])).toEqual([5, 9]);
  expect(raiseReplicas(receipts, [peakOf({ other: 4 })])).toBe(receipts);
});

test("a service that has the name of what every object has keeps its bounds", () => {
  const odd = { ...receipts, name: "constructor" };
  expect(raiseReplicas(odd, [peakOf({})])).toBe(odd);
});

test("whatever peaks state, the fewest replicas are never above the most, if no single peak is refused", () => {
  const replicas = fc.dictionary(fc.constant("receipts"), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(replicas, replicas), { maxLength: 4 }), (stated) => {
      const peaks = stated.map(([fewest, most]) => peakOf(fewest, most));
      const valid = peaks.filter((peak) => checkPeaks([peak], [receipts], ["receipts"]).length === 0);
      const [fewest = 0, most = 0] = bounds(valid);
      expect(fewest).toBeLessThanOrEqual(most);
      expect(fewest).toBeGreaterThanOrEqual(2);
    }),
  );
});

test.each<[string, ReplicaPeak, string]>([
  ["a service that there is not", peakOf({ recipts: 4 }), 'did you mean "receipts"?'],
  ["fewest above the most", peakOf({ receipts: 8 }), "8 is above the 6 replicas that receipts has at most"],
  ["fewest above the peak's own most", peakOf({ receipts: 8 }, { receipts: 7 }), "8 is above the 7 replicas"],
  ["a volume that one pod mounts", peakOf({ archive: 2 }), "mounted by one pod only"],
])("%s is refused, beforehand", (_, peak, says) => {
  const [problem, ...more] = checkPeaks([peak], [receipts, archive], ["archive", "receipts"]);
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ file: "calendar.yaml", path: expect.stringMatching(/^peaks\[0\]\.minReplicas\./) });
  expect(problem?.message).toContain(says);
});

const node = {
  name: "worker1",
  address: "10.1.10.21",
  role: "worker",
  kind: "metal",
  cpu: "8",
  memory: "64Gi",
  disk: "100Gi",
} as const;
const site = { file: "Pulumi.dc1.yaml", nodes: [node] };
const pod = {
  cpuRequests: 1,
  cpuLimits: 1,
  memoryRequests: 2 ** 31,
  memoryLimits: 2 ** 31,
  storageRequests: 0,
  storageLimits: 0,
  unlimitedCpu: false,
};
const asking = [{ microservice: receipts, resources: { pod }, file: "services/receipts" }];

test("a peak for which a site has no room is refused before it comes, and one for which it has is not", () => {
  const large = peakOf({ receipts: 9 }, { receipts: 9 });
  expect(checkPeakRoom({ all: [peakOf({ receipts: 6 })], lasting: [] }, asking, site)).toEqual([]);
  expect(checkPeakRoom({ all: [large], lasting: [] }, asking, site)).toEqual([
    expect.objectContaining({
      file: "calendar.yaml",
      path: "peaks[0]",
      message: expect.stringMatching(
        /^in income-tax, 9 replicas do not fit: the nodes of Pulumi.dc1.yaml have room for 7/,
      ),
    }),
  ]);
});

test("where services do not fit without a peak, the peak is not blamed", () => {
  const small = { ...site, nodes: [{ ...node, cpu: "1" }] };
  expect(checkPeakRoom({ all: [peakOf({ receipts: 6 })], lasting: [] }, asking, small)).toEqual([]);
});
