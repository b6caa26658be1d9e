import { setImmediate } from "node:timers/promises";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vault from "@pulumi/vault";
import {
  checkedInputs,
  checkNodeRoom,
  checkPeakRoom,
  checkPeaks,
  checkReleases,
  raiseReplicas,
  servicePlaceholders,
  sitePlaceholders,
} from "./components/catalogue/index.ts";
import {
  Datacenter,
  DiagnosticCollector,
  JavaMicroservice,
  Monitoring,
  type MonitoringManifests,
  microserviceManifests,
  monitoringContent,
  monitoringManifests,
  partServices,
  podsOf,
  type ResolvedMicroservice,
  type Site,
  ValidationError,
  withoutParts,
} from "./components/index.ts";
import { readCatalogue } from "./services/index.ts";
import { checkSiteFolder, parseReleases, parseSite, readPeaks, type SitePeaks, withPositions } from "./site.ts";
import { checkVault, existingSecrets, putCommand, suppliedSecrets } from "./suppliedSecrets.ts";
import { RemoteError } from "./vaultClient/remoteError.ts";
import { readServicesAuthority } from "./vaultSetup.ts";

/** The stack's outputs: where services of this site reach each other, by service; and the UID of the cluster. */
export const { services, clusterUid } = await deploySite().catch(stopCleanly);

async function deploySite() {
  const config = new pulumi.Config("gemelos");
  // Before anything is registered, even a provider. The recorder says that nothing may be asked; no site's file can, and
  // `pulumi up --config gemelos:offline=true` is asked all the same before it changes anything.
  const offline = config.getBoolean("offline") === true && pulumi.runtime.isDryRun();
  const { site, catalogue, inputs, peaks } = await readInput(config, offline);
  const described = catalogue.map(({ service }) => raiseReplicas(service, peaks.lasting));
  const supplied = suppliedSecrets([...described, ...partServices(site, podsOf(described))], site);
  const asked = offline ? undefined : await checkVault(site, inputs.length > 0 ? supplied : [], process.env);
  const releasedServices = inputs.map(({ service }) => service);
  const existing = asked === undefined ? new Set<string>() : await existingSecrets(asked, releasedServices);
  const problems = new DiagnosticCollector();
  const released = inputs.flatMap((input) =>
    problems.attempt(() => [microserviceManifests({ ...input, existingSecrets: existing })], []),
  );
  // As they are described: a peak that does not fit is told as such.
  const usual = new Map(catalogue.map(({ service }) => [service.name, service]));
  const asking = released.map((each) => ({
    ...each,
    microservice: usual.get(each.microservice.name) ?? each.microservice,
    file: `services/${each.microservice.name}`,
  }));
  problems.add([...checkNodeRoom(asking, site), ...checkPeakRoom(peaks, asking, site)]);
  problems.finish();
  const monitoring = await readMonitoring(site, released.length === 0 ? [] : described);

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
      services: [
        ...(released.length > 0 ? released : described.map((microservice) => ({ microservice }))),
        ...monitoring.parts,
      ],
      vault: site.vault,
      registry: site.registry,
      hosts: site,
      ...(site.network?.dns === undefined ? {} : { dns: site.network.dns }),
      // Offline nobody knows it.
      servicesCaCertificate:
        asked === undefined ? pulumi.runtime.unknownValue : await readServicesAuthority(asked, site.name),
    },
    { providers },
  );

  const urls: Record<string, string> = {};
  for (const manifests of released) {
    const { name, namespace } = manifests.microservice;
    const dependsOn = datacenter.namespaceResources(namespace);
    const { url } = new JavaMicroservice(name, manifests, { providers, dependsOn });
    if (url !== undefined) urls[name] = url;
    // Lets what was registered be sent before the next is made: memory then does not grow with the catalogue's promises.
    await setImmediate();
  }

  if (monitoring.objects.length > 0) {
    const dependsOn = monitoring.parts
      .slice(0, 1)
      .flatMap(({ microservice }) => datacenter.namespaceResources(microservice.namespace));
    new Monitoring("monitoring", monitoring, { providers, dependsOn });
  }

  if (released.length === 0) {
    const commands = supplied.map((secret) => `  ${putCommand(site.name, secret)}`);
    const steps = ["nothing is released here yet; put these secrets, then add the releases:", ...commands];
    void pulumi.log.info(steps.join("\n"));
  }
  return { services: urls, clusterUid: datacenter.clusterUid };
}

/** What watches the site, once it has services; its rules and dashboards are loaded only where they are made. */
async function readMonitoring(site: Site, services: readonly ResolvedMicroservice[]): Promise<MonitoringManifests> {
  const { kind } = site.monitoring ?? {};
  if (services.length === 0 || (kind !== "prometheus" && kind !== "operator")) return { objects: [], parts: [] };
  return monitoringManifests(site, services, await monitoringContent());
}

/**
 * Reads the site and the catalogue, and holds them against each other.
 * @throws ValidationError with all that is wrong, as far as one lets the others be checked.
 */
async function readInput(config: pulumi.Config, offline: boolean) {
  const stack = pulumi.getStack();
  const [text, releases, peak] = [config.get("site"), config.get("releases"), config.get("peak")];
  const problems = new DiagnosticCollector();
  const site = problems.attempt(() => parseSite(stack, { site: text, releases, peak }), undefined);
  const file = `Pulumi.${stack}.yaml`;
  // Offline, the command has done so: parity gives a stack another site's data on purpose.
  if (!offline) await problems.attemptLater(checkSiteFolder(import.meta.dirname, [{ file, text }]));
  const catalogue = await readCatalogue();
  if (site === undefined) {
    problems.add([
      ...catalogue.diagnostics,
      // Whether it makes its own monitoring is not known.
      ...checkReleases(catalogue.names, { file, releases: withoutParts(parseReleases(releases)) }),
    ]);
    throw problems.error();
  }
  let peaks: SitePeaks = { all: [], lasting: [] };
  await problems.attemptLater(
    readPeaks(import.meta.dirname, site).then((read) => {
      peaks = read;
    }),
  );
  const described = catalogue.services.map(({ service }) => service);
  problems.add(checkPeaks(peaks.all, described, catalogue.names));
  const services = catalogue.services.map((each) => ({ ...each, service: raiseReplicas(each.service, peaks.lasting) }));
  const inputs = problems.attempt(() => checkedInputs({ ...catalogue, services }, catalogue.names, site), []);
  // Offline they are a warning: whoever renders may still be writing.
  if (!offline) problems.add([...servicePlaceholders(catalogue.services), ...sitePlaceholders(site)]);
  problems.finish();
  return { site, inputs, catalogue: catalogue.services, peaks };
}

/** Ends the update with the lines about what is wrong with the input or with Vault, and without a stack trace. */
async function stopCleanly(error: unknown): Promise<never> {
  if (error instanceof ValidationError) {
    const { message } = new ValidationError(await withPositions(error.diagnostics, import.meta.dirname));
    throw Object.assign(new pulumi.RunError(message), { cause: error });
  }
  if (error instanceof RemoteError) {
    throw Object.assign(new pulumi.RunError(`nothing was changed: ${error.message}`), { cause: error });
  }
  throw error;
}
