import { afterAll, beforeAll, expect, test } from "vitest";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** Where the scheduler puts replicas, by the labels that the sandbox gives its nodes. */
let dc1: LiveSite;
/** The project with as many replicas of taxpayer-registry, whose spread is required, as two for each worker. */
let many: ProjectCopy;

const zone = "topology.kubernetes.io/zone";
const host = "gemelos.dev/host";

const workers = [1, 2, 3, 4].map((number) => `worker${number}.dc1.tax.example`);

beforeAll(async () => {
  many = await quickProject();
  await many.replace("services/taxpayer-registry/index.ts", "minReplicas: 3", "minReplicas: 8");
  dc1 = await LiveSite.open("dc1", { program: many.path("index.ts") });
  await dc1.succeed("up");
});

afterAll(() => many.dispose());

/** The value of a node's label for each pod of a service that stays, sorted; "none" where a pod waits for a node. */
async function places(namespace: string, service: string, label: string): Promise<string[]> {
  const nodes = await dc1.cluster.list("Node");
  const labels = new Map(nodes.map((node) => [at(node, "metadata", "name"), at(node, "metadata", "labels", label)]));
  const pods = await dc1.cluster.list("Pod", namespace);
  return pods
    .filter((pod) => at(pod, "metadata", "labels", "app.kubernetes.io/name") === service)
    .filter((pod) => at(pod, "metadata", "deletionTimestamp") === undefined)
    .map((pod) => String(labels.get(at(pod, "spec", "nodeName")) ?? "none"))
    .toSorted();
}

/** Time for the autoscaler to ask for its fewest replicas, and for the scheduler to place them. */
const patience = { timeout: 60_000, interval: 1000 };

test("three replicas are in three racks, though two of the four workers share one", async () => {
  await expect.poll(() => places("declarations", "receipts", zone), patience).toEqual(["rack-a", "rack-b", "rack-c"]);
});

test("with a required spread there may be more replicas than workers: the control plane does not count", async () => {
  const twice = workers.flatMap((name) => [name, name]);
  await expect.poll(() => places("taxpayers", "taxpayer-registry", "kubernetes.io/hostname"), patience).toEqual(twice);
});

test("VMs of one host count as one machine: one host with three of them has as many replicas as one with one", async () => {
  const machines = new Map(workers.map((name, index) => [name, index < 3 ? "host1.dc1" : "host2.dc1"]));
  const relabel = (labels: (name: string) => object) =>
    Promise.all(workers.map((name) => dc1.cluster.patch("Node", "", name, { metadata: { labels: labels(name) } })));
  const before = new Map(
    await Promise.all(
      workers.map(async (name) => [name, at(await dc1.cluster.get("Node", "", name), "metadata", "labels")] as const),
    ),
  );
  try {
    await relabel((name) => ({ [host]: machines.get(name), [zone]: machines.get(name) }));
    await dc1.succeed("up", {
      configure: ({ site }) => {
        for (const node of Array.isArray(site["nodes"]) ? site["nodes"].filter(isObject) : []) {
          const machine = machines.get(String(node["name"]));
          if (machine !== undefined) Object.assign(node, { kind: "vm", host: machine, zone: machine });
        }
      },
    });
    const halves = ["host1.dc1", "host2.dc1"].flatMap((name) => Array(4).fill(name));
    await expect.poll(() => places("taxpayers", "taxpayer-registry", host), patience).toEqual(halves);
  } finally {
    await relabel((name) => before.get(name) ?? {});
    await dc1.succeed("up");
  }
});
