import { expect, test } from "vitest";
import { capacityWarnings, siteCapacity } from "../../../cli/render/capacity.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microservice, podOf, sidecar } from "../../support/fixtures.ts";
import { rowOf } from "../../support/rows.ts";

const gibi = 2 ** 30;

function node(name: string, role: "control-plane" | "worker", cpu: string, memory: `${number}Gi`) {
  return { name, address: "10.0.0.1", role, cpu, memory, disk: "100Gi" } as const;
}

const nodes = [
  node("cp", "control-plane", "64", "512Gi"),
  node("w1", "worker", "8", "32Gi"),
  node("w2", "worker", "16", "64Gi"),
];

function capacityOf(...services: readonly Microservice[]) {
  return siteCapacity(
    services.map((service) => rowOf(service)),
    nodes,
  );
}

// Two to four replicas of half a core and 2 GiB.
test("a site's capacity is that of its workers, and what services request is counted at fewest and most", () => {
  expect(capacityOf(microservice(), microservice({ name: "paused", paused: true }))).toEqual({
    least: { replicas: 2, cpu: 1, memory: 4 * gibi },
    most: { replicas: 4, cpu: 2, memory: 8 * gibi },
    workers: { count: 2, cpu: 24, memory: 96 * gibi },
    withoutLargest: { cpu: 8, memory: 32 * gibi },
  });
});

test("a sidecar that a transform adds is seen", () => {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } };
  const { most } = capacityOf(
    microservice({
      transforms: {
        deployment: (manifest) => {
          podOf(manifest).containers.push(sidecar(resources));
          return manifest;
        },
      },
    }),
  );
  expect(most).toEqual({ replicas: 4, cpu: 6, memory: 12 * gibi });
});

test.each<[string, number, readonly string[]]>([
  ["fits", 4, []],
  ["does not fit", 17, ["memory requests exceed"]],
  ["is far too much", 40, ["cpu and memory requests exceed"]],
])("what %s when the largest worker is lost", (_, maxReplicas, said) => {
  const warnings = capacityWarnings(capacityOf(microservice({ autoscaling: { maxReplicas } })));
  expect(warnings).toEqual(said.map((text) => expect.stringContaining(text)));
});
