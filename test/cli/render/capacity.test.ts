import * as fc from "fast-check";
import { expect, test } from "vitest";
import { capacityWarnings, siteCapacity, worstLosses } from "../../../cli/render/capacity.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { SiteNode } from "../../../components/siteData.ts";
import { microservice, podOf, sidecar } from "../../support/fixtures.ts";
import { rowOf } from "../../support/rows.ts";

const gibi = 2 ** 30;

function node(
  name: string,
  cpu: string,
  memory: `${number}Gi`,
  more: Partial<Pick<SiteNode, "role" | "kind" | "host" | "zone">> = {},
): SiteNode {
  return { name, address: "10.0.0.1", role: "worker", cpu, memory, disk: "100Gi", ...more };
}

const nodes = [node("cp", "64", "512Gi", { role: "control-plane" }), node("w1", "8", "32Gi"), node("w2", "16", "64Gi")];

/** Two VMs of one host, and one of another, in as many racks; a third rack has a control plane alone. */
const racked = [
  node("cp", "64", "512Gi", { role: "control-plane", zone: "rack-c" }),
  node("v1", "8", "32Gi", { kind: "vm", host: "h1", zone: "rack-a" }),
  node("v2", "8", "32Gi", { kind: "vm", host: "h1", zone: "rack-a" }),
  node("v3", "12", "32Gi", { kind: "vm", host: "h2", zone: "rack-b" }),
];

function capacityOf(services: readonly Microservice[], inventory: readonly SiteNode[] = nodes) {
  return siteCapacity(
    services.map((service) => rowOf(service)),
    inventory,
  );
}

// Two to four replicas of half a core and 2 GiB.
test("a site's capacity is that of its workers, and what services request is counted at fewest and most", () => {
  expect(capacityOf([microservice(), microservice({ name: "paused", paused: true })])).toEqual({
    least: { replicas: 2, cpu: 1, memory: 4 * gibi },
    most: { replicas: 4, cpu: 2, memory: 8 * gibi },
    workers: { count: 2, cpu: 24, memory: 96 * gibi },
    losses: [
      { kind: "host", name: "w1", workers: 1, cpu: 16, memory: 64 * gibi },
      { kind: "host", name: "w2", workers: 1, cpu: 8, memory: 32 * gibi },
    ],
  });
});

test("a sidecar that a transform adds is seen", () => {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } };
  const { most } = capacityOf([
    microservice({
      transforms: {
        deployment: (manifest) => {
          podOf(manifest).containers.push(sidecar(resources));
          return manifest;
        },
      },
    }),
  ]);
  expect(most).toEqual({ replicas: 4, cpu: 6, memory: 12 * gibi });
});

test.each<[string, number, readonly string[]]>([
  ["fits", 4, []],
  ["does not fit", 17, ["memory requests exceed"]],
  ["is far too much", 40, ["cpu and memory requests exceed"]],
])("what %s when the largest worker is lost", (_, maxReplicas, said) => {
  const warnings = capacityWarnings(capacityOf([microservice({ autoscaling: { maxReplicas } })]));
  expect(warnings).toEqual(said.map((text) => expect.stringContaining(text)));
});

test("VMs of one host are lost together, and so are the nodes of a rack", () => {
  const capacity = capacityOf([microservice()], racked);
  expect(capacity.losses.map(({ kind, name, workers, cpu }) => ({ kind, name, workers, cpu }))).toEqual([
    { kind: "host", name: "h1", workers: 2, cpu: 12 },
    { kind: "host", name: "h2", workers: 1, cpu: 16 },
    { kind: "zone", name: "rack-a", workers: 2, cpu: 12 },
    { kind: "zone", name: "rack-b", workers: 1, cpu: 16 },
  ]);
  expect(worstLosses(capacity).map(({ name }) => name)).toEqual(["h1", "rack-a"]);
});

test("the loss of the only room is the loss of the site, and is not counted", () => {
  const room = racked.map((each) => ({ ...each, zone: "room-1" }));
  expect(worstLosses(capacityOf([microservice()], room)).map(({ kind }) => kind)).toEqual(["host"]);
});

test("a host and a rack that must not be lost are told by name", () => {
  // 17 replicas ask 34 GiB; without the first host, as without its rack, 32 are left.
  const warnings = capacityWarnings(capacityOf([microservice({ autoscaling: { maxReplicas: 17 } })], racked));
  expect(warnings).toEqual([
    expect.stringMatching(/memory requests exceed .* without host h1$/),
    expect.stringMatching(/memory requests exceed .* without zone rack-a$/),
  ]);
});

const inventory = fc.array(
  fc
    .record(
      {
        cpu: fc.integer({ min: 1, max: 64 }).map(String),
        memory: fc.integer({ min: 1, max: 512 }).map((gi) => `${gi}Gi` as const),
        host: fc.constantFrom("h1", "h2", "h3"),
        zone: fc.constantFrom("rack-a", "rack-b"),
      },
      { requiredKeys: ["cpu", "memory"] },
    )
    .map(({ cpu, memory, ...more }) => ({ cpu, memory, more })),
  { minLength: 1, maxLength: 12 },
);

test("hosts share all workers among them, and no loss leaves less than the worst", () => {
  fc.assert(
    fc.property(inventory, (drawn) => {
      const workers = drawn.map(({ cpu, memory, more }, index) => node(`w${index}`, cpu, memory, more));
      const capacity = capacityOf([microservice()], workers);
      const hosts = capacity.losses.filter(({ kind }) => kind === "host");
      expect(hosts.reduce((total, { workers: lost }) => total + lost, 0)).toBe(workers.length);
      const lost = hosts.reduce((total, { cpu }) => total + capacity.workers.cpu - cpu, 0);
      expect(lost).toBe(capacity.workers.cpu);
      const load = ({ cpu, memory }: { cpu: number; memory: number }) =>
        Math.max(capacity.most.cpu / cpu, capacity.most.memory / memory);
      for (const worst of worstLosses(capacity)) {
        const alike = capacity.losses.filter(({ kind }) => kind === worst.kind);
        expect(Math.max(...alike.map(load))).toBe(load(worst));
      }
    }),
  );
});
