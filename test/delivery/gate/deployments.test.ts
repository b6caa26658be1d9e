import { describe, expect, it } from "vitest";
import type { Observation } from "../../../delivery/gate/condition.ts";
import { observeDeployment } from "../../../delivery/gate/deployments.ts";
import {
  type GateObjects,
  gateExpectations,
  image,
  oldImage,
  podOf,
  replicaSetOf,
  rolledOut,
} from "../../support/gateCluster.ts";

/** What is said of `receipts` in a namespace with these objects. */
function observed(change: (objects: GateObjects) => Partial<GateObjects> = () => ({}), watched = 3600) {
  const [expected] = gateExpectations.deployments;
  if (expected === undefined) throw new Error("nothing is expected");
  const objects = rolledOut();
  const { deployments, replicasets, pods } = { ...objects, ...change(objects) };
  return observeDeployment(
    expected,
    { deployment: deployments[0], replicaSets: replicasets, pods, events: [] },
    watched,
  );
}

/** Changes parts of the Deployment. */
function withDeployment(parts: { replicas?: number; image?: string; status?: object; metadata?: object }) {
  return ({ deployments: [deployment] }: GateObjects): Partial<GateObjects> => ({
    deployments: [
      {
        metadata: { ...deployment?.metadata, ...parts.metadata },
        spec: {
          replicas: parts.replicas ?? 2,
          template: { spec: { containers: [{ name: "receipts", image: parts.image ?? image }] } },
        },
        status: { ...deployment?.status, ...parts.status },
      },
    ],
  });
}

it("a Deployment of which all pods run this release is well", () => {
  expect(observed()).toMatchObject({ state: "pass", what: "all 2 pods run this release" });
});

it("a sidecar that others put into the pod is none of its business", () => {
  const pods = ["a", "b"].map((name) => ({
    ...podOf(2, name),
    spec: {
      containers: [
        { name: "receipts", image },
        { name: "vault-agent", image: "vault" },
      ],
    },
  }));
  expect(observed(() => ({ pods }))).toMatchObject({ state: "pass" });
});

describe("not well", () => {
  it.each<[what: string, says: RegExp, state: Observation["state"], change: Parameters<typeof observed>[0]]>([
    ["one that is not there", /^it is not there$/, "fail", () => ({ deployments: [] })],
    [
      "one with the old image",
      /^it states \S+sha256:old for container receipts/,
      "fail",
      withDeployment({ image: oldImage }),
    ],
    [
      "one whose controller has not seen the new version",
      /^of 2 pods/,
      "waiting",
      withDeployment({ metadata: { generation: 3 } }),
    ],
    [
      "one that still rolls",
      /1 are of this version and 2 available; 1 old ones are left/,
      "waiting",
      withDeployment({ status: { updatedReplicas: 1 } }),
    ],
    [
      "one with an old pod that still ends",
      /^the older pod receipts-1-a is still there$/,
      "waiting",
      ({ pods }) => ({ pods: [...pods, podOf(1, "receipts-1-a", oldImage)] }),
    ],
    [
      "one with a pod of this version that goes",
      /^the older pod receipts-2-c is still there$/,
      "waiting",
      ({ pods }) => {
        const going = podOf(2, "receipts-2-c");
        return {
          pods: [...pods, { ...going, metadata: { ...going.metadata, deletionTimestamp: "2026-05-04T08:00:00Z" } }],
        };
      },
    ],
    [
      "one with fewer pods than it says",
      /^of 2 pods 1 were found$/,
      "waiting",
      ({ pods }) => ({ pods: pods.slice(1) }),
    ],
    [
      "one whose ReplicaSet went back",
      /^the older pod receipts-2-a is still there$/,
      "waiting",
      ({ replicasets }) => ({ replicasets: [...replicasets, replicaSetOf(3)] }),
    ],
    [
      "one that somebody scaled to nothing",
      /^it is scaled to 0 pods, and 2 are the fewest$/,
      "fail",
      (objects) => ({
        ...withDeployment({ replicas: 0, status: { replicas: 0, updatedReplicas: 0, availableReplicas: 0 } })(objects),
        pods: [],
      }),
    ],
  ])("%s", (_, says, state, change) => {
    const observation = observed(change);
    expect(observation.what).toMatch(says);
    expect(observation.state).toBe(state);
  });

  it("one whose pods cannot start is told why, and when that is final", () => {
    const status = { updatedReplicas: 1, replicas: 3 };
    const crash = podOf(2, "receipts-2-b");
    const containerStatuses = [
      {
        ...{ name: "receipts", image, ready: false, restartCount: 4 },
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 3, reason: "Error" } },
      },
    ];
    const pods = [podOf(2, "receipts-2-a"), { ...crash, status: { phase: "Running", containerStatuses } }];
    const observation = observed((objects) => ({ ...withDeployment({ status })(objects), pods }));
    expect(observation).toMatchObject({ state: "fail", kind: "crash", finalAfter: expect.any(Number) });
    expect(observation.what).toMatch(/exit code 3/);
    expect(observation.remedy).toMatch(/./);
  });
});

it("pods that have ended for good are no old ones", () => {
  const evicted = { ...podOf(1, "receipts-1-x", oldImage), status: { phase: "Failed" } };
  expect(observed(({ pods }) => ({ pods: [...pods, evicted] }))).toMatchObject({ state: "pass" });
});
