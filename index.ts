import { setImmediate } from "node:timers/promises";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vault from "@pulumi/vault";
import {
  checkSupplied,
  collectProblems,
  Datacenter,
  fillCommand,
  JavaMicroservice,
  placeCatalogue,
  registryPlace,
  suppliedPlaces,
} from "./components/index.ts";
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
/** The token comes from VAULT_TOKEN and the trusted authority from VAULT_CACERT: inputs would be kept in the state. */
const secrets = new vault.Provider("vault", {
  address: site.vault.address,
  // The provider works with a child of the operator's token that it never renews: longer than the longest update takes.
  maxLeaseTtlSeconds: 4 * 3600,
});
const generator = new random.Provider("random");
const providers = [cluster, secrets, generator];

const supplied = [registryPlace, ...suppliedPlaces(catalogue.map(({ service }) => service))];
if (placements.length > 0) await checkSupplied(site, supplied, secrets);

const datacenter = new Datacenter(
  "datacenter",
  {
    clusterIdentity: site.kubernetes.clusterIdentity,
    services: catalogue.map(({ service }) => service),
    vault: { ...site.vault, kubernetes: site.kubernetes },
    registry: site.registry,
  },
  { providers },
);

/** Where services of this site reach each other: service -> URL. */
export const services: Record<string, string> = {};

for (const placement of placements) {
  const { name, namespace } = placement.service;
  const { url } = new JavaMicroservice(
    name,
    { ...placement, site, after: datacenter.boundary(namespace) },
    { providers },
  );
  services[name] = url;
  // Lets what was registered be sent before the next is built: memory then does not grow with the catalogue's promises.
  await setImmediate();
}

if (placements.length === 0) {
  const commands = supplied.map((place) => `  ${fillCommand(site.name, place)}`);
  const steps = ["nothing is released here yet; fill these secrets, then add the releases:", ...commands];
  void pulumi.log.info(steps.join("\n"));
}

/** UID of the cluster that was reached, once it is known to be the expected one. */
export const clusterIdentity = datacenter.clusterIdentity;
