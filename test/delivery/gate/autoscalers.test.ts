import { expect, it } from "vitest";
import { type Autoscaler, observeAutoscaler } from "../../../delivery/gate/autoscalers.ts";
import { rolledOut } from "../../support/gateCluster.ts";

const expected = { namespace: "declarations", name: "receipts", minReplicas: 2, maxReplicas: 4 };

function autoscaler(change: { spec?: object; status?: object } = {}): Autoscaler {
  const [live] = rolledOut().horizontalpodautoscalers;
  return { ...live, spec: { ...live?.spec, ...change.spec }, status: { ...live?.status, ...change.status } };
}

const able = { type: "AbleToScale", status: "True" };

it.each<[what: string, live: Autoscaler | undefined, state: string, says: string]>([
  ["one that rests", autoscaler(), "pass", "2 replicas"],
  [
    "one at its limit",
    autoscaler({ status: { currentReplicas: 4, desiredReplicas: 4 } }),
    "pass",
    "4 replicas, which is the most it may have",
  ],
  ["one that is not there", undefined, "fail", "it is not there"],
  [
    "one with other bounds",
    autoscaler({ spec: { minReplicas: 1 } }),
    "fail",
    "it is set to 1 to 4 replicas, and not to 2 to 4",
  ],
  [
    "one that nobody has looked at",
    autoscaler({ status: { conditions: [] } }),
    "no-data",
    "its controller has not said AbleToScale yet",
  ],
  [
    "one without metrics",
    autoscaler({
      status: {
        conditions: [
          able,
          { type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric", message: "no metrics" },
        ],
      },
    }),
    "fail",
    "ScalingActive is False (FailedGetResourceMetric): no metrics",
  ],
  ["one that scales", autoscaler({ status: { desiredReplicas: 4 } }), "waiting", "it goes from 2 to 4 replicas"],
  [
    "one below its bounds",
    autoscaler({ status: { currentReplicas: 1, desiredReplicas: 1 } }),
    "waiting",
    "it goes from 1 to 1 replicas",
  ],
])("%s", (_, live, state, what) => {
  expect(observeAutoscaler(expected, live)).toMatchObject({ state, what });
});
