/** The Kubernetes objects of one microservice, a file a kind, and what follows from them. */
export { releaseTag } from "./deployment.ts";
export { backingServiceVariables, configurationPath, ownVariables } from "./environment.ts";
export { type MicroserviceInputs, type MicroserviceManifests, microserviceManifests } from "./microserviceManifests.ts";
export type { ServiceName } from "./networkPolicy.ts";
export type { WorkloadResources } from "./workloadResources.ts";
export { directoryVolume } from "./writableVolumes.ts";
