import { setImmediate } from "node:timers/promises";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vault from "@pulumi/vault";
import {
  collectDiagnostics,
  Datacenter,
  JavaMicroservice,
  microserviceManifests,
  siteServices,
  ValidationError,
} from "./components/index.ts";
import { loadCatalogue } from "./services/index.ts";
import { parseSite } from "./site.ts";
import { checkVault, existingSecrets, putCommand, suppliedSecrets } from "./suppliedSecrets.ts";
import { RemoteError } from "./vaultClient/remoteError.ts";

/** The stack's outputs: where services of this site reach each other, by service; and the UID of the cluster. */
export const { services, clusterUid } = await deploySite().catch(stopCleanly);

async function deploySite() {
  const config = new pulumi.Config("gemelos");
  const [site, catalogue] = await collectDiagnostics(
    () => parseSite(pulumi.getStack(), { site: config.get("site"), releases: config.get("releases") }),
    loadCatalogue,
  );
  const inputs = siteServices(catalogue, site);
  const supplied = suppliedSecrets(catalogue.map(({ service }) => service));
  // Before anything is registered, even a provider. The recorder says that nothing may be asked; no site's file can.
  const offline = config.getBoolean("offline") ?? false;
  const asked = offline ? undefined : await checkVault(site, inputs.length > 0 ? supplied : [], process.env);
  const releasedServices = inputs.map(({ service }) => service);
  const existing = asked === undefined ? new Set<string>() : await existingSecrets(asked, releasedServices);
  const released = inputs.map((input) => microserviceManifests({ ...input, existingSecrets: existing }));

  const cluster = new kubernetes.Provider("kubernetes", {
    context: site.kubernetes.context,
    // Decides when the engine makes everything anew, in another cluster. That is never: the Datacenter refuses a cluster
    // that is not the site's, and a wrong UID or context in the site's file must leave no trace in the state.
    clusterIdentifier: site.name,
    enableServerSideApply: true,
    // Git wins over a hand edit, which would otherwise make every later update fail with a conflict. Plugins of before 4.34
    // do not know this argument: for them, every object has an annotation that says the same.
    enablePatchForce: true,
  });
  // The token comes from VAULT_TOKEN and the trusted authority from VAULT_CACERT: inputs would be kept in the state.
  const secrets = new vault.Provider("vault", {
    address: site.vault.address,
    // The provider works with a child of the operator's token that it never renews: longer than the longest update takes.
    maxLeaseTtlSeconds: 4 * 3600,
  });
  const providers = [cluster, secrets, new random.Provider("random")];

  const datacenter = new Datacenter(
    "datacenter",
    {
      clusterUid: site.kubernetes.clusterUid,
      services: released.length > 0 ? released : catalogue.map(({ service }) => ({ microservice: service })),
      vault: site.vault,
      registry: site.registry,
    },
    { providers },
  );

  const urls: Record<string, string> = {};
  for (const manifests of released) {
    const { name, namespace } = manifests.microservice;
    const dependsOn = datacenter.namespaceResources(namespace);
    urls[name] = new JavaMicroservice(name, manifests, { providers, dependsOn }).url;
    // Lets what was registered be sent before the next is made: memory then does not grow with the catalogue's promises.
    await setImmediate();
  }

  if (released.length === 0) {
    const commands = supplied.map((secret) => `  ${putCommand(site.name, secret)}`);
    const steps = ["nothing is released here yet; put these secrets, then add the releases:", ...commands];
    void pulumi.log.info(steps.join("\n"));
  }
  return { services: urls, clusterUid: datacenter.clusterUid };
}

/** Ends the update with the lines about what is wrong with the input or with Vault, and without a stack trace. */
function stopCleanly(error: unknown): never {
  if (error instanceof ValidationError) throw Object.assign(new pulumi.RunError(error.message), { cause: error });
  if (error instanceof RemoteError) {
    throw Object.assign(new pulumi.RunError(`nothing was changed: ${error.message}`), { cause: error });
  }
  throw error;
}
