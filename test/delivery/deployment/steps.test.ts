import { describe, expect, it } from "vitest";
import type { DeploymentParts, UpResult } from "../../../delivery/deployment/parts.ts";
import { deployInSteps } from "../../../delivery/deployment/steps.ts";
import { Stopped } from "../../../delivery/deployment/stopped.ts";
import type { GateResult } from "../../../delivery/gate/index.ts";
import { type HistoryEntry, KeptEntryError } from "../../../delivery/history/index.ts";
import { commitA, deliveryRecord } from "../../support/deliveryRecords.ts";

const entry = { kind: "deployment", who: { kind: "unknown" }, commit: commitA, releases: {} } as const;
const options = { entry, refreshes: false, heals: false, replans: false };
const done: UpResult = { failure: undefined, causes: [], errors: [] };
const violated: UpResult = {
  ...{ failure: "code 255", causes: [] },
  errors: ["receipts (receipts-service): create is not allowed by the plan: no steps were expected for this resource"],
};

function passed(outcome: GateResult["outcome"]): GateResult {
  const times = { began: "2026-11-26T10:00:00.000Z", ended: "2026-11-26T10:10:00.000Z" };
  return {
    version: 1,
    site: "dc1",
    outcome,
    ...times,
    soakSeconds: 600,
    interruptions: 0,
    conditions: [],
    verification: [],
    notes: [],
  };
}

/** Runs the steps on parts that write down what is asked of them. */
async function run(
  more: Partial<typeof options>,
  parts: Partial<DeploymentParts> & { readonly ups?: readonly UpResult[] },
  signal = new AbortController().signal,
) {
  const log: string[] = [];
  const entries: HistoryEntry[] = [];
  const ups = [...(parts.ups ?? [done])];
  const all: DeploymentParts = {
    tell: (step, line) => log.push(`${step}: ${line}`),
    append: async (each) => {
      entries.push(each);
      return deliveryRecord(entries.length, each);
    },
    migrations: async () => void log.push("migrations"),
    refresh: async () => void log.push("refresh"),
    drift: async () => {
      log.push("drift");
      return { changed: [], missing: [] };
    },
    preview: async () => {
      log.push("preview");
      return { hash: "c".repeat(64), file: "plan.json", state: "1" };
    },
    up: async () => {
      log.push("up");
      return ups.shift() ?? done;
    },
    gate: async () => {
      log.push("gate");
      return passed("pass");
    },
    ...parts,
  };
  const end = await deployInSteps({ ...options, ...more }, all, signal);
  return { end, log, entries, outcomes: entries.map(({ outcome }) => outcome) };
}

describe("deployInSteps", () => {
  it("does one after the other, and records the start and what came of it", async () => {
    const { end, log, entries, outcomes } = await run({}, {});
    expect(log).toEqual(["drift", "preview", "up", "gate"]);
    expect(end.outcome).toBe("verified");
    expect(outcomes).toEqual(["started", "verified"]);
    expect(entries[1]).toMatchObject({ started: 1, plan: "c".repeat(64), gate: { state: "pass" } });
  });

  it("refreshes before the plan where it heals", async () => {
    expect((await run({ heals: true }, {})).log).toEqual(["drift", "refresh", "preview", "up", "gate"]);
  });

  it("waits for the migrations that a deployment before has left running, and refreshes then", async () => {
    const log = ["migrations", "drift", "refresh", "preview", "up", "gate"];
    expect((await run({ refreshes: true }, {})).log).toEqual(log);
  });

  it("is failed where the gate does not pass, whatever the engine said", async () => {
    const { end, outcomes } = await run({}, { gate: async () => passed("fail") });
    expect(end.outcome).toBe("failed");
    expect(outcomes).toEqual(["started", "failed"]);
  });

  it("does not reach the gate where the engine fails, and says why", async () => {
    const failed: UpResult = { failure: "code 255", causes: [], errors: ["receipts: the quota is used up"] };
    const { end, log, entries, outcomes } = await run({}, { ups: [failed] });
    expect(end).toEqual({ outcome: "failed", why: "  receipts: the quota is used up" });
    expect(log).not.toContain("gate");
    expect(outcomes).toEqual(["started", "failed"]);
    expect(entries[1]?.plan).toBe("c".repeat(64));
  });

  it("records the end also of a bug", async () => {
    const outcomes: string[] = [];
    const append: DeploymentParts["append"] = async (each) => {
      outcomes.push(each.outcome);
      return deliveryRecord(outcomes.length, each);
    };
    await expect(run({}, { append, drift: () => Promise.reject(new TypeError("x")) })).rejects.toThrow("x");
    expect(outcomes).toEqual(["started", "failed"]);
  });
});

it("goes on where the history cannot be reached, and says that the entry is kept", async () => {
  const append: DeploymentParts["append"] = async () => {
    throw new KeptEntryError("dc1", "/var/kept", "no store answers");
  };
  const { end, log } = await run({}, { append });
  expect(end.outcome).toBe("verified");
  expect(log.filter((line) => line.startsWith("history:"))).toHaveLength(2);
});

describe("a plan that does not hold any more", () => {
  it("is told from a failure, with what differed and what to do", async () => {
    const { end } = await run({}, { ups: [violated] });
    expect(end).toMatchObject({ outcome: "failed" });
    expect("why" in end ? end.why : "").toMatch(
      /not as it was planned[\s\S]*receipts-service: create is not allowed[\s\S]*--replan/,
    );
  });

  it("is told from a state that has moved, where nothing was done", async () => {
    const { end } = await run({}, { ups: [{ ...done, failure: "moved", hasMoved: true }] });
    expect("why" in end ? end.why : "").toContain(
      "the state has changed since the plan was made, and nothing was done",
    );
  });

  it("gives way to a new one where that is wanted, three times at most", async () => {
    const once = await run({ replans: true }, { ups: [violated, done] });
    expect(once.end.outcome).toBe("verified");
    expect(once.log.filter((line) => !line.startsWith("plan:"))).toEqual([
      "drift",
      "preview",
      "up",
      "refresh",
      "preview",
      "up",
      "gate",
    ]);
    const always = await run({ replans: true }, { ups: [violated, violated, violated] });
    expect(always.end.outcome).toBe("failed");
    expect(always.log.filter((line) => line === "up")).toHaveLength(3);
  });
});

describe("an interruption", () => {
  it.each(["drift", "refresh", "preview", "up", "gate"] as const)("in %s is recorded as one", async (step) => {
    const stop = new AbortController();
    const interrupted = () => {
      stop.abort(new Error("interrupted by SIGINT"));
      return Promise.reject(stop.signal.reason);
    };
    const { end, outcomes } = await run({ refreshes: true }, { [step]: interrupted }, stop.signal);
    expect(end).toEqual({ outcome: "interrupted", why: "interrupted by SIGINT" });
    expect(outcomes).toEqual(["started", "interrupted"]);
  });

  it("that comes with the gate's own end is one, too", async () => {
    const stop = new AbortController();
    const gate = async () => {
      stop.abort(new Error("interrupted by SIGTERM"));
      return passed("interrupted");
    };
    expect((await run({}, { gate }, stop.signal)).end.outcome).toBe("interrupted");
  });

  it("stops with what the engine could not do", async () => {
    const { end } = await run({}, { preview: () => Promise.reject(new Stopped("the backend has no stack dc1")) });
    expect(end).toEqual({ outcome: "failed", why: "the backend has no stack dc1" });
  });
});
