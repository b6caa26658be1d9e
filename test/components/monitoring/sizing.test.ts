import fc from "fast-check";
import { expect, test } from "vitest";
import { quantity } from "../../../components/kubernetes/quantity.ts";
import { sizing } from "../../../components/monitoring/sizing.ts";

test("what 5, 50 and 500 services cost, with three pods each", () => {
  const needs = [
    { nodes: 7, pods: 15 },
    { nodes: 12, pods: 150 },
    { nodes: 40, pods: 1500 },
  ].map((watched) => {
    const { series, samplesPerSecond, prometheus, objects } = sizing(watched);
    return { series, samplesPerSecond, ...prometheus, objects };
  });
  expect(needs).toEqual([
    { series: 86_450, samplesPerSecond: 2882, cpu: "384m", memory: "1536Mi", volume: "16Gi", objects: "128Mi" },
    { series: 173_700, samplesPerSecond: 5790, cpu: "512m", memory: "3072Mi", volume: "32Gi", objects: "192Mi" },
    { series: 989_000, samplesPerSecond: 32_967, cpu: "2048m", memory: "12288Mi", volume: "192Gi", objects: "512Mi" },
  ]);
});

test("a month's samples fit on the disk at Prometheus' highest figure of two bytes", () => {
  const { samplesPerSecond, prometheus } = sizing({ nodes: 7, pods: 23 });
  expect(samplesPerSecond * 86_400 * 32 * 2).toBeLessThan(quantity(prometheus.volume));
});

const watched = fc.record({
  nodes: fc.integer({ min: 1, max: 500 }),
  pods: fc.integer({ min: 0, max: 20_000 }),
  retentionDays: fc.integer({ min: 1, max: 400 }),
});

test("whoever watches more, or longer, never needs less", () => {
  fc.assert(
    fc.property(watched, fc.nat(50), fc.nat(500), fc.nat(100), (less, nodes, pods, days) => {
      const more = { nodes: less.nodes + nodes, pods: less.pods + pods, retentionDays: less.retentionDays + days };
      const [a, b] = [sizing(less), sizing(more)];
      for (const resource of ["cpu", "memory", "volume"] as const) {
        expect(quantity(b.prometheus[resource])).toBeGreaterThanOrEqual(quantity(a.prometheus[resource]));
      }
      expect(quantity(b.objects)).toBeGreaterThanOrEqual(quantity(a.objects));
    }),
  );
});

test("what is requested holds what is computed, and not twice as much", () => {
  fc.assert(
    fc.property(watched, (each) => {
      const { prometheus, memoryBytes, diskBytes } = sizing(each);
      for (const [requested, needed] of [
        [quantity(prometheus.memory), memoryBytes],
        // A gibibyte is the least step.
        [quantity(prometheus.volume), Math.max(diskBytes, 2 ** 30)],
      ] as const) {
        expect(requested).toBeGreaterThanOrEqual(needed);
        expect(requested).toBeLessThanOrEqual(Math.max(2 * needed, 2 ** 31));
      }
    }),
  );
});
