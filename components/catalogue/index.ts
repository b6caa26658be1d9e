/** The catalogue of services: its checks, its configuration templates, and what it becomes in a site. */
export type { CatalogueEntry, CatalogueService } from "./catalogueEntry.ts";
export {
  checkCatalogue,
  checkTogether,
  resolveCatalogue,
} from "./catalogueRules.ts";
export { checkMicroservice, describeMicroservice } from "./serviceRules.ts";
export { isNewSite, siteServices } from "./siteServices.ts";
export type { Template } from "./templates.ts";
