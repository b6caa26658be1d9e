import { expect, test } from "vitest";
import { openCauses } from "../../../delivery/engine/rollouts.ts";
import type { Cause } from "../../../rollout/cause.ts";

const cause = (change: Partial<Cause>): Cause => ({
  ...{ kind: "migration", namespace: "declarations", name: "receipts", what: "it is tried again", remedy: "wait" },
  ...{ patience: { shown: 0, final: undefined }, since: undefined, job: "receipts-migration-0" },
  ...change,
});

test("of a migration that was tried again and then failed, the failure is told, once", () => {
  const failed = cause({ what: "it failed" });
  expect(openCauses([cause({})], failed, new Set())).toEqual([failed]);
  expect(openCauses([cause({}), failed], undefined, new Set())).toEqual([failed]);
});

test("what the engine is done with is in nobody's way, unless it ended the deployment", () => {
  const { job: _, ...rollout } = cause({ kind: "probe" });
  const done = new Set(["declarations/receipts-migration-0", "declarations/receipts"]);
  expect(openCauses([cause({}), rollout], undefined, done)).toEqual([]);
  expect(openCauses([rollout], rollout, done)).toEqual([rollout]);
});
