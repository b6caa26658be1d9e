import { expect, test } from "vitest";
import { peakWarnings } from "../../../cli/render/peakWarnings.ts";
import type { ReplicaPeak } from "../../../components/catalogue/index.ts";
import type { SiteNode } from "../../../components/siteData.ts";
import { microservice } from "../../support/fixtures.ts";
import { rowOf } from "../../support/rows.ts";

// Two to four replicas of half a core and 2 GiB.
const service = microservice();
const rows = [rowOf(service), rowOf(microservice({ name: "paused", paused: true }))];
const nodes = ["w1", "w2"].map((name): SiteNode => {
  return { name, address: "10.0.0.1", role: "worker", cpu: "4", memory: "64Gi", disk: "100Gi" };
});
const monitoring = { replicas: 0, cpu: 0, memory: 0, sizing: undefined, supplied: [] };

function peakOf(most: number): ReplicaPeak {
  const replicas = { [service.name]: most, paused: most };
  return { name: "income-tax", file: "calendar.yaml", path: "peaks[0]", minReplicas: {}, maxReplicas: replicas };
}

const warned = (most: number, lasts = false) =>
  peakWarnings({ all: [peakOf(most)], lasting: lasts ? [peakOf(most)] : [] }, rows, nodes, monitoring);

test("a peak that the site could not bear without one of its hosts is told before it comes", () => {
  expect(warned(8)).toEqual([]);
  expect(warned(9)).toEqual([
    "in the peak income-tax, with all services at maximum replicas, cpu requests exceed what the workers have without host w1",
  ]);
});

test("that a peak lasts is told", () => {
  expect(warned(4, true)).toEqual(["the peak income-tax lasts, so that services have more replicas (gemelos:peak)"]);
});

test("what would be so without a peak, too, is not told of it", () => {
  const small = nodes.map((node) => ({ ...node, cpu: "1" }));
  expect(peakWarnings({ all: [peakOf(4)], lasting: [] }, rows, small, monitoring)).toEqual([]);
});
