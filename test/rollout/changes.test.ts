import { expect, test } from "vitest";
import { ChangingRollouts } from "../../rollout/changes.ts";
import type { Deployment } from "../../rollout/objects.ts";

const receipts = { namespace: "declarations", name: "receipts" };

/** Receipts in one of its generations, or made anew under its name. */
function live(generation: number, uid = "first"): Deployment {
  return { metadata: { ...receipts, uid, generation } };
}

test("only what the update is changing counts, and only once it has reached it", () => {
  let now = 0;
  const rollouts = new ChangingRollouts([live(4)], () => now);
  expect([...rollouts.namespaces]).toEqual([]);
  expect(rollouts.counts(live(5))).toBe(false);
  rollouts.start(receipts);
  expect([...rollouts.namespaces]).toEqual(["declarations"]);
  expect(rollouts.counts(live(4))).toBe(false);
  expect(rollouts.counts(live(5))).toBe(true);
  expect(rollouts.counts(live(1, "second"))).toBe(true);
  rollouts.end(receipts);
  expect(rollouts.counts(live(5))).toBe(false);
  expect([...rollouts.namespaces]).toEqual([]);
  now += 1;
});

test("an update that changes no spec is given 20 s to do so, and counts then: it repeats one that failed", () => {
  let now = 0;
  const rollouts = new ChangingRollouts([live(4)], () => now);
  rollouts.start(receipts);
  now = 19_999;
  expect(rollouts.counts(live(4))).toBe(false);
  now = 20_000;
  expect(rollouts.counts(live(4))).toBe(true);
});

test("one that was not there before counts as soon as it is", () => {
  const rollouts = new ChangingRollouts([]);
  rollouts.start(receipts);
  expect(rollouts.counts(live(1))).toBe(true);
});
