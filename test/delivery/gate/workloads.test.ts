import { describe, expect, it, test } from "vitest";
import { ApiError } from "../../../clusterClient/index.ts";
import { ClusterSource } from "../../../delivery/gate/cluster.ts";
import { type ExpectedWorkload, expectationsOf } from "../../../delivery/gate/expectations.ts";
import { observeWorkload } from "../../../delivery/gate/workloads.ts";
import { isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import type { DaemonSet, Pod, StatefulSet } from "../../../rollout/objects.ts";
import { manifestsOf, site } from "../../components/monitoring/monitoredSite.ts";

const rendered = manifestsOf().objects.flatMap(({ manifest }): PlainObject[] => {
  const plain: unknown = JSON.parse(JSON.stringify(manifest));
  return isObject(plain) ? [plain] : [];
});
const expectations = expectationsOf(rendered, [], site);

test("a gate expects all that runs of a site's monitoring", () => {
  expect(expectations.workloads.map(({ kind, namespace, name, fewest }) => [kind, namespace, name, fewest])).toEqual([
    ["StatefulSet", "monitoring", "alertmanager", 3],
    ["StatefulSet", "monitoring", "prometheus", 2],
    ["DaemonSet", "monitoring-nodes", "node-exporter", 0],
    ["DaemonSet", "monitoring-nodes", "ipmi-exporter", 0],
  ]);
  for (const { images } of expectations.workloads) {
    for (const image of Object.values(images)) expect(image).toMatch(/@sha256:/);
  }
});

const image = "registry.example/prometheus:3@sha256:new";
const expectedOf = (kind: ExpectedWorkload["kind"]): ExpectedWorkload => ({
  ...{ kind, namespace: "monitoring", name: "prometheus", images: { prometheus: image } },
  fewest: kind === "StatefulSet" ? 2 : 0,
});
const spec = (its = image) => ({ containers: [{ name: "prometheus", image: its }] });
const pod = (number: number, more: Partial<Pod> = {}): Pod => ({
  metadata: { name: `prometheus-${number}`, uid: `pod-${number}`, ownerReferences: [{ uid: "owner" }] },
  spec: { ...spec(), nodeName: `node-${number}` },
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  ...more,
});
const metadata = { name: "prometheus", namespace: "monitoring", uid: "owner", generation: 2 };
const statefulSet = (
  status: StatefulSet["status"] = {},
  { replicas = 2, its = image }: { replicas?: number; its?: string } = {},
): StatefulSet => ({
  metadata,
  spec: { replicas, template: { spec: spec(its) } },
  status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...status },
});
const daemonSet = (status: Partial<DaemonSet["status"]> = {}): DaemonSet => ({
  metadata,
  spec: { template: { spec: spec() } },
  status: {
    ...{ observedGeneration: 2, desiredNumberScheduled: 2, currentNumberScheduled: 2, numberMisscheduled: 0 },
    ...{ updatedNumberScheduled: 2, numberAvailable: 2 },
    ...status,
  },
});

const observe = (
  workload: StatefulSet | DaemonSet | undefined,
  pods: readonly Pod[] = [pod(0), pod(1)],
  nodesDown: readonly string[] = [],
) => {
  const kind =
    workload?.status !== undefined && "desiredNumberScheduled" in workload.status ? "DaemonSet" : "StatefulSet";
  return observeWorkload(expectedOf(kind), { workload, pods, events: [], nodesDown: new Set(nodesDown) });
};

test.each([statefulSet(), daemonSet()])("one of which all pods run this release is well", (workload) => {
  expect(observe(workload)).toMatchObject({ state: "pass", what: "all 2 pods run this release" });
});

const down = pod(1, { status: { phase: "Running", conditions: [{ type: "Ready", status: "False" }] } });

test("a node that is down, which has an alert of its own, holds up no deployment, and is named", () => {
  const short = daemonSet({ numberAvailable: 1, updatedNumberScheduled: 1 });
  expect(observe(short, [pod(0), down], ["node-1"])).toMatchObject({
    state: "pass",
    what: "all 1 pods run this release; not ready: node node-1",
  });
  expect(observe(short, [pod(0), down], ["node-7"])).toMatchObject({ state: "waiting" });
  const other = pod(0, { spec: { ...spec("other"), nodeName: "node-0" } });
  expect(observe(short, [other, down], ["node-1"])).toMatchObject({ state: "fail" });
});

test("nodes are asked for only where a DaemonSet is not whole", async () => {
  const look = async (status: Partial<DaemonSet["status"]>) => {
    const asked: string[] = [];
    const ready = (name: string, value: string) => ({
      metadata: { name },
      status: { conditions: [{ type: "Ready", status: value }] },
    });
    const answers: Readonly<Record<string, unknown>> = {
      daemonsets: [daemonSet(status)],
      pods: [pod(0), down],
      nodes: [ready("node-0", "True"), ready("node-1", "Unknown")],
    };
    const source = new ClusterSource(
      {
        send: async ({ path }) => {
          const plural = /\w+$/.exec(path.replace(/\?.*/, ""))?.[0] ?? "";
          asked.push(plural);
          return JSON.parse(JSON.stringify({ items: answers[plural] ?? [] }));
        },
      },
      { deployments: [], workloads: [expectedOf("DaemonSet")], autoscalers: [], hosts: [], verified: [] },
    );
    const [observation] = await source.look({ now: 0, met: false }, AbortSignal.timeout(5000));
    return { state: observation?.state, isAsked: asked.includes("nodes") };
  };
  expect(await look({ numberAvailable: 1 })).toEqual({ state: "pass", isAsked: true });
  expect(await look({})).toEqual({ state: "pass", isAsked: false });
});

describe("not well", () => {
  it.each<[what: string, state: "fail" | "waiting", says: RegExp, StatefulSet | DaemonSet | undefined, pods?: Pod[]]>([
    ["one that is not there", "fail", /^it is not there$/, undefined],
    ["one with another image", "fail", /^it states other for container prometheus/, statefulSet({}, { its: "other" })],
    ["one that somebody scaled down", "fail", /^it is scaled to 1 pods, and 2 are/, statefulSet({}, { replicas: 1 })],
    ["one whose controller has not seen it", "waiting", /^of 2 pods/, statefulSet({ observedGeneration: 1 })],
    ["one that rolls", "waiting", /^of 2 pods 1 are of this version/, statefulSet({ updatedReplicas: 1 })],
    [
      "one that is not available, and where",
      "waiting",
      /^of 2 pods 2 are of this version and 1 available; not ready: prometheus-1 on node-1$/,
      statefulSet({ availableReplicas: 1 }),
      [pod(0), down],
    ],
    [
      "one that is not available on a node that is ready",
      "waiting",
      /1 available; not ready: prometheus-1 on node-1$/,
      daemonSet({ numberAvailable: 1 }),
      [pod(0), down],
    ],
    ["one with a pod too many", "waiting", /; 1 is to go$/, daemonSet({ numberMisscheduled: 1 })],
    [
      "one whose pod runs something else",
      "fail",
      /^pod prometheus-1 runs other for container/,
      daemonSet(),
      [pod(0), pod(1, { spec: spec("other") })],
    ],
    ["one with fewer pods than it says", "waiting", /^of 2 pods 1 were found$/, statefulSet(), [pod(0)]],
  ])("%s", (_, state, says, workload, pods) => {
    const observation = observe(workload, pods);
    expect(observation.what).toMatch(says);
    expect(observation.state).toBe(state);
  });

  it("one that crashes is told why, and when that is final", () => {
    const containerStatuses = [
      {
        ...{ name: "prometheus", image, ready: false, restartCount: 4 },
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 3, reason: "Error" } },
      },
    ];
    const crashed = pod(1, { status: { phase: "Running", containerStatuses } });
    const observation = observe(statefulSet({ availableReplicas: 1 }), [pod(0), crashed]);
    expect(observation).toMatchObject({ state: "fail", kind: "crash", finalAfter: expect.any(Number) });
    expect(observation.what).toMatch(/exit code 3/);
  });
});

test("a cluster is asked for a kind only where one is expected, and a namespace that cannot be read has no data", async () => {
  const asked: string[] = [];
  const answers: Readonly<Record<string, unknown>> = { statefulsets: [statefulSet()], pods: [pod(0), pod(1)] };
  const workloads = [expectedOf("StatefulSet"), { ...expectedOf("DaemonSet"), namespace: "monitoring-nodes" }];
  const source = new ClusterSource(
    {
      send: async ({ path }) => {
        asked.push(path.replace(/\?.*/, ""));
        if (path.includes("monitoring-nodes")) throw new ApiError(403, "no");
        return JSON.parse(JSON.stringify({ items: answers[/\w+$/.exec(path)?.[0] ?? ""] ?? [] }));
      },
    },
    { deployments: [], workloads, autoscalers: [], hosts: [], verified: [] },
  );
  expect(source.conditions).toEqual([
    { name: "StatefulSet monitoring/prometheus" },
    { name: "DaemonSet monitoring-nodes/prometheus" },
  ]);
  expect(await source.look({ now: 0, met: false }, AbortSignal.timeout(5000))).toMatchObject([
    { condition: "StatefulSet monitoring/prometheus", state: "pass" },
    {
      condition: "DaemonSet monitoring-nodes/prometheus",
      state: "no-data",
      remedy: "let the kubeconfig's user read it",
    },
  ]);
  expect(asked.filter((path) => path.startsWith("/apis/"))).toEqual([
    "/apis/apps/v1/namespaces/monitoring/statefulsets",
    "/apis/apps/v1/namespaces/monitoring-nodes/daemonsets",
  ]);
});
