import { expect, it } from "vitest";
import { exitCode, outcomeText, stepLine } from "../../../cli/deploy/deployAndTell.ts";
import type { DeployOutcome } from "../../../delivery/deployment/index.ts";

const commit = "a".repeat(40);
const refused = (isBadInput: boolean): DeployOutcome => ({
  commit,
  outcome: "refused",
  refusals: [
    { message: "dc1 is frozen", isBadInput: false },
    { message: "Vault is sealed\nunseal it", isBadInput },
  ],
});

it("a step is one line with the seconds since the beginning", () => {
  expect(stepLine("dc1", 12.4, "drift", "nothing was changed by hand")).toBe(
    "dc1    12 s  drift   nothing was changed by hand\n",
  );
});

it("the exit code tells no from wrong input", () => {
  expect(exitCode({ commit, outcome: "planned" })).toBe(0);
  expect(exitCode(refused(false))).toBe(1);
  expect(exitCode(refused(true))).toBe(2);
  expect(exitCode({ commit, outcome: "failed", why: "x" })).toBe(1);
});

it("a refusal names all reasons, and says that nothing was changed", () => {
  expect(outcomeText("dc1", refused(true))).toBe(
    "dc1: commit aaaaaaaaaa was not deployed, and nothing was changed:\n  - dc1 is frozen\n  - Vault is sealed\n    unseal it\n",
  );
});

it("a failure and an interruption say how it goes on", () => {
  expect(outcomeText("dc1", { commit, outcome: "failed", why: "  receipts: no room" })).toMatch(
    /is not verified\n {2}receipts: no room\n {2}to do: .*npm run rollback -- --site dc1/,
  );
  expect(outcomeText("dc1", { commit, outcome: "interrupted", why: "interrupted by SIGINT" })).toContain(
    "to go on: npm run deploy -- --site dc1",
  );
});
