/** Whether a site does what a commit says, read from the site itself and held for a soak. */
export { type Expectations, expectationsOf } from "./expectations.ts";
export { GateProgress } from "./progress.ts";
export { readExpectations } from "./readExpectations.ts";
export { formatGate, gateLines } from "./report.ts";
export type { GateResult } from "./result.ts";
export { runGate } from "./runGate.ts";
export type { SoakState } from "./soak.ts";
