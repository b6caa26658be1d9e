import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { LiveMetricsServer } from "../../support/liveMetricsServer.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** A real autoscaler with a real metrics-server. What pods use is what kwok says they do: an annotation. */
let dc1: LiveSite;
let quick: ProjectCopy;
let metricsServer: LiveMetricsServer;

const namespace = "declarations";
const service = "tax-declarations";
const patience = { timeout: 180_000, interval: 1000 };

beforeAll(async () => {
  quick = await quickProject();
  // The windows of minutes for which the autoscaler waits; all else is as it is.
  const file = "components/workload/horizontalPodAutoscaler.ts";
  const windows = await quick.read(file);
  const short = windows.replaceAll(/(stabilizationWindowSeconds|periodSeconds): \d+/g, "$1: 5");
  expect(short).not.toBe(windows);
  await quick.write(file, short);
  dc1 = await LiveSite.open("dc1", { program: quick.path("index.ts") });
  await dc1.succeed("up");
  metricsServer = await LiveMetricsServer.start(dc1);
}, 900_000);

afterAll(async () => {
  await metricsServer?.remove();
  await quick?.dispose();
});

test("the metrics API is answered by metrics-server, with the rights of its account, for each pod of the service", async () => {
  await vi.waitFor(async () => {
    const path = `apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    const { status, body } = await dc1.cluster.request("GET", path);
    expect(status).toBe(200);
    const names = listOf(at(body, "items")).map((item) => String(at(item, "metadata", "name")));
    expect(names.filter((name) => name.startsWith(`${service}-`))).toHaveLength(2);
  }, patience);
  const nodes = await dc1.cluster.request("GET", "apis/metrics.k8s.io/v1beta1/nodes");
  expect(listOf(at(nodes.body, "items"))).not.toEqual([]);
});

test("load raises the service to its maximum, and the autoscaler says that it is limited", async () => {
  await condition("ScalingActive", "True");
  await load("2");
  await vi.waitFor(async () => expect(await replicas()).toBe(4), patience);
  // What the alert of a service at its maximum asks for, beside the number.
  await condition("ScalingLimited", "True");
});

test("an update in between changes nothing, and leaves the pods that the autoscaler made", async () => {
  const report = await dc1.succeed("up");
  expect(report.changes).toEqual([]);
  expect(await replicas()).toBe(4);
});

test("without load it comes down to its minimum", async () => {
  await load("1m");
  await vi.waitFor(async () => expect(await replicas()).toBe(2), patience);
});

test("without metrics the autoscaler says so, in the words that its alert reads, and scales nothing", async () => {
  await metricsServer.stop();
  await condition("ScalingActive", "False");
  expect(await replicas()).toBe(2);
});

/** Has each pod of the service say that it uses so much CPU. */
async function load(cpu: string): Promise<void> {
  const pods = await dc1.cluster.list("Pod", namespace);
  const names = pods.map((pod) => String(at(pod, "metadata", "name"))).filter((name) => name.startsWith(`${service}-`));
  expect(names).not.toEqual([]);
  const annotations = { "kwok.x-k8s.io/usage-cpu": cpu };
  for (const name of names) await dc1.cluster.patch("Pod", namespace, name, { metadata: { annotations } });
}

/** How many pods of the service are available. */
async function replicas(): Promise<unknown> {
  return at(await dc1.cluster.get("Deployment", namespace, service), "status", "availableReplicas");
}

async function condition(type: string, status: string): Promise<void> {
  await vi.waitFor(async () => {
    const conditions = at(await dc1.cluster.get("HorizontalPodAutoscaler", namespace, service), "status", "conditions");
    const found = listOf(conditions).find((each) => each["type"] === type);
    expect([found?.["status"], found?.["reason"], found?.["message"]]).toEqual([
      status,
      expect.anything(),
      expect.anything(),
    ]);
  }, patience);
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
