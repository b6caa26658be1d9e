import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkNodeRoom } from "../../../components/catalogue/nodeRoom.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { SiteNode } from "../../../components/siteData.ts";
import { catalogueArbitrary } from "../../support/arbitraries.ts";
import { manifestsOf } from "../../support/fixtures.ts";
import { orders } from "../../support/wrongInput.ts";

const file = "services/orders";
const askingOf = (change: object) => ({ ...manifestsOf({ ...orders, ...change } as Microservice), file });
const node = (name: string, change: Partial<SiteNode> = {}): SiteNode => ({
  ...{ name, address: `10.1.10.${name.length}`, role: "worker", cpu: "32", memory: "128Gi", disk: "960Gi" },
  ...change,
});
const nodes = [
  node("small", { cpu: "8", memory: "64Gi" }),
  node("large"),
  node("cp", { role: "control-plane", cpu: "64", memory: "512Gi" }),
];
const said = (change: object, site: object = {}) =>
  checkNodeRoom([askingOf(change)], { file: "Pulumi.dc1.yaml", nodes, ...site }).map((d) => `${d.path}: ${d.message}`);
const requests = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } });

test.each<[what: string, change: object, says: RegExp]>([
  [
    "500 cores",
    requests("500", "1Gi"),
    /^resources\.requests\.cpu: a pod requests 500 CPU .* largest, large, has 32, less 300m for DaemonSets/,
  ],
  ["all of a node", requests("32", "1Gi"), /^resources\.requests\.cpu: .* has 32, less 300m/],
  [
    "512Gi, which only a control plane has",
    requests("1", "512Gi"),
    /^resources\.requests\.memory: .*512Gi of memory .* large, has 128Gi, less 256Mi/,
  ],
  ["more disk than there is", { temporaryStorage: "2Ti" }, /^temporaryStorage: .* of disk .* has 960Gi so that/],
  [
    "an init container that asks for more than the service",
    { initContainers: { load: { resources: { cpu: "40" } } } },
    /^resources\.requests\.cpu: a pod requests 40 CPU with its sidecars and init containers/,
  ],
  [
    "a migration that asks for more than the service",
    {
      backingServices: ["receipts-database"],
      migration: { command: ["migrate"], phase: "expand", resources: { memory: "200Gi" } },
    },
    /^migration\.resources\.memory: the migration's pod requests 200Gi of memory .* large, has 128Gi/,
  ],
  [
    "a limit that limits nothing",
    { resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "512Gi" } } },
    /^resources\.limits\.memory: "512Gi" is above .*\(large: 128Gi\)/,
  ],
  [
    "a limit of more cores than there are",
    { resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "48" } } },
    /^resources\.limits\.cpu: "48" is above .*\(large: 32\)/,
  ],
  [
    "more replicas than have room",
    { ...requests("20", "1Gi"), autoscaling: { minReplicas: 2, maxReplicas: 2 } },
    /^autoscaling\.minReplicas: 2 replicas do not fit: .* room for 1 such/,
  ],
  [
    "a node that there is not",
    { nodeSelector: { "topology.kubernetes.io/zone": "rack-z" } },
    /^nodeSelector: leads to no worker of Pulumi\.dc1\.yaml/,
  ],
])("%s is refused", (_, change, says) => {
  const zoned = nodes.map((each) => ({ ...each, zone: "rack-a" }));
  expect(said(change, { nodes: zoned })).toEqual([expect.stringMatching(says)]);
});

test.each<[what: string, change: object, site: object]>([
  ["what fits the largest node to the last core", requests("31700m", "1Gi"), {}],
  [
    "what the site's own DaemonSets leave",
    { ...requests("31", "100Gi"), autoscaling: { minReplicas: 1, maxReplicas: 2 } },
    { daemonSets: { requests: { cpu: "1", memory: "28Gi" } } },
  ],
  [
    "what tolerates the control plane",
    { ...requests("60", "1Gi"), tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }] },
    {},
  ],
  ["anything, where there is no inventory", requests("500", "512Gi"), { nodes: undefined }],
  [
    "many replicas of a service that is paused",
    { ...requests("20", "1Gi"), paused: true, autoscaling: { minReplicas: 9, maxReplicas: 9 } },
    {},
  ],
])("%s is right", (_, change, site) => {
  expect(said({ autoscaling: { minReplicas: 1, maxReplicas: 2 }, ...change }, site)).toEqual([]);
});

test("one node with the CPU and another with the memory are no node", () => {
  const apart = [node("fast", { memory: "16Gi" }), node("wide", { cpu: "4" })];
  expect(said(requests("20", "100Gi"), { nodes: apart })).toEqual([
    expect.stringMatching(/^resources\.requests: .*one has the CPU/),
  ]);
});

test("services that fit one by one, and not together, are said of the site", () => {
  const some = Array.from({ length: 10 }, () => askingOf({ ...requests("3", "1Gi") }));
  expect(checkNodeRoom(some, { file: "Pulumi.dc1.yaml", nodes })).toEqual([
    {
      file: "Pulumi.dc1.yaml",
      path: "gemelos:site.nodes",
      message: expect.stringMatching(
        /^the services' fewest replicas request 60 CPU, and all workers have 39400m for them/,
      ),
    },
  ]);
});

test("nothing is said of a site with nodes large enough, and of one that is too small something always is", () => {
  fc.assert(
    fc.property(catalogueArbitrary(), (catalogue) => {
      const some = catalogue.map((service) => ({ ...manifestsOf(service), file: service.name }));
      fc.pre(some.some(({ microservice }) => !microservice.paused));
      const huge = Array.from({ length: 50 }, (_, i) => node(`n${i}`, { cpu: "9999", memory: "99Ti", disk: "99Ti" }));
      const selected = some.map((each) => ({ ...each, microservice: { ...each.microservice, nodeSelector: {} } }));
      expect(checkNodeRoom(selected, { file: "f", nodes: huge })).toEqual([]);
      expect(checkNodeRoom(selected, { file: "f", nodes: [node("tiny", { cpu: "301m" })] })).not.toEqual([]);
    }),
    { numRuns: 30 },
  );
});
