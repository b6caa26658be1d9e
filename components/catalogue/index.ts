/** The catalogue of services: its checks, its configuration templates, and what it becomes in a site. */
export type { CatalogueEntry, CatalogueService, CheckedCatalogue } from "./catalogueEntry.ts";
export {
  checkCatalogue,
  checkTogether,
  resolveCatalogue,
} from "./catalogueRules.ts";
export { checkedInputs } from "./everyProblem.ts";
export { checkNodeRoom } from "./nodeRoom.ts";
export { placeholderTexts, servicePlaceholders, sitePlaceholders } from "./placeholders.ts";
export { checkPeakRoom, checkPeaks, type ReplicaPeak, raiseReplicas } from "./replicaPeaks.ts";
export { checkMicroservice, describeMicroservice } from "./serviceRules.ts";
export { checkReleases, isNewSite, siteServices } from "./siteServices.ts";
export type { Template } from "./templates.ts";
