export {
  type CatalogueEntry,
  type CatalogueService,
  describeMicroservice,
  isNewSite,
  resolveCatalogue,
  siteServices,
  type Template,
} from "./catalogue/index.ts";
export {
  Datacenter,
  type DatacenterArgs,
  type DatacenterResources,
  type DatacenterService,
  type DatacenterTransforms,
  type NamespaceResources,
} from "./datacenter.ts";
export type { ResolvedMicroservice } from "./description/index.ts";
export { collectDiagnostics, type Diagnostic, DiagnosticCollector, ValidationError } from "./diagnostic.ts";
export {
  JavaMicroservice,
  type JavaMicroserviceArgs,
  type JavaMicroserviceResources,
  type MicroserviceArgs,
} from "./javaMicroservice.ts";
export type {
  CidrEntry,
  ConfigMapManifest,
  Container,
  DeploymentManifest,
  ExplainedTransform,
  ExternalSecretManifest,
  HorizontalPodAutoscalerManifest,
  HttpRouteManifest,
  IngressManifest,
  LimitRangeManifest,
  NamespaceManifest,
  NetworkPolicyManifest,
  PersistentVolumeClaimManifest,
  PodDisruptionBudgetManifest,
  PodSpec,
  PriorityClassManifest,
  Protection,
  ResourceQuotaManifest,
  ResourceTotals,
  SecretStoreManifest,
  ServiceAccountManifest,
  ServiceManifest,
  StatedTransform,
  Transform,
} from "./kubernetes/index.ts";
export type * from "./microservice.ts";
export {
  type MonitoredNode,
  type MonitoredObjectives,
  type MonitoredService,
  type MonitoredSite,
  type MonitoringContent,
  type MonitoringContext,
  type MonitoringManifests,
  monitoringContent,
  monitoringContext,
  monitoringManifests,
  partServices,
  podsOf,
  withoutParts,
} from "./monitoring/index.ts";
export { Monitoring, type MonitoringArgs } from "./monitoring.ts";
export * from "./secrets.ts";
export type * from "./siteData.ts";
export type * from "./siteGate.ts";
export type * from "./siteHistory.ts";
export type * from "./siteMonitoring.ts";
export { type SetupScriptArgs, setupScript } from "./vault/index.ts";
export { VaultSecrets, type VaultSecretsArgs, type VaultSecretsResources } from "./vaultSecrets.ts";
export {
  type ExposedHost,
  type ExposingSite,
  exposedHosts,
  type MicroserviceInputs,
  type MicroserviceManifests,
  microserviceManifests,
  type ServiceName,
  type WorkloadResources,
} from "./workload/index.ts";
