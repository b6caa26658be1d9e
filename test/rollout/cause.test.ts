import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstCause, formatCause, isComplete, type RolloutObjects } from "../../rollout/cause.ts";
import { container, deployment, event, objects, pod, replicaSet, time } from "../support/rolloutObjects.ts";

const failure = (message: string) => ({
  ...{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", lastTransitionTime: time(2) },
  message,
});

const quota =
  'pods "receipts-2-x" is forbidden: exceeded quota: services, requested: pods=1, used: pods=3, limited: pods=3';
const podSecurity =
  'pods "receipts-2-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod must not set runAsUser=0)';
const limitRange = 'pods "receipts-2-x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 4Gi';
const denied = 'admission webhook "policy.example" denied the request: no team label';
const noWebhook = 'Internal error occurred: failed calling webhook "vault.hashicorp.com": connect: connection refused';
const noAccount = 'pods "receipts-2-" is forbidden: error looking up service account declarations/receipts: not found';

describe("a refusal of the newest ReplicaSet", () => {
  test.each([
    ["Pod Security", podSecurity, { kind: "refused", patience: { final: 0 } }],
    ["LimitRange", limitRange, { kind: "refused", patience: { final: 0 } }],
    ["quota", quota, { kind: "quota", patience: { final: 60 } }],
    ["a webhook's no", denied, { kind: "refused", patience: { final: 15 } }],
    ["a webhook that is not there", noWebhook, { kind: "refused", patience: { final: 60 } }],
    ["anything else", noAccount, { kind: "refused", patience: { final: 60 } }],
  ])("%s, as a condition and as an event", (_, message, expected) => {
    const byCondition = firstCause(objects({ replicaSets: [replicaSet(2, [failure(message)], 0), replicaSet(1)] }));
    const byEvent = firstCause(
      objects({
        replicaSets: [replicaSet(1), replicaSet(2, [], 0)],
        events: [event("set-2", "FailedCreate", `Error creating: ${message}`)],
      }),
    );
    for (const cause of [byCondition, byEvent]) {
      expect(cause).toMatchObject({ ...expected, namespace: "declarations", name: "receipts" });
      expect(cause?.what).toContain(message.replace(/^pods "\S+" is forbidden: /, ""));
      expect(cause?.remedy).not.toBe("");
    }
  });

  test("of an old one does not count, nor one that the Deployment repeats", () => {
    const replicaSets = [replicaSet(1, [failure(quota)], 0), replicaSet(2)];
    const repeating = deployment({ conditions: [failure(quota)] });
    expect(firstCause(objects({ deployment: repeating, replicaSets }))).toBeUndefined();
  });

  test("counts where the Deployment has no ReplicaSet", () => {
    const first = deployment({ conditions: [failure(podSecurity)] });
    expect(firstCause(objects({ deployment: first, replicaSets: [] }))?.kind).toBe("refused");
  });

  test("an event that is older than the pod that was created in the end does not count", () => {
    expect(firstCause(objects({ events: [event("set-2", "FailedCreate", quota)] }))).toBeUndefined();
  });
});

describe("what lacks room is not final while the rollout is about to give some back", () => {
  const noRoom = pod(2, {
    name: "waits",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/6 nodes" }],
  });
  const leaving = pod(1);
  const going = { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: time(3) } };
  const starting = pod(2, { name: "starts", containerStatuses: [container({ running: { startedAt: time(2) } })] });
  const available = (replicas: number) => {
    const newest = replicaSet(2);
    return { ...newest, status: { ...newest.status, availableReplicas: replicas } };
  };

  test.each([
    ["no other pod", [noRoom], 0, 60],
    ["an old pod on its way out", [noRoom, going], 0, undefined],
    ["a new pod that starts", [noRoom, starting], 0, undefined],
    ["a new pod that is available", [noRoom, starting], 1, 60],
  ])("%s", (_, pods, replicas, final) => {
    const replicaSets = [replicaSet(1), available(replicas)];
    expect(firstCause(objects({ pods, replicaSets }))).toMatchObject({ kind: "unschedulable", patience: { final } });
  });

  test("the same for a quota, and for nothing else", () => {
    const refusedBy = (message: string) => [replicaSet(1), replicaSet(2, [failure(message)])];
    const finalOf = (message: string) =>
      firstCause(objects({ pods: [starting], replicaSets: refusedBy(message) }))?.patience.final;
    expect([finalOf(quota), finalOf(podSecurity)]).toEqual([undefined, 0]);
  });
});

describe("only what is about the present version counts", () => {
  const broken = container({ waiting: { reason: "ImagePullBackOff", message: "not found" } });

  test("no pods of older ReplicaSets, of other Deployments, or on their way out", () => {
    const leaving = pod(2, { name: "leaving", containerStatuses: [broken] });
    const pods = [
      pod(1, { containerStatuses: [broken] }),
      pod(9, { containerStatuses: [broken] }),
      { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: time(3) } },
    ];
    expect(firstCause(objects({ pods }))).toBeUndefined();
    expect(firstCause(objects({ pods: [...pods, pod(2, { containerStatuses: [broken] })] }))?.kind).toBe("image");
  });

  test("a rollback makes an old ReplicaSet the newest by its revision, whatever the order", () => {
    const replicaSets = [replicaSet(10), replicaSet(9)];
    const pods = [pod(9, { containerStatuses: [broken] })];
    expect(firstCause(objects({ replicaSets, pods }))).toBeUndefined();
    expect(firstCause(objects({ replicaSets: replicaSets.toReversed(), pods }))).toBeUndefined();
  });

  test("nothing counts before the controller has seen the present spec", () => {
    const old = deployment({ observedGeneration: 1 });
    expect(firstCause(objects({ deployment: old, pods: [pod(2, { containerStatuses: [broken] })] }))).toBeUndefined();
    const late = replicaSet(2, [failure(podSecurity)], 0);
    const unseen = { ...late, metadata: { ...late.metadata, generation: 2 } };
    expect(firstCause(objects({ replicaSets: [unseen] }))).toBeUndefined();
  });
});

describe("the first cause by time", () => {
  test("of several pods, whatever their order; after the deadline it is final", () => {
    const waiting = (reason: string, after: number) =>
      pod(2, { name: reason, after, containerStatuses: [container({ waiting: { reason, message: "m" } })] });
    const pods = [waiting("ImagePullBackOff", 9), waiting("CreateContainerConfigError", 3)];
    const { patience, kind } = firstCause(objects({ pods })) ?? {};
    expect([kind, patience?.final]).toEqual(["configuration", 60]);
    expect(firstCause(objects({ pods: pods.toReversed() }))?.kind).toBe("configuration");
    const late = deployment({ conditions: [deadlineExceeded] });
    expect(firstCause(objects({ deployment: late, pods }))).toMatchObject({
      kind: "configuration",
      patience: { shown: 0, final: 0 },
    });
  });

  test("the deadline of an earlier version, which Kubernetes still shows, does not count", () => {
    const late = deployment({ conditions: [deadlineExceeded] });
    const short = { ...late, spec: { replicas: 3, progressDeadlineSeconds: 300 } };
    const kindAfter = (seconds: number) => firstCause(objects({ deployment: short }), seconds)?.kind;
    expect([kindAfter(0), kindAfter(60), kindAfter(290)]).toEqual([undefined, undefined, "deadline"]);
  });

  test("a deadline that nothing explains is a cause of its own", () => {
    const late = deployment({ conditions: [deadlineExceeded] });
    expect(firstCause(objects({ deployment: late }))).toMatchObject({ kind: "deadline", patience: { final: 0 } });
  });
});

const deadlineExceeded = {
  ...{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", lastTransitionTime: time(300) },
  message: 'ReplicaSet "receipts-2" has timed out progressing.',
};

test("a complete rollout has no cause, whatever is left of it", () => {
  const complete = deployment({
    replicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
    conditions: [deadlineExceeded],
  });
  expect(isComplete(complete)).toBe(true);
  expect(
    firstCause(objects({ deployment: complete, events: [event("pod-2", "Unhealthy", "Readiness probe failed: x")] })),
  ).toBeUndefined();
  expect(isComplete(deployment())).toBe(false);
});

test("a healthy or slow rollout never has a cause", () => {
  const slow = fc.record({
    after: fc.nat(600),
    state: fc.constantFrom(
      { waiting: { reason: "ContainerCreating" } },
      { waiting: { reason: "PodInitializing" } },
      { running: { startedAt: time(1) } },
    ),
    phase: fc.constantFrom("Pending", "Running"),
    ready: fc.boolean(),
    init: fc.boolean(),
  });
  const pods = fc.array(slow, { maxLength: 5 });
  fc.assert(
    fc.property(pods, fc.constantFrom("Scheduled", "Pulling", "Pulled", "Created", "Started"), (each, reason) => {
      const made = each.map(({ after, state, phase, ready, init }, index) =>
        pod(2, {
          ...{ name: `pod-${index}`, after, phase },
          initContainerStatuses: init
            ? [container({ terminated: { exitCode: 0, reason: "Completed" } }, { name: "init", ready: true })]
            : [],
          containerStatuses: [container(state, { ready })],
        }),
      );
      const events = made.map(({ metadata }) => event(metadata?.uid ?? "", reason, "as always"));
      expect(firstCause(objects({ pods: made, events }))).toBeUndefined();
    }),
  );
});

test("the order in which a server lists objects makes no difference, and objects of others neither", () => {
  const reasons = ["ImagePullBackOff", "CreateContainerConfigError", "InvalidImageName", "CreateContainerError"];
  const broken = fc.record({ reason: fc.constantFrom(...reasons), after: fc.nat(600), revision: fc.nat(3) });
  fc.assert(
    fc.property(fc.uniqueArray(broken, { selector: ({ after }) => after, maxLength: 6 }), fc.nat(), (each, turn) => {
      const pods = each.map(({ reason, after, revision }, index) =>
        pod(revision, { name: `${index}`, after, containerStatuses: [container({ waiting: { reason } })] }),
      );
      const all = objects({ pods, replicaSets: [replicaSet(0), replicaSet(1), replicaSet(2)] });
      const turned = pods.length === 0 ? [] : [...pods.slice(turn % pods.length), ...pods.slice(0, turn % pods.length)];
      const other: RolloutObjects = { ...all, pods: turned, replicaSets: all.replicaSets.toReversed() };
      expect(firstCause(other)).toEqual(firstCause(all));
      const ours = each.filter(({ revision }) => revision === 2).toSorted((a, b) => a.after - b.after);
      expect(firstCause(all)?.since).toBe(ours[0] === undefined ? undefined : Date.parse(time(ours[0].after)));
    }),
  );
});

test("a person reads service, cause and what to do", () => {
  const cause = firstCause(objects({ replicaSets: [replicaSet(2, [failure(quota)], 0)] }));
  if (cause === undefined) throw new Error("there is a cause");
  expect(formatCause(cause)).toBe(
    `receipts (Deployment declarations/receipts): the namespace's quota is used up: exceeded quota: services, requested: pods=1, used: pods=3, limited: pods=3\n  to do: ${cause.remedy}`,
  );
});
