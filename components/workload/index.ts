/** The Kubernetes objects of one microservice, one file for each kind, and what is derived from them. */
export { ingressImplementations } from "./backendTls.ts";
export { dnsConfig } from "./dnsConfig.ts";
export {
  backingServiceVariables,
  callVariables,
  configurationPath,
  environmentVariables,
  ownVariables,
} from "./environment.ts";
export { certificateSource, type ExposedHost, type ExposingSite, exposedHost, exposedHosts } from "./exposedHost.ts";
export { httpRouteManifest } from "./httpRoute.ts";
export { ingressManifest } from "./ingress.ts";
export { type MicroserviceInputs, type MicroserviceManifests, microserviceManifests } from "./microserviceManifests.ts";
export { migrationAnnotations, migrationName } from "./migration.ts";
export { addressPeers, backingServicePeers, type ServiceName, sourcePeers } from "./networkPolicy.ts";
export { hostLabel, hostnameLabel, machineOf, nodeLabels, zoneLabel } from "./nodeLabels.ts";
export { scrapersOf } from "./scrapers.ts";
export { secretFileVolume } from "./secretFiles.ts";
export { spreadConstraints } from "./spread.ts";
export {
  type VerificationManifests,
  type VerifiedService,
  verificationContainer,
  verificationManifests,
  verificationName,
} from "./verification.ts";
export type { WorkloadResources } from "./workloadResources.ts";
export { directoryVolume, writableVolumes } from "./writableVolumes.ts";
