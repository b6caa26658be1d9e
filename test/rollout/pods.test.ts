import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { podCauses } from "../../rollout/pods.ts";
import { container, event, pod, time } from "../support/rolloutObjects.ts";

const waiting = (reason: string, message: string) => container({ waiting: { reason, message } });
const backOff = { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container=app" } };

test.each([
  ["ErrImagePull", "not found", { kind: "image", patience: { final: 60 } }],
  ["ImagePullBackOff", 'Back-off pulling image "x"', { kind: "image", patience: { final: 60 } }],
  ["InvalidImageName", "couldn't parse image name", { kind: "image", patience: { final: 0 } }],
  ["ErrImageNeverPull", "pull policy is Never", { kind: "image", patience: { final: 0 } }],
  ["CreateContainerConfigError", 'secret "receipts" not found', { kind: "configuration", patience: { final: 60 } }],
  ["CreateContainerError", "context deadline exceeded", { kind: "start", patience: { final: 60 } }],
  ["RunContainerError", 'exec: "jav": not found', { kind: "start", patience: { final: 60 } }],
])("a container that waits: %s", (reason, message, expected) => {
  for (const containers of [
    { containerStatuses: [waiting(reason, message)] },
    { initContainerStatuses: [waiting(reason, message)] },
  ]) {
    const [cause, ...others] = podCauses(pod(2, containers), []);
    expect(cause).toMatchObject({ ...expected, since: Date.parse(time(1)) });
    expect(cause?.what).toContain(message);
    expect(others).toEqual([]);
  }
});

test("no node fits: the scheduler's own words, since it said so", () => {
  const message =
    "0/6 nodes are available: 2 Insufficient memory, 4 node(s) didn't match Pod's node affinity/selector.";
  const conditions = [
    {
      ...{ type: "PodScheduled", status: "False", reason: "Unschedulable", lastTransitionTime: time(3) },
      message: `${message} no new claims to deallocate, preemption: 0/6 nodes are available: 6 Preemption is not helpful.`,
    },
  ];
  const [cause] = podCauses(pod(2, { conditions }), []);
  expect(cause).toMatchObject({ kind: "unschedulable", patience: { final: 60 }, since: Date.parse(time(3)) });
  expect(cause?.what).toBe(`no node has room for its pods or fits them: ${message}`);
  const gated = [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }];
  expect(podCauses(pod(2, { conditions: gated }), [])).toEqual([]);
});

describe("a container that ends", () => {
  const crashed = (restartCount: number, state: Parameters<typeof container>[0] = backOff) =>
    container(state, { restartCount, exit: { exitCode: 1, reason: "Error" } });

  test.each([
    [1, undefined],
    [2, undefined],
    [3, 0],
    [4, 0],
  ])("after %s restarts is final after %s seconds", (restarts, final) => {
    const [cause] = podCauses(pod(2, { phase: "Running", containerStatuses: [crashed(restarts)] }), []);
    expect(cause).toMatchObject({ kind: "crash", exitCode: 1, patience: { final } });
    expect(cause?.what).toMatch(/^container app ends with exit code 1 \(Error, restarted (once|\d times)\)$/);
  });

  test("stays a crash while it runs again, and may come up then", () => {
    const again = crashed(7, { running: { startedAt: time(90) } });
    expect(podCauses(pod(2, { phase: "Running", containerStatuses: [again] }), [])).toMatchObject([
      { kind: "crash", patience: { final: undefined } },
    ]);
    expect(podCauses(pod(2, { containerStatuses: [{ ...again, ready: true }] }), [])).toEqual([]);
  });

  test("for lack of memory is final after two restarts", () => {
    const killed = (restartCount: number) =>
      container(backOff, { restartCount, exit: { exitCode: 137, reason: "OOMKilled" } });
    const causes = [1, 2].map((count) => podCauses(pod(2, { containerStatuses: [killed(count)] }), [])[0]);
    expect(causes).toMatchObject([
      { kind: "out-of-memory", patience: { final: undefined } },
      { kind: "out-of-memory", patience: { final: 0 }, exitCode: 137 },
    ]);
  });

  test("because a kubelet stopped it for its liveness probe: that is the cause, and never final before the deadline", () => {
    const stopped = container(backOff, { restartCount: 5, exit: { exitCode: 143, reason: "Error" } });
    const events = [event("pod-2", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500", 40)];
    const [cause] = podCauses(pod(2, { containerStatuses: [stopped] }), events);
    expect(cause).toMatchObject({ kind: "probe", patience: { final: undefined } });
    expect(podCauses(pod(2, { containerStatuses: [stopped] }), [])).toMatchObject([{ kind: "crash", exitCode: 143 }]);
  });

  test("its message, which may be the end of its log, is never shown", () => {
    const terminated = { exitCode: 1, reason: "Error", message: "password=hunter2" };
    const leaking = { ...crashed(1), state: { terminated } };
    expect(JSON.stringify(podCauses(pod(2, { containerStatuses: [leaking] }), []))).not.toContain("hunter2");
  });

  test("an init container that is done is no cause", () => {
    const done = container({ terminated: { exitCode: 0, reason: "Completed" } });
    expect(podCauses(pod(2, { initContainerStatuses: [done] }), [])).toEqual([]);
  });
});

describe("events", () => {
  const running = container({ running: { startedAt: time(2) } });

  test.each([
    ["Startup probe failed: connect: connection refused", 60],
    ["Readiness probe failed: HTTP probe failed with statuscode: 503", 20],
    ["Liveness probe failed: context deadline exceeded", 20],
  ])("%s: shown after %s s, never final", (message, shown) => {
    const notReady = pod(2, { phase: "Running", containerStatuses: [running] });
    expect(podCauses(notReady, [event("pod-2", "Unhealthy", message, 30)])).toMatchObject([
      { kind: "probe", what: message, patience: { shown, final: undefined }, since: Date.parse(time(30)) },
    ]);
    const conditions = [{ type: "Ready", status: "True" }];
    expect(podCauses(pod(2, { conditions }), [event("pod-2", "Unhealthy", message)])).toEqual([]);
  });

  test("a volume that cannot be mounted counts while the containers wait for it", () => {
    const events = [event("pod-2", "FailedMount", 'MountVolume.SetUp failed for volume "c": configmap "c" not found')];
    const creating = container({ waiting: { reason: "ContainerCreating" } });
    expect(podCauses(pod(2, { containerStatuses: [creating] }), events)).toMatchObject([
      { kind: "configuration", patience: { final: 60 } },
    ]);
    expect(podCauses(pod(2, { phase: "Running", containerStatuses: [running] }), events)).toEqual([]);
  });
});

test("whatever a message is, a cause is one line that fits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (message) => {
      const [cause] = podCauses(pod(2, { containerStatuses: [waiting("ImagePullBackOff", message)] }), []);
      // Control characters are what this is about.
      expect(cause?.what).not.toMatch(/\p{Cc}/u);
      expect(cause?.what.length).toBeLessThanOrEqual(340);
    }),
  );
});
