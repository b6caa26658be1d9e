import { describe, expect, test } from "vitest";
import { formatCause } from "../../rollout/cause.ts";
import { isJobComplete, jobCause } from "../../rollout/jobs.ts";
import type { Condition, ContainerStatus, Job, Pod } from "../../rollout/objects.ts";
import { container, event, time } from "../support/rolloutObjects.ts";

const name = "receipts-migration-0123456789";

function job(...conditions: Condition[]): Job {
  const annotations = { "gemelos.dev/migration-of": "receipts" };
  return { metadata: { name, namespace: "declarations", uid: "job", annotations }, status: { conditions } };
}

function podOf(created: number, phase: string, state: ContainerStatus["state"], owner = "job"): Pod {
  return {
    metadata: {
      name: `pod-${created}`,
      uid: `pod-${created}`,
      creationTimestamp: time(created),
      ownerReferences: [{ uid: owner }],
    },
    status: { phase, containerStatuses: [container(state)] },
  };
}

const ended = (exitCode: number, message?: string) => ({
  terminated: { exitCode, reason: "Error", ...(message === undefined ? {} : { message }) },
});
const failed: Condition = {
  ...{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" },
  ...{ message: "Job has reached the specified backoff limit", lastTransitionTime: time(60) },
};
const log = 'Liquibase 4.33\nERROR: relation "receipt" already exists\n  at changeSet 3\n';

test("a migration that failed is told with the end of its newest pod's log, and nothing heals it", () => {
  const pods = [podOf(1, "Failed", ended(1, "old")), podOf(20, "Failed", ended(3, log))];
  const cause = jobCause({ job: job(failed), pods, events: [] });
  expect(cause).toMatchObject({ kind: "migration", name: "receipts", job: name, patience: { shown: 0, final: 0 } });
  expect(cause === undefined ? "" : formatCause(cause).split("\n")).toEqual([
    `receipts (Job declarations/${name}): the migration failed, the last time with exit code 3; the rollout has not begun, and the old release goes on`,
    "  | Liquibase 4.33",
    '  | ERROR: relation "receipt" already exists',
    "  |   at changeSet 3",
    expect.stringContaining("  to do: correct the change"),
  ]);
});

test("of a long log the end is told, without what a terminal would obey", () => {
  const message = `${Array.from({ length: 80 }, (_, line) => `line ${line}`).join("\r\n")}\u001b[31m\u0007 red`;
  const cause = jobCause({ job: job(failed), pods: [podOf(1, "Failed", ended(1, message))], events: [] });
  expect(cause?.log).toHaveLength(12);
  expect(cause?.log?.at(-1)).toBe("line 79  red");
});

test("one that took too long is told, though its pod is gone", () => {
  const late = { ...failed, reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
  expect(jobCause({ job: job(late), pods: [], events: [] })?.what).toContain("did not end within its timeout");
});

describe("before it has failed", () => {
  test("a pod that failed is told with its log, and the next one may do better", () => {
    const pods = [podOf(1, "Failed", ended(1, log)), podOf(20, "Running", { running: {} })];
    const cause = jobCause({ job: job(), pods, events: [] });
    expect(cause).toMatchObject({ kind: "migration", patience: { shown: 0, final: undefined } });
    expect(cause?.what).toBe("the migration ended with exit code 1, and is tried again");
    expect(cause?.log).toHaveLength(3);
  });

  test("what its newest pod waits for is told as of any pod", () => {
    const waiting = {
      waiting: { reason: "CreateContainerConfigError", message: 'secret "receipts-secrets" not found' },
    };
    expect(jobCause({ job: job(), pods: [podOf(1, "Pending", waiting)], events: [] })).toMatchObject({
      ...{ kind: "configuration", name: "receipts", job: name },
      what: 'container app lacks a part of its configuration: secret "receipts-secrets" not found',
    });
  });

  test("a pod that is refused is told", () => {
    const events = [event("job", "FailedCreate", 'pods "x" is forbidden: exceeded quota: services')];
    expect(jobCause({ job: job(), pods: [], events })).toMatchObject({ kind: "quota" });
  });
});

test("nothing is said of one that runs, has ended well, or of pods of another", () => {
  const complete = job({ type: "Complete", status: "True" });
  expect(isJobComplete(complete)).toBe(true);
  expect(jobCause({ job: complete, pods: [podOf(1, "Failed", ended(1, log))], events: [] })).toBeUndefined();
  expect(jobCause({ job: job(), pods: [podOf(1, "Running", { running: {} })], events: [] })).toBeUndefined();
  expect(jobCause({ job: job(), pods: [podOf(1, "Failed", ended(1, log), "other")], events: [] })).toBeUndefined();
});
