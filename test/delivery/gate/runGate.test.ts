import { expect, it } from "vitest";
import { type GateResult, runGate, type SoakState } from "../../../delivery/gate/index.ts";
import {
  type GateObjects,
  gateCluster,
  gateExpectations,
  gateSite,
  podOf,
  rolledOut,
  steppedClock,
} from "../../support/gateCluster.ts";

/** Runs a gate over a cluster that has what a function says at each second. */
async function gate(
  objects: (second: number) => GateObjects | undefined,
  more: { readonly soakSeconds?: number; readonly signal?: AbortSignal } = {},
): Promise<{ result: GateResult; seconds: number; states: SoakState[] }> {
  const clock = steppedClock();
  const states: SoakState[] = [];
  const result = await runGate({
    ...gateSite,
    expected: gateExpectations,
    client: gateCluster(() => objects(clock.seconds())),
    soakSeconds: 600,
    signal: new AbortController().signal,
    ...more,
    clock,
    onState: (state) => states.push(state),
  });
  return { result, seconds: clock.seconds(), states };
}

it("passes when the site has run the commit for the soak", async () => {
  const { result, seconds } = await gate(rolledOut);
  expect(seconds).toBe(600);
  expect(result).toEqual({
    ...{ version: 1, site: "dc1", outcome: "pass", soakSeconds: 600, interruptions: 0 },
    ...{ began: "2026-05-04T08:00:00.000Z", ended: "2026-05-04T08:10:00.000Z", soaking: "2026-05-04T08:00:00.000Z" },
    conditions: [
      {
        ...{ name: "Deployment declarations/receipts", state: "pass", what: "all 2 pods run this release" },
        since: "2026-05-04T08:00:00.000Z",
      },
      {
        ...{ name: "HorizontalPodAutoscaler declarations/receipts", state: "pass", what: "2 replicas" },
        since: "2026-05-04T08:00:00.000Z",
      },
    ],
    ...{ verification: [], notes: ["alerts are not asked: monitoring is none"] },
  });
});

it("does not believe a Deployment that calls itself complete while a pod runs an older image", async () => {
  const old = podOf(2, "receipts-2-b", "registry.example/receipts:1.3.0@sha256:old");
  const { result, seconds } = await gate(() => ({ ...rolledOut(), pods: [podOf(2, "receipts-2-a"), old] }));
  expect(seconds).toBe(600);
  expect(result).toMatchObject({
    outcome: "fail",
    failed: {
      name: "Deployment declarations/receipts",
      what: "pod receipts-2-b runs registry.example/receipts:1.3.0@sha256:old for container receipts, and not registry.example/receipts:1.4.0@sha256:new",
      ...{ since: "2026-05-04T08:00:00.000Z", because: "it lasted as long as the soak" },
    },
  });
});

it("a cluster that cannot be asked has no data, and the soak begins anew when it answers", async () => {
  const { result, seconds } = await gate((second) => (second >= 300 && second < 360 ? undefined : rolledOut()));
  expect(result).toMatchObject({ outcome: "pass", interruptions: 1, soaking: "2026-05-04T08:06:00.000Z" });
  expect(seconds).toBe(960);
});

it("a cluster that is silent for as long as the soak fails the gate, with its reason", async () => {
  const { result } = await gate(() => undefined);
  expect(result).toMatchObject({
    outcome: "fail",
    failed: { state: "no-data", what: "the server is starting", because: "there was no data for as long as the soak" },
  });
});

it("is interrupted by its signal and says where it stood", async () => {
  const stop = new AbortController();
  const { result, states } = await gate(
    (second) => {
      if (second >= 60) stop.abort();
      return rolledOut();
    },
    { signal: stop.signal },
  );
  expect(result).toMatchObject({ outcome: "interrupted", ended: "2026-05-04T08:01:00.000Z" });
  expect(result.failed).toBeUndefined();
  expect(states.at(-1)?.verdict).toBeUndefined();
});

it("looks often enough for a soak of a few seconds", async () => {
  const { result, states } = await gate(rolledOut, { soakSeconds: 5 });
  expect(result.outcome).toBe("pass");
  expect(states).toHaveLength(6);
});
