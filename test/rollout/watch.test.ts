import { expect, test } from "vitest";
import type { Cause, RolloutObjects } from "../../rollout/cause.ts";
import type { Job, Kinds } from "../../rollout/objects.ts";
import { type WatchOptions, watchRollouts } from "../../rollout/watch.ts";
import { container, deployment, objects, pod, replicaSet, time } from "../support/rolloutObjects.ts";

/** What the cluster holds at each second; the last goes on for ever. Nothing waits: the clock is turned. */
async function watch(
  looks: readonly (RolloutObjects | Error)[],
  options: Partial<Pick<WatchOptions, "counts" | "countsJob" | "endsComplete">> & {
    readonly seconds?: number;
    readonly jobs?: readonly Job[];
  } = {},
) {
  const { seconds = 1000, jobs = [], ...rest } = options;
  const told: { second: number; cause: Cause }[] = [];
  const requests: string[] = [];
  const stop = new AbortController();
  let now = 0;
  const list = async <Kind extends keyof Kinds>(kind: Kind, namespace: string): Promise<readonly Kinds[Kind][]> => {
    requests.push(`${now / 1000} ${kind} ${namespace}`);
    const look = looks[Math.min(now / 1000, looks.length - 1)];
    if (look === undefined || look instanceof Error) throw look ?? new Error("there is no look");
    const kinds = {
      ...{ Job: jobs, Deployment: [look.deployment], ReplicaSet: look.replicaSets, Pod: look.pods, Event: look.events },
      ...{ StatefulSet: [], DaemonSet: [], Node: [] },
    };
    // The key decides the type of the value, which an object literal cannot say.
    return kinds[kind] as readonly unknown[] as readonly Kinds[Kind][];
  };
  const final = await watchRollouts({
    ...rest,
    list,
    namespaces: () => ["declarations"],
    onCause: (cause) => told.push({ second: now / 1000, cause }),
    signal: stop.signal,
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds;
      if (now >= seconds * 1000) stop.abort();
    },
  });
  const lines = told.map(({ second, cause }) => `${second} ${cause.kind}`);
  return { final: final?.kind, lines, ended: now / 1000, requests };
}

const waiting = (reason: string) => pod(2, { containerStatuses: [container({ waiting: { reason, message: "m" } })] });
const slow = objects({ pods: [waiting("ContainerCreating")] });
const pulling = objects({ pods: [waiting("ErrImagePull")] });
const backingOff = objects({ pods: [waiting("ImagePullBackOff")] });
const refused = objects({
  replicaSets: [
    replicaSet(
      2,
      [{ type: "ReplicaFailure", status: "True", message: "violates PodSecurity", lastTransitionTime: time(1) }],
      0,
    ),
  ],
});
const crashing = (restartCount: number) =>
  objects({
    pods: [
      pod(2, {
        containerStatuses: [
          container(
            { waiting: { reason: "CrashLoopBackOff" } },
            { restartCount, exit: { exitCode: 1, reason: "Error" } },
          ),
        ],
      }),
    ],
  });

const done = objects({ deployment: deployment({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 }) });

test("a refusal that no time heals ends the watch at once", async () => {
  expect(await watch([slow, slow, refused])).toMatchObject({ final: "refused", lines: ["2 refused"], ended: 2 });
});

test("what may heal is told once it is stable, once, and ends the watch when it has not healed for a minute", async () => {
  const alternating = Array.from({ length: 100 }, (_, second) => (second % 2 === 0 ? pulling : backingOff));
  expect(await watch(alternating)).toMatchObject({ final: "image", lines: ["5 image"], ended: 60 });
});

test("what heals is no reason to stop, and what comes again has all its time again", async () => {
  const looks = [
    ...Array<RolloutObjects>(50).fill(backingOff),
    slow,
    ...Array<RolloutObjects>(50).fill(backingOff),
    done,
  ];
  expect(await watch(looks, { seconds: 300 })).toMatchObject({ final: undefined, lines: ["5 image"], ended: 300 });
});

test("what lacks room has all its time again once the rollout no longer moves", async () => {
  const message = "exceeded quota: services";
  const refusedBy = [replicaSet(2, [{ type: "ReplicaFailure", status: "True", message, lastTransitionTime: time(1) }])];
  const [stuck, moving] = [objects({ replicaSets: refusedBy }), { ...slow, replicaSets: refusedBy }];
  const looks = [...Array<RolloutObjects>(100).fill(moving), stuck];
  expect(await watch(looks)).toMatchObject({ final: "quota", lines: ["5 quota"], ended: 160 });
});

test("what passes within seconds is not told", async () => {
  expect(await watch([pulling, pulling, slow, done], { seconds: 30 })).toMatchObject({ final: undefined, lines: [] });
});

test("a crash is told when it is stable, and final after several restarts", async () => {
  const looks = [1, 1, 1, 2, 2, 2, 2, 2, 3].map(crashing);
  expect(await watch(looks)).toMatchObject({ final: "crash", lines: ["5 crash"], ended: 8 });
});

test("a look that fails is skipped, and takes no time from what is stable", async () => {
  const looks = [
    pulling,
    new Error("ECONNREFUSED"),
    new Error("ECONNREFUSED"),
    ...Array<RolloutObjects>(9).fill(pulling),
    done,
  ];
  expect(await watch(looks, { seconds: 30 })).toMatchObject({ final: undefined, lines: ["5 image"] });
});

test("it ends once all rollouts are complete, where that is asked for, and not at a look that failed", async () => {
  const looks = [slow, slow, new Error("ECONNREFUSED"), done];
  expect(await watch(looks, { endsComplete: () => true })).toMatchObject({ final: undefined, lines: [], ended: 3 });
});

test("a deadline counts once this version has been watched for as long, whatever Kubernetes still shows", async () => {
  const conditions = [
    { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" },
  ];
  const late = { ...deployment({ conditions }), spec: { replicas: 3, progressDeadlineSeconds: 100 } };
  expect(await watch([objects({ deployment: late })])).toMatchObject({ final: "deadline", ended: 90 });
  const next = {
    ...late,
    metadata: { ...late.metadata, generation: 3 },
    status: { ...late.status, observedGeneration: 3 },
  };
  const looks = [...Array<RolloutObjects>(50).fill(objects({ deployment: late })), objects({ deployment: next })];
  expect(await watch(looks)).toMatchObject({ final: "deadline", ended: 140 });
});

test("Deployments that do not count are no reason for anything, and cost one request a look", async () => {
  const { final, lines, requests } = await watch([refused], { counts: () => false, seconds: 3 });
  expect([final, lines]).toEqual([undefined, []]);
  expect(requests).toEqual(["0 Deployment declarations", "1 Deployment declarations", "2 Deployment declarations"]);
});

test("one look takes four requests for a namespace, the Deployments first", async () => {
  const { requests } = await watch([slow], { seconds: 1 });
  expect(requests).toEqual(["Deployment", "ReplicaSet", "Pod", "Event"].map((kind) => `0 ${kind} declarations`));
});

test("a Job that counts and has failed ends the watch, and one that was there before does not", async () => {
  const status = { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] };
  const jobs: Job[] = [
    { metadata: { name: "old", namespace: "declarations", uid: "old" }, status },
    { metadata: { name: "new", namespace: "declarations", uid: "new" }, status },
  ];
  const countsJob = ({ metadata }: Job) => metadata?.name === "new";
  expect(await watch([done], { jobs, countsJob })).toMatchObject({ final: "migration", lines: ["0 migration"] });
  expect(await watch([done], { jobs, seconds: 3 })).toMatchObject({ final: undefined, lines: [] });
  const complete = [{ metadata: { name: "new" }, status: { conditions: [{ type: "Complete", status: "True" }] } }];
  const options = { jobs: complete, countsJob, endsComplete: () => true };
  expect(await watch([done], options)).toMatchObject({ final: undefined, ended: 0 });
});
