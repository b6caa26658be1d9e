export {
  Datacenter,
  type DatacenterArgs,
  type DatacenterNodes,
  type DatacenterTransforms,
  type NamespaceNodes,
} from "./datacenter.ts";
export { type CatalogueEntry, type Placement, type PlacementSite, placeCatalogue } from "./internal/placement.ts";
export { collectProblems, type Problem, ProblemsError } from "./internal/problems.ts";
export { JavaMicroservice, type JavaMicroserviceArgs, type JavaMicroserviceNodes } from "./javaMicroservice.ts";
export type * from "./microservice.ts";
export type * from "./microserviceSite.ts";
export * from "./secrets.ts";
export { checkSupplied, fillCommand, registryPlace, type SuppliedPlace, suppliedPlaces } from "./suppliedSecrets.ts";
export { VaultSecrets, type VaultSecretsArgs, type VaultSecretsNodes } from "./vaultSecrets.ts";
export { VaultSite, type VaultSiteArgs, type VaultSiteNodes } from "./vaultSite.ts";
