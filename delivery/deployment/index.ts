/** One deployment of one site: what speaks against it, its steps in order, and how it goes on after it was interrupted. */
export { type DeployOptions, type DeployOutcome, deploySite } from "./deploySite.ts";
export type { StepName } from "./parts.ts";
export { rollbackSite } from "./rollbackSite.ts";
