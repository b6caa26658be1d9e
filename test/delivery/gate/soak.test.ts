import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Condition, ConditionState, Observation } from "../../../delivery/gate/condition.ts";
import { beginSoak, type Look, type SoakRules, type SoakState, takeLook } from "../../../delivery/gate/soak.ts";

const deployment = "Deployment payments/card-payments";
const tests = "verification card-payments";
const rules: SoakRules = { soak: 600, timeout: 3600, longestGap: 60 };

/** Looks at one lasting condition, each at its second. */
function gateAfter(looks: readonly (readonly [second: number, state: ConditionState, more?: Partial<Observation>])[]) {
  return looks.reduce<SoakState>(
    (state, [second, its, more]) => {
      const observation = { condition: deployment, state: its, what: its, ...more };
      return takeLook(state, { began: second * 1000, ended: second * 1000, observations: [observation] }, rules);
    },
    beginSoak([{ name: deployment }], 0),
  );
}

/** Looks every 30 s. */
function every30(from: number, to: number, state: ConditionState): (readonly [number, ConditionState])[] {
  return Array.from({ length: (to - from) / 30 + 1 }, (_, index) => [from + index * 30, state] as const);
}

describe("a condition that is met", () => {
  it("passes after the soak and not before", () => {
    expect(gateAfter(every30(0, 570, "pass")).verdict).toBeUndefined();
    expect(gateAfter(every30(0, 600, "pass")).verdict).toEqual({ outcome: "pass" });
  });

  it.each(["fail", "waiting", "no-data"] as const)("begins anew after a single look at which it was %s", (state) => {
    const broken = [...every30(0, 570, "pass"), [580, state] as const, ...every30(600, 1170, "pass")];
    expect(gateAfter(broken)).toMatchObject({ verdict: undefined, interruptions: 1, soaking: 600_000 });
    expect(gateAfter([...broken, [1200, "pass"]]).verdict).toEqual({ outcome: "pass" });
  });

  it("begins anew after a time at which nobody looked, such as a machine's sleep", () => {
    expect(gateAfter([...every30(0, 300, "pass"), [900, "pass"]])).toMatchObject({
      ...{ verdict: undefined, interruptions: 1, soaking: 900_000 },
    });
  });
});

describe("a condition that is not met", () => {
  it("fails the gate when it lasted as long as the soak, with since when", () => {
    const looks = [[0, "pass"], ...every30(30, 600, "fail")] as const;
    expect(gateAfter(looks).verdict).toBeUndefined();
    expect(gateAfter([...looks, [630, "fail"]]).verdict).toMatchObject({
      ...{ outcome: "fail", because: "it lasted as long as the soak" },
      failed: { condition: deployment, state: "fail", since: 30_000 },
    });
  });

  it("fails the gate when there was no data for as long as the soak", () => {
    expect(gateAfter(every30(0, 600, "no-data")).verdict).toMatchObject({
      ...{ outcome: "fail", because: "there was no data for as long as the soak", failed: { since: 0 } },
    });
  });

  it("is waited for longer than the soak while it is on its way, until the timeout", () => {
    expect(gateAfter(every30(0, 3570, "waiting")).verdict).toBeUndefined();
    expect(gateAfter(every30(0, 3600, "waiting")).verdict).toMatchObject({
      ...{ outcome: "fail", because: "it was not met in time", failed: { state: "waiting", since: 0 } },
    });
  });

  it("fails the gate at once where it cannot heal", () => {
    const final = { kind: "image-name", finalAfter: 0 };
    expect(gateAfter([[0, "fail", final]]).verdict).toMatchObject({
      outcome: "fail",
      because: "it cannot heal by itself",
    });
  });

  it("fails the gate when trouble of one kind has lasted its time, whatever its words", () => {
    const trouble = (what: string, kind = "crash-loop") => ({ what, kind, finalAfter: 60 });
    const looks = [
      [0, "fail", trouble("restarted once")],
      [30, "fail", trouble("restarted twice")],
    ] as const;
    expect(gateAfter(looks).verdict).toBeUndefined();
    expect(gateAfter([...looks, [60, "fail", trouble("its image cannot be pulled", "image")]]).verdict).toBeUndefined();
    expect(gateAfter([...looks, [60, "fail", trouble("restarted three times")]]).verdict).toMatchObject({
      failed: { what: "restarted three times" },
    });
  });

  it("names what fails before what only waits", () => {
    const conditions = [{ name: "waits" }, { name: "fails" }];
    const observations = [
      { condition: "waits", state: "waiting", what: "" },
      { condition: "fails", state: "fail", what: "" },
    ] as const;
    const state = takeLook(beginSoak(conditions, 0), { began: 3_600_000, ended: 3_600_000, observations }, rules);
    expect(state.verdict).toMatchObject({ outcome: "fail", failed: { condition: "fails" } });
  });
});

it("a soak that has begun before the timeout is let run, and a further one does not begin", () => {
  const late = [...every30(0, 3570, "waiting"), ...every30(3580, 4150, "pass")];
  expect(gateAfter([...late, [4180, "pass"]]).verdict).toEqual({ outcome: "pass" });
  expect(gateAfter([...late, [4160, "waiting"]]).verdict).toMatchObject({ because: "it was not met in time" });
});

it("tests that ran once need to have passed at the end, and are no part of the soak", () => {
  const conditions: Condition[] = [{ name: deployment }, { name: tests, once: true }];
  const look = (second: number, state: ConditionState): Look => ({
    ...{ began: second * 1000, ended: second * 1000 },
    observations: [
      { condition: deployment, state: "pass", what: "" },
      { condition: tests, state, what: "" },
    ],
  });
  const states = [...Array.from({ length: 21 }, (_, index) => look(index * 30, "waiting")), look(630, "pass")];
  const all = states.map((_, index) =>
    states.slice(0, index + 1).reduce((state, each) => takeLook(state, each, rules), beginSoak(conditions, 0)),
  );
  expect(all.slice(0, -1).map(({ verdict }) => verdict)).toEqual(Array(21).fill(undefined));
  expect(all.at(-1)).toMatchObject({ verdict: { outcome: "pass" }, interruptions: 0 });
});

describe("whatever is observed in whatever order", () => {
  const names = ["a", "b", "tests"];
  const conditions: Condition[] = [{ name: "a" }, { name: "b" }, { name: "tests", once: true }];
  const states = fc.constantFrom<ConditionState>("pass", "pass", "pass", "pass", "waiting", "fail", "no-data");
  const look = fc.record({
    wait: fc.integer({ min: 0, max: 90_000 }),
    duration: fc.integer({ min: 0, max: 20_000 }),
    observed: fc.array(
      fc.record({
        condition: fc.constantFrom(...names),
        state: states,
        what: fc.constant("seen"),
        finalAfter: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
      }),
    ),
    // Mostly everything is met, or nothing would ever pass.
    calm: fc.integer({ min: 0, max: 9 }),
  });
  const short: SoakRules = { soak: 120, timeout: 900, longestGap: 60 };

  const runs = fc.array(look, { maxLength: 80 }).map((drawn) => {
    let now = 0;
    return drawn.map(({ wait, duration, observed, calm }): Look => {
      const began = now + wait;
      now = began + duration;
      const pass = names.map((condition) => ({ condition, state: "pass" as const, what: "seen" }));
      const observations =
        calm > 0
          ? pass
          : observed.map(({ finalAfter, ...each }) => ({
              ...each,
              ...(finalAfter === undefined ? {} : { finalAfter }),
            }));
      return { began, ended: now, observations };
    });
  });

  it("nothing passes without a soak of uninterrupted passes, and with all tests passed", () => {
    let passed = 0;
    fc.assert(
      fc.property(runs, (looks) => {
        let state = beginSoak(conditions, 0);
        const taken: Look[] = [];
        for (const each of looks) {
          state = takeLook(state, each, short);
          taken.push(each);
          if (state.verdict !== undefined) break;
        }
        if (state.verdict?.outcome !== "pass") return;
        passed += 1;
        const last = taken.at(-1);
        const stateOf = ({ observations }: Look, name: string) =>
          observations.findLast(({ condition }) => condition === name)?.state ?? "no-data";
        expect(last === undefined ? "" : stateOf(last, "tests")).toBe("pass");
        const met = (each: Look) => stateOf(each, "a") === "pass" && stateOf(each, "b") === "pass";
        const from = taken.findLastIndex((each, index) => {
          const next = taken[index + 1];
          return !met(each) || (next !== undefined && next.began - each.ended > short.longestGap * 1000);
        });
        // The run that counts begins after the last look that was not met, or that a gap followed.
        const first = taken[from + 1];
        expect((last?.began ?? 0) - (first?.ended ?? 0)).toBeGreaterThanOrEqual(short.soak * 1000);
      }),
      { numRuns: 400 },
    );
    expect(passed).toBeGreaterThan(10);
  });

  it("a failure is named with a condition that is not met, and no look changes a verdict", () => {
    fc.assert(
      fc.property(runs, (looks) => {
        let state = beginSoak(conditions, 0);
        for (const each of looks) {
          const next = takeLook(state, each, short);
          if (state.verdict !== undefined) expect(next).toBe(state);
          state = next;
        }
        if (state.verdict?.outcome === "fail") {
          expect(state.verdict.failed.state).not.toBe("pass");
          expect(state.verdict.failed.since).toBeLessThanOrEqual(looks.at(-1)?.ended ?? 0);
        }
      }),
    );
  });
});
