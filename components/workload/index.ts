/** The Kubernetes objects of one microservice, one file for each kind, and what is derived from them. */
export { ingressImplementations } from "./backendTls.ts";
export { backingServiceVariables, callVariables, configurationPath, ownVariables } from "./environment.ts";
export { type ExposedHost, type ExposingSite, exposedHost, exposedHosts } from "./exposedHost.ts";
export { type MicroserviceInputs, type MicroserviceManifests, microserviceManifests } from "./microserviceManifests.ts";
export { backingServicePeers, type ServiceName } from "./networkPolicy.ts";
export { hostLabel, hostnameLabel, machineOf, nodeLabels, zoneLabel } from "./nodeLabels.ts";
export { scrapersOf } from "./scrapers.ts";
export { secretFileVolume } from "./secretFiles.ts";
export type { WorkloadResources } from "./workloadResources.ts";
export { directoryVolume, writableVolumes } from "./writableVolumes.ts";
