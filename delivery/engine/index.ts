/** The Pulumi engine, as production and the sandbox run it: one site's program, its rollouts followed. */
export { type EngineRun, type Operation, runEngine } from "./engine.ts";
export { explainFailure } from "./failure.ts";
export { DeploymentReport, formatChanges } from "./report.ts";
export { runWatched, type WatchedResult } from "./rollouts.ts";
