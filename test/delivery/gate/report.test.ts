import { expect, it } from "vitest";
import { formatGate, gateLines } from "../../../delivery/gate/report.ts";
import type { GateResult } from "../../../delivery/gate/result.ts";

const since = "2026-05-04T08:05:00.000Z";
const condition = { name: "Deployment payments/card-payments", state: "fail", what: "it is not there", since } as const;
const passed: GateResult = {
  ...{ version: 1, site: "dc1", outcome: "pass", soakSeconds: 600, interruptions: 0 },
  ...{ began: "2026-05-04T08:00:00.000Z", ended: "2026-05-04T08:10:00.000Z" },
  conditions: [{ ...condition, state: "pass" }],
  ...{ verification: [], notes: [] },
};

it("says that it is passed, and what was not asked", () => {
  const result = { ...passed, interruptions: 2, notes: ["alerts are not asked: monitoring is none"] };
  expect(formatGate(result)).toBe(
    "dc1: the gate is passed: 1 conditions were met for 10m, after 2 interruptions\nnote: alerts are not asked: monitoring is none\n",
  );
});

it("names the condition that failed it, since when, what to do, and what else is not met", () => {
  const alerts = { name: "alerts", state: "no-data", what: "Prometheus cannot be reached", since } as const;
  const failed = { ...condition, remedy: "deploy this commit", because: "it lasted as long as the soak" };
  expect(formatGate({ ...passed, outcome: "fail", failed, conditions: [failed, alerts] }).split("\n")).toEqual([
    `dc1: the gate failed: Deployment payments/card-payments is fail since ${since}, and it lasted as long as the soak`,
    "  it is not there",
    "  to do: deploy this commit",
    "not met beside it:",
    `  no-data alerts since ${since}: Prometheus cannot be reached`,
    "",
  ]);
});

it("says where it stood when it was interrupted", () => {
  expect(formatGate({ ...passed, outcome: "interrupted", conditions: [condition] })).toBe(
    "dc1: the gate was interrupted after 10m; 1 of 1 conditions were not met\n",
  );
});

it("has the end of the log of tests that failed, also where it is told as a deployment's step", () => {
  const tests = {
    ...condition,
    name: "verification receipts",
    what: "its tests did not pass",
    because: "it cannot heal",
  };
  const verification = [
    { service: "receipts", outcome: "fail", seconds: 4, reports: [], log: ["no receipt"] },
  ] as const;
  const lines = gateLines({ ...passed, outcome: "fail", failed: tests, conditions: [tests], verification });
  expect(lines.slice(-2)).toEqual(["tests of receipts: fail after 4s", "  | no receipt"]);
});
