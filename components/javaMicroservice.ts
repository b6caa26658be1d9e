import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { describeMicroservice } from "./catalogue/index.ts";
import type { Microservice } from "./microservice.ts";
import { VaultSecrets } from "./vaultSecrets.ts";
import {
  directoryVolume,
  type MicroserviceInputs,
  type MicroserviceManifests,
  microserviceManifests,
} from "./workload/index.ts";

/** What a {@link JavaMicroservice} is made from. All are plain values: they decide which objects exist. */
export interface MicroserviceArgs extends Omit<MicroserviceInputs, "service"> {
  /** The service, as its developers describe it. */
  readonly service: Microservice;
}

/**
 * Arguments of a {@link JavaMicroservice}: the service and its site, or the manifests that `microserviceManifests` made of
 * them, where a `Datacenter` needs them too.
 */
export type JavaMicroserviceArgs = MicroserviceArgs | MicroserviceManifests;

/** The children of a {@link JavaMicroservice}, for whoever needs more than its outputs. */
export interface JavaMicroserviceResources {
  readonly serviceAccount: kubernetes.core.v1.ServiceAccount;
  readonly configMap: kubernetes.core.v1.ConfigMap | undefined;
  /** Undefined where no secret comes from Vault. */
  readonly vaultSecrets: VaultSecrets | undefined;
  readonly networkPolicy: kubernetes.networking.v1.NetworkPolicy;
  /** Path of a directory whose files last -> its claim. */
  readonly persistentVolumeClaims: ReadonlyMap<string, kubernetes.core.v1.PersistentVolumeClaim>;
  /** What runs to its end before the Deployment is touched; undefined where no migration runs. */
  readonly migration: kubernetes.batch.v1.Job | undefined;
  readonly deployment: kubernetes.apps.v1.Deployment;
  /** Undefined where the microservice listens on no port. */
  readonly service: kubernetes.core.v1.Service | undefined;
  readonly horizontalPodAutoscaler: kubernetes.autoscaling.v2.HorizontalPodAutoscaler | undefined;
  readonly podDisruptionBudget: kubernetes.policy.v1.PodDisruptionBudget | undefined;
  readonly exposure: kubernetes.networking.v1.Ingress | kubernetes.apiextensions.CustomResource | undefined;
  /** The BackendTLSPolicy, where a Gateway exposes a service that speaks TLS. */
  readonly backendTlsPolicy: kubernetes.apiextensions.CustomResource | undefined;
}

/**
 * Everything that one Java microservice needs in one cluster: ServiceAccount, ConfigMap, NetworkPolicy, Deployment,
 * Service, HorizontalPodAutoscaler, PodDisruptionBudget, PersistentVolumeClaims, an Ingress or HTTPRoute, and the Job of a migration;
 * and its part of Vault, where it has secrets there.
 *
 * @example
 * new JavaMicroservice("receipts", { service: receipts, site, release: "1.4.2@sha256:..." }, { providers: [cluster, vault, random] });
 *
 * @throws ValidationError where the description is not valid, a transform fails, or the site lacks a Vault that the service
 * needs.
 * @throws RangeError where the release is not `tag@sha256:digest`.
 */
export class JavaMicroservice extends pulumi.ComponentResource {
  /**
   * URL at which other services of the site reach it: `http://<name>.<namespace>.svc.<domain>:<port>`, or `https` with TLS.
   * Undefined where it listens on no port.
   */
  readonly url: string | undefined;
  /** Name of its objects. */
  readonly name: string;
  /** Namespace of its objects. */
  readonly namespace: string;
  /** Its children. */
  readonly resources: JavaMicroserviceResources;

  constructor(name: string, args: JavaMicroserviceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:JavaMicroservice", name, {}, opts);
    const manifests = "deployment" in args ? args : microserviceManifests(describe(args));
    const { microservice, vault, awaitSeconds } = manifests;
    this.name = microservice.name;
    this.namespace = microservice.namespace;
    this.url = manifests.url;

    // The ServiceAccount is the first object and the only one that waits for `dependsOn`; all others depend on it.
    const serviceAccount = new kubernetes.core.v1.ServiceAccount(`${name}-service-account`, manifests.serviceAccount, {
      parent: this,
      dependsOn: opts?.dependsOn ?? [],
    });
    const child = { parent: this, dependsOn: [serviceAccount] };
    const configMap = when(
      manifests.configMap,
      (manifest) => new kubernetes.core.v1.ConfigMap(`${name}-config-map`, manifest, child),
    );
    const vaultSecrets = when(vault, (args) => new VaultSecrets(`${name}-secrets`, args, child));
    const networkPolicy = new kubernetes.networking.v1.NetworkPolicy(
      `${name}-network-policy`,
      manifests.networkPolicy,
      child,
    );
    // Files are never deleted as a side effect: a claim stays when its service goes, and is taken over when that comes back.
    const persistentVolumeClaims = new Map(
      [...manifests.persistentVolumeClaims].map(([path, manifest]) => [
        path,
        new kubernetes.core.v1.PersistentVolumeClaim(`${name}-${directoryVolume(path)}`, manifest, {
          ...child,
          retainOnDelete: true,
        }),
      ]),
    );
    const podNeeds = [
      ...(configMap === undefined ? [serviceAccount] : [configMap]),
      ...(vaultSecrets === undefined ? [] : [vaultSecrets]),
    ];
    const migration = when(manifests.migration?.runs === true ? manifests.migration : undefined, (each) =>
      createMigration(name, each, child, podNeeds),
    );
    const timeout = `${awaitSeconds}s`;
    const deployment = new kubernetes.apps.v1.Deployment(`${name}-deployment`, manifests.deployment, {
      parent: this,
      dependsOn: [
        networkPolicy,
        ...persistentVolumeClaims.values(),
        ...podNeeds,
        ...(migration === undefined ? [] : [migration]),
      ],
      customTimeouts: { create: timeout, update: timeout },
    });
    this.resources = {
      serviceAccount,
      configMap,
      vaultSecrets,
      networkPolicy,
      persistentVolumeClaims,
      migration,
      deployment,
      service: when(
        manifests.service,
        (manifest) => new kubernetes.core.v1.Service(`${name}-service`, manifest, child),
      ),
      horizontalPodAutoscaler: when(
        manifests.horizontalPodAutoscaler,
        (manifest) => new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, manifest, child),
      ),
      podDisruptionBudget: when(
        manifests.podDisruptionBudget,
        (manifest) => new kubernetes.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, manifest, child),
      ),
      exposure: createExposure(name, manifests, child),
      backendTlsPolicy: when(
        manifests.backendTlsPolicy,
        (manifest) => new kubernetes.apiextensions.CustomResource(`${name}-backend-tls-policy`, manifest, child),
      ),
    };
    this.registerOutputs({ name: this.name, namespace: this.namespace, url: this.url });
  }
}

function describe({ service, ...inputs }: MicroserviceArgs): MicroserviceInputs {
  return { service: describeMicroservice(service, inputs.file), ...inputs };
}

function when<Manifest, Resource>(
  manifest: Manifest | undefined,
  create: (manifest: Manifest) => Resource,
): Resource | undefined {
  return manifest === undefined ? undefined : create(manifest);
}

/** The Job of a migration, after its network rules and whatever its pod starts with. Pulumi waits until it is complete. */
function createMigration(
  name: string,
  { job, networkPolicy, awaitSeconds }: NonNullable<MicroserviceManifests["migration"]>,
  child: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
  podNeeds: readonly pulumi.Resource[],
): kubernetes.batch.v1.Job {
  const rules = new kubernetes.networking.v1.NetworkPolicy(`${name}-migration-network-policy`, networkPolicy, child);
  const timeout = `${awaitSeconds}s`;
  return new kubernetes.batch.v1.Job(`${name}-migration`, job, {
    ...child,
    dependsOn: [rules, ...podNeeds],
    customTimeouts: { create: timeout, update: timeout },
    // Of one that stayed in the state until another had run, a deployment that goes back to it would remove the new one by its name.
    deleteBeforeReplace: true,
  });
}

function createExposure(
  name: string,
  { ingress, httpRoute }: MicroserviceManifests,
  options: pulumi.CustomResourceOptions,
) {
  return (
    when(ingress, (manifest) => new kubernetes.networking.v1.Ingress(`${name}-ingress`, manifest, options)) ??
    when(httpRoute, (manifest) => new kubernetes.apiextensions.CustomResource(`${name}-http-route`, manifest, options))
  );
}
