import { expect, test } from "vitest";
import { explainFailure } from "../../../delivery/engine/failure.ts";
import { type Cause, firstCause } from "../../../rollout/cause.ts";
import { container, objects, pod } from "../../support/rolloutObjects.ts";

const cause = crash();
const stuck = "receipts (receipts-deployment): 2 errors occurred:\n* the Kubernetes API server reported";
const other = "taxpayer-registry (taxpayer-registry-service): the Service has no address";

/** The cause of receipts, whose container ends. */
function crash(): Cause {
  const state = { waiting: { reason: "CrashLoopBackOff" } };
  const ended = container(state, { restartCount: 3, exit: { exitCode: 1, reason: "Error" } });
  const found = firstCause(objects({ pods: [pod(2, { containerStatuses: [ended] })] }));
  if (found === undefined) throw new Error("there is a cause");
  return found;
}

const told = `  receipts (Deployment declarations/receipts): container app ends with exit code 1 (Error, restarted 3 times)
    to do: ${cause.remedy}`;

test("a deployment that was stopped ends with the cause, and none of the engine's words about stopping", () => {
  const errors = [other, stuck, "update canceled", "update failed"];
  expect(explainFailure(errors, "code 255", { causes: [cause], final: { cause, errorsBefore: [] } })).toBe(
    `${told}\n  stopped: receipts cannot get on without a change`,
  );
});

test("what failed before it was stopped is told, too, and first", () => {
  expect(explainFailure([], "code 255", { causes: [cause], final: { cause, errorsBefore: [other] } })).toBe(
    `  ${other}\n${told}\n  stopped: receipts cannot get on without a change`,
  );
});

test("where the engine gave up by itself, the causes replace its words about the same rollout", () => {
  expect(explainFailure([stuck, other, "update failed"], "code 255", { causes: [cause] })).toBe(`  ${other}\n${told}`);
});

test("without a cause the engine's errors are told, and without any the command line's message", () => {
  expect(explainFailure([other], "code 255")).toBe(`  ${other}`);
  expect(explainFailure([], "code 255\nstderr: lock")).toBe("  code 255\n  stderr: lock");
});

test("the words of the engine about a migration that failed are replaced by its cause, with the end of its log", () => {
  const migration: Cause = { ...cause, kind: "migration", job: "receipts-migration-0", log: ["ERROR: no such table"] };
  const engine = 'receipts (receipts-migration): Job "declarations/receipts-migration-0" failed';
  const text = explainFailure([engine, "update failed"], "code 255", { causes: [migration] });
  expect(text).toContain("receipts (Job declarations/receipts-migration-0): ");
  expect(text).toContain("\n    | ERROR: no such table\n");
  expect(text).not.toContain("failed");
});
