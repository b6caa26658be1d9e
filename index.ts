import { setImmediate } from "node:timers/promises";
import * as kubernetes from "@pulumi/kubernetes";
import { collectProblems, Datacenter, JavaMicroservice, placeCatalogue } from "./components/index.ts";
import { loadCatalogue } from "./services/index.ts";
import { readSite } from "./site.ts";

const [site, catalogue] = await collectProblems(readSite, loadCatalogue);
const placements = placeCatalogue(catalogue, site);

const cluster = new kubernetes.Provider("kubernetes", {
  context: site.kubernetes.context,
  // Decides when the engine makes everything anew, in another cluster. That is never: the Datacenter refuses a cluster
  // that is not the site's, and a wrong identity or context in the site's file must leave no trace in the state.
  clusterIdentifier: site.name,
  enableServerSideApply: true,
});
const datacenter = new Datacenter(
  "datacenter",
  { clusterIdentity: site.kubernetes.clusterIdentity, services: placements.map(({ service }) => service) },
  { providers: [cluster] },
);

/** Where services of this site reach each other: service -> URL. */
export const services: Record<string, string> = {};

for (const placement of placements) {
  const { name, namespace } = placement.service;
  const { url } = new JavaMicroservice(
    name,
    { ...placement, site, after: datacenter.boundary(namespace) },
    { providers: [cluster] },
  );
  services[name] = url;
  // Lets what was registered be sent before the next is built: memory then does not grow with the catalogue's promises.
  await setImmediate();
}

/** UID of the cluster that was reached, once it is known to be the expected one. */
export const clusterIdentity = datacenter.clusterIdentity;
