import { clusterDomain, type ResolvedMicroservice, serviceUrl } from "../description/index.ts";
import { DiagnosticCollector } from "../diagnostic.ts";
import {
  type ApplyTransform,
  type BackendTlsPolicyManifest,
  type ConfigMapManifest,
  collectingTransforms,
  configMapManifest,
  configMapName,
  type DeploymentManifest,
  type HorizontalPodAutoscalerManifest,
  type HttpRouteManifest,
  type IngressManifest,
  type NetworkPolicyManifest,
  type PersistentVolumeClaimManifest,
  type PodDisruptionBudgetManifest,
  type ServiceAccountManifest,
  type ServiceManifest,
} from "../kubernetes/index.ts";
import type { MicroserviceSite } from "../siteData.ts";
import { type VaultManifests, vaultManifests } from "../vault/index.ts";
import { backendTlsPolicyManifest } from "./backendTls.ts";
import { contentProtections } from "./contentProtections.ts";
import { deploymentManifest } from "./deployment.ts";
import { exposedHost } from "./exposedHost.ts";
import { horizontalPodAutoscalerManifest } from "./horizontalPodAutoscaler.ts";
import { httpRouteManifest } from "./httpRoute.ts";
import { ingressManifest } from "./ingress.ts";
import { type MigrationManifests, migrationManifests } from "./migration.ts";
import { networkPolicyManifest, type ServiceName } from "./networkPolicy.ts";
import { persistentVolumeClaimManifests } from "./persistentVolumeClaim.ts";
import { podDisruptionBudgetManifest } from "./podDisruptionBudget.ts";
import { awaitSeconds, maxReplicas } from "./rolloutTimeout.ts";
import { serviceManifest } from "./service.ts";
import { serviceAccountManifest } from "./serviceAccount.ts";
import { verificationPod } from "./verification.ts";
import { type WorkloadResources, workloadResources } from "./workloadResources.ts";

/** What a service's manifests are made from. All are plain values: they decide which objects exist. */
export interface MicroserviceInputs {
  /** The service. */
  readonly service: ResolvedMicroservice;
  /** Addresses and names of its site. */
  readonly site: MicroserviceSite;
  /** The image's release: `tag@sha256:...`. */
  readonly release: string;
  /**
   * The services that call it, which its network policy admits.
   * @default none
   */
  readonly callers?: readonly ServiceName[];
  /**
   * Rendered configuration files, mounted at `/config`: file name -> content.
   * @default none
   */
  readonly configuration?: Readonly<Record<string, string>>;
  /**
   * Paths in Vault's mount `services` that have a value already, such as that of a service which was removed and comes back.
   * Their values are taken over and not generated again.
   * @default none
   */
  readonly existingSecrets?: ReadonlySet<string>;
  /**
   * The description's file or folder, for diagnostics: `services/receipts`.
   * @default the service's name
   */
  readonly file?: string;
}

/** All objects of one service in one site, with the transforms applied, and what is derived from them. */
export interface MicroserviceManifests {
  /** The microservice that the manifests were made from. */
  readonly microservice: ResolvedMicroservice;
  /** Where other services of the site reach it; undefined where it listens on no port. */
  readonly url: string | undefined;
  readonly serviceAccount: ServiceAccountManifest;
  readonly configMap: ConfigMapManifest | undefined;
  /** Undefined where no secret comes from Vault. */
  readonly vault: VaultManifests | undefined;
  readonly networkPolicy: NetworkPolicyManifest;
  /** Path of a directory whose files last -> its claim. */
  readonly persistentVolumeClaims: ReadonlyMap<string, PersistentVolumeClaimManifest>;
  /** What runs to its end before the rollout; undefined where the service has no migration, or is paused. */
  readonly migration: MigrationManifests | undefined;
  readonly deployment: DeploymentManifest;
  /** Undefined where the microservice listens on no port. */
  readonly service: ServiceManifest | undefined;
  readonly horizontalPodAutoscaler: HorizontalPodAutoscalerManifest | undefined;
  readonly podDisruptionBudget: PodDisruptionBudgetManifest | undefined;
  readonly ingress: IngressManifest | undefined;
  readonly httpRoute: HttpRouteManifest | undefined;
  /** How the Gateway speaks TLS to the pods; undefined where they speak plain HTTP, or an Ingress exposes the service. */
  readonly backendTlsPolicy: BackendTlsPolicyManifest | undefined;
  /** What its pods need of the namespace's quota and limits. */
  readonly resources: WorkloadResources;
  /** Seconds for which Pulumi waits until the Deployment is available. */
  readonly awaitSeconds: number;
}

/**
 * Builds all objects of a service at once, so that an error in the last one is found before the first is registered.
 * @throws ValidationError where a transform fails, or the site lacks a Vault that the service needs.
 * @throws RangeError where the release is not `tag@sha256:digest`.
 */
export function microserviceManifests(inputs: MicroserviceInputs): MicroserviceManifests {
  const {
    service,
    site,
    release,
    callers = [],
    configuration = {},
    file = service.name,
    existingSecrets = new Set(),
  } = inputs;
  const { transforms, securityExceptions } = service;
  const problems = new DiagnosticCollector();
  const transformed = collectingTransforms(problems, file, securityExceptions, (kind) =>
    contentProtections(service, kind),
  );
  const configMap = configurationManifest(service, configuration, transformed);
  const vault = problems.attempt(() => vaultManifests(service, site, file, existingSecrets), undefined);
  const claims = [...persistentVolumeClaimManifests(service, site)].map(([path, generated]) => ({
    path,
    generated,
    manifest: transformed(transforms.persistentVolumeClaim, generated),
  }));
  const pods = {
    site,
    release,
    configMapName: configMap?.metadata.name,
    vaultAuthority: vault?.authority.metadata.name,
    claimNames: new Map(claims.map(({ generated, manifest }) => [generated.metadata.name, manifest.metadata.name])),
  };
  const deployment = transformed(transforms.deployment, deploymentManifest(service, pods));
  const horizontalPodAutoscaler = service.paused
    ? undefined
    : transformed(transforms.horizontalPodAutoscaler, horizontalPodAutoscalerManifest(service));
  const described = service.autoscaling.maxReplicas;
  const budget = podDisruptionBudgetManifest(service);
  const generatedService = serviceManifest(service);
  const kubernetesService =
    generatedService === undefined ? undefined : transformed(transforms.service, generatedService);
  const manifests = {
    microservice: service,
    url: service.ports === undefined ? undefined : serviceUrl(service, service.ports.http, clusterDomain(site)),
    serviceAccount: transformed(transforms.serviceAccount, serviceAccountManifest(service)),
    configMap,
    vault,
    networkPolicy: transformed(transforms.networkPolicy, networkPolicyManifest(service, site, callers)),
    persistentVolumeClaims: new Map(claims.map(({ path, manifest }) => [path, manifest])),
    migration: migrationManifests(service, site, pods, transformed),
    deployment,
    service: kubernetesService,
    horizontalPodAutoscaler,
    podDisruptionBudget: budget === undefined ? undefined : transformed(transforms.podDisruptionBudget, budget),
    ...problems.attempt(() => exposureManifests(service, site, file, transformed), noExposure),
  };
  problems.finish();
  return {
    ...manifests,
    resources: workloadResources({
      ...manifests,
      verification:
        service.verification === undefined ? undefined : verificationPod(service, service.verification, site.registry),
      ...{ described, file },
    }),
    awaitSeconds: awaitSeconds(deployment, maxReplicas(deployment, horizontalPodAutoscaler, described)),
  };
}

/** The ConfigMap of the configuration files, named by its content after the transform, unless the transform chose a name. */
function configurationManifest(
  { name, namespace, transforms }: ResolvedMicroservice,
  files: Readonly<Record<string, string>>,
  transformed: ApplyTransform,
): ConfigMapManifest | undefined {
  if (Object.keys(files).length === 0) return undefined;
  const generated = configMapManifest({ name, namespace }, "config", files);
  const manifest = transformed(transforms.configMap, generated);
  if (transforms.configMap === undefined || manifest.metadata.name !== generated.metadata.name) return manifest;
  const content = { ...manifest.data, ...manifest.binaryData };
  return { ...manifest, metadata: { ...manifest.metadata, name: configMapName(name, "config", content) } };
}

const noExposure = { ingress: undefined, httpRoute: undefined, backendTlsPolicy: undefined };

function exposureManifests(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  file: string,
  transformed: ApplyTransform,
): Pick<MicroserviceManifests, "ingress" | "httpRoute" | "backendTlsPolicy"> {
  const host = exposedHost(service, site);
  const { transforms, ports } = service;
  if (host === undefined || ports === undefined) return noExposure;
  if (site.exposure.kind === "gateway") {
    const route = httpRouteManifest(service, ports.http, site.exposure.gateway, host);
    return {
      ...noExposure,
      httpRoute: transformed(transforms.httpRoute, route),
      backendTlsPolicy: service.tls
        ? transformed(transforms.backendTlsPolicy, backendTlsPolicyManifest(service))
        : undefined,
    };
  }
  const ingress = ingressManifest(service, site.exposure, host, file);
  return { ...noExposure, ingress: transformed(transforms.ingress, ingress) };
}
