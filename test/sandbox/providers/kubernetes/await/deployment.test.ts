import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rolloutOf } from "../../../../../sandbox/providers/kubernetes/await/deployment.ts";
import {
  conditionTroubles,
  podTroubles,
} from "../../../../../sandbox/providers/kubernetes/await/deploymentTroubles.ts";
import type { Properties } from "../../../../../sandbox/providers/protocol/values.ts";

function deployment(status: Properties, spec: Properties = { replicas: 3 }, generation = 2): Properties {
  return { metadata: { generation }, spec, status: { observedGeneration: 2, ...status } };
}
const complete = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

test("it is rolled out when the new replicas are available and the old ones are gone", () => {
  expect(rolloutOf(deployment(complete))).toEqual({ ready: true });
  expect(rolloutOf(deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }, {}))).toEqual({ ready: true });
});

test.each([
  [{ ...complete, observedGeneration: 1 }, "not yet seen by the controller"],
  [{ ...complete, updatedReplicas: 1 }, "1 of 3 replicas updated"],
  [{ ...complete, replicas: 4 }, "1 old replica not yet ended"],
  [{ ...complete, availableReplicas: 2 }, "2 of 3 replicas available"],
])("until then it says what is missing", (status, message) => {
  expect(rolloutOf(deployment(status))).toEqual({ ready: false, failed: false, message });
});

test("never rolled out with fewer available replicas than wanted", () => {
  const count = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(count, count, count, count, (replicas, total, updatedReplicas, availableReplicas) => {
      const status = { replicas: total, updatedReplicas, availableReplicas };
      if (rolloutOf(deployment(status, { replicas })).ready) {
        expect(updatedReplicas).toBeGreaterThanOrEqual(replicas);
        expect(availableReplicas).toBeGreaterThanOrEqual(updatedReplicas);
        expect(total).toBeLessThanOrEqual(updatedReplicas);
      }
    }),
  );
});

test("it has failed when its own deadline has passed, but not by the deadline of the rollout before", () => {
  const conditions = [
    {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: "ReplicaSet a has timed out progressing.",
    },
  ];
  const late = { ...complete, availableReplicas: 0, conditions };
  expect(rolloutOf(deployment(late))).toMatchObject({
    failed: true,
    message: "ReplicaSet a has timed out progressing.",
  });
  expect(rolloutOf(deployment({ ...late, observedGeneration: 1 }))).toMatchObject({ failed: false });
});

test("an update goes on with a rollout whose deadline had passed before it, until it fails anew", () => {
  const passed = (lastUpdateTime: string) => {
    const condition = {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: "timed out.",
    };
    return deployment({ ...complete, availableReplicas: 0, conditions: [{ ...condition, lastUpdateTime }] });
  };
  const before = passed("2026-01-01T10:00:00Z");
  expect(rolloutOf(before, before)).toMatchObject({ failed: false, message: "timed out. Waiting for it to go on." });
  expect(rolloutOf(passed("2026-01-01T10:05:00Z"), before)).toMatchObject({ failed: true });
});

test("a quota's refusal is told while it waits", () => {
  const conditions = [
    { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota: limits" },
  ];
  expect(rolloutOf(deployment({ updatedReplicas: 0, conditions }))).toMatchObject({
    message: "0 of 3 replicas updated (exceeded quota: limits)",
  });
});

test("a Deployment that is paused is not waited for", () => {
  expect(rolloutOf(deployment({}, { paused: true }))).toEqual({ ready: true });
});

test("troubles are told in Kubernetes' own words, and only troubles", () => {
  const conditions = [
    { type: "Available", status: "True", reason: "Fine", message: "all is well" },
    { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" },
    { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota" },
  ];
  expect(conditionTroubles({ status: { conditions } })).toEqual([
    "Progressing: ProgressDeadlineExceeded: timed out",
    "ReplicaFailure: FailedCreate: exceeded quota",
  ]);
});

test("a pod tells of its containers first, then why it is not scheduled", () => {
  const conditions = [
    { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/2 nodes are available" },
  ];
  expect(podTroubles({ status: { conditions } })).toEqual(["PodScheduled: Unschedulable: 0/2 nodes are available"]);
  const containerStatuses = [
    { name: "a", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
    { name: "b", state: { terminated: { reason: "Completed" } } },
  ];
  expect(podTroubles({ status: { containerStatuses, conditions } })).toEqual([
    "container a: ImagePullBackOff: no such image",
  ]);
});
