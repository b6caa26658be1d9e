/** The Pulumi engine, as production and the sandbox run it: one site's program, its rollouts followed. */
export { type EngineResult, type EngineRun, type Operation, runEngine } from "./engine.ts";
export { explainFailure } from "./failure.ts";
export { planLines } from "./planLines.ts";
export { planViolations } from "./plans.ts";
export { productionRun, setupRemedy } from "./production.ts";
export { DeploymentReport, formatChanges } from "./report.ts";
export { runWatched, type WatchedResult } from "./rollouts.ts";
export { LockedError, type LockedOptions, runUnlocked } from "./stackLocks.ts";
