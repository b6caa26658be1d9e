import { expect, it } from "vitest";
import { ApiError } from "../../../clusterClient/index.ts";
import { awaitMigrations } from "../../../delivery/deployment/runningMigrations.ts";
import type { Job, ListAnywhere, Pod } from "../../../rollout/objects.ts";

const started = {
  metadata: {
    ...{ name: "receipts-migration-1", namespace: "declarations", uid: "job" },
    annotations: { "gemelos.dev/migration-of": "receipts" },
  },
  spec: { activeDeadlineSeconds: 600 },
  status: { startTime: "2026-11-26T10:00:00Z" },
} satisfies Job;
const over = { ...started, status: { conditions: [{ type: "Failed", status: "True" }] } };
const others = { ...started, metadata: { ...started.metadata, annotations: {} } };

function pod(phase: string, reason?: string): Pod {
  const state = reason === undefined ? {} : { waiting: { reason, message: "no such image" } };
  const containerStatuses = [{ name: "receipts", image: "receipts", ready: false, restartCount: 0, state }];
  return {
    metadata: { name: "p", uid: "pod", ownerReferences: [{ uid: "job" }] },
    status: { phase, containerStatuses },
  };
}

/** What is said while these are the cluster's Jobs, look by look; the last ones stay. */
async function said(looks: readonly (readonly Job[] | Error)[], pods: readonly Pod[], signal?: AbortSignal) {
  const left = [...looks];
  const lines: string[] = [];
  const kinds = { Job: [] as readonly Job[], Pod: pods };
  const list = (async (kind: keyof typeof kinds) => {
    if (kind !== "Job") return kinds[kind] ?? [];
    const look = (left.length > 1 ? left.shift() : left[0]) ?? [];
    if (look instanceof Error) throw look;
    return look;
  }) as ListAnywhere;
  const tell = (line: string) => lines.push(line);
  await awaitMigrations({
    ...{ context: "tax-dc1", list, tell, interval: 1 },
    signal: signal ?? AbortSignal.timeout(5000),
  });
  return lines;
}

it("says nothing where none runs, whatever other Jobs do", async () => {
  expect(await said([[over, others]], [pod("Running")])).toEqual([]);
});

it("waits until one that runs has ended, and says by when, and how to end it by hand", async () => {
  expect(await said([[started], [started], [over]], [pod("Running")])).toEqual([
    "the migration of receipts (Job declarations/receipts-migration-1) of a deployment that was stopped still runs: waiting for its end, 2026-11-26T10:10:00.000Z at the latest, since to replace it would stop it in the middle; to end it by hand: kubectl --context tax-dc1 delete job -n declarations receipts-migration-1",
    "the migration has ended, and the deployment goes on: receipts",
  ]);
});

it("waits for one between two tries, which has no pod", async () => {
  expect(await said([[started], []], [])).toHaveLength(2);
});

it("does not wait for one that cannot get on, in which nothing runs", async () => {
  expect(await said([[started]], [pod("Pending", "InvalidImageName")])).toEqual([
    expect.stringMatching(/does not get on, and is not waited for: .*no such image/),
  ]);
});

it("goes on waiting where the API server does not answer for a while", async () => {
  expect(await said([[started], new Error("no answer"), [started], []], [pod("Running")])).toHaveLength(2);
});

it("fails where it cannot look at all, and says what to do where it may not", async () => {
  await expect(said([new Error("no answer")], [])).rejects.toThrow("no answer");
  expect(await said([new ApiError(403, "forbidden")], [])).toEqual([
    expect.stringMatching(/kubectl --context tax-dc1 get jobs -A$/),
  ]);
});

it("ends with the signal's reason", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("interrupted by SIGINT")), 20);
  await expect(said([[started]], [pod("Running")], stop.signal)).rejects.toThrow("interrupted by SIGINT");
});
