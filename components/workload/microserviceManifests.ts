import type { ResolvedMicroservice } from "../description/index.ts";
import {
  applyTransform,
  type BackendTlsPolicyManifest,
  type ConfigMapManifest,
  configMapManifest,
  configMapName,
  type DeploymentManifest,
  type HorizontalPodAutoscalerManifest,
  type HttpRouteManifest,
  type IngressManifest,
  type NetworkPolicyManifest,
  type PodDisruptionBudgetManifest,
  type ServiceAccountManifest,
  type ServiceManifest,
} from "../kubernetes/index.ts";
import type { MicroserviceSite } from "../siteData.ts";
import { type VaultManifests, vaultManifests } from "../vault/index.ts";
import { backendTlsPolicyManifest } from "./backendTls.ts";
import { deploymentManifest } from "./deployment.ts";
import { exposedHost } from "./exposedHost.ts";
import { horizontalPodAutoscalerManifest } from "./horizontalPodAutoscaler.ts";
import { httpRouteManifest } from "./httpRoute.ts";
import { ingressManifest } from "./ingress.ts";
import { networkPolicyManifest, type ServiceName } from "./networkPolicy.ts";
import { podDisruptionBudgetManifest } from "./podDisruptionBudget.ts";
import { awaitSeconds, maxReplicas } from "./rolloutTimeout.ts";
import { serviceManifest } from "./service.ts";
import { serviceAccountManifest } from "./serviceAccount.ts";
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
  readonly serviceAccount: ServiceAccountManifest;
  readonly configMap: ConfigMapManifest | undefined;
  /** Undefined where no secret comes from Vault. */
  readonly vault: VaultManifests | undefined;
  readonly networkPolicy: NetworkPolicyManifest;
  readonly deployment: DeploymentManifest;
  readonly service: ServiceManifest;
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
  const { transforms } = service;
  const configMap = configurationManifest(service, configuration, file);
  const vault = vaultManifests(service, site, file, existingSecrets);
  const deployment = applyTransform(
    transforms.deployment,
    deploymentManifest(service, {
      site,
      release,
      configMapName: configMap?.metadata.name,
      vaultAuthority: vault?.authority.metadata.name,
    }),
    file,
  );
  const horizontalPodAutoscaler = service.paused
    ? undefined
    : applyTransform(transforms.horizontalPodAutoscaler, horizontalPodAutoscalerManifest(service), file);
  const described = service.autoscaling.maxReplicas;
  const budget = podDisruptionBudgetManifest(service);
  return {
    microservice: service,
    serviceAccount: applyTransform(transforms.serviceAccount, serviceAccountManifest(service), file),
    configMap,
    vault,
    networkPolicy: applyTransform(transforms.networkPolicy, networkPolicyManifest(service, site, callers), file),
    deployment,
    service: applyTransform(transforms.service, serviceManifest(service), file),
    horizontalPodAutoscaler,
    podDisruptionBudget:
      budget === undefined ? undefined : applyTransform(transforms.podDisruptionBudget, budget, file),
    ...exposureManifests(service, site, file),
    resources: workloadResources(deployment, horizontalPodAutoscaler, described, file),
    awaitSeconds: awaitSeconds(deployment, maxReplicas(deployment, horizontalPodAutoscaler, described)),
  };
}

/** The ConfigMap of the configuration files, named by its content after the transform, unless the transform chose a name. */
function configurationManifest(
  { name, namespace, transforms }: ResolvedMicroservice,
  files: Readonly<Record<string, string>>,
  file: string,
): ConfigMapManifest | undefined {
  if (Object.keys(files).length === 0) return undefined;
  const generated = configMapManifest({ name, namespace }, "config", files);
  const manifest = applyTransform(transforms.configMap, generated, file);
  if (transforms.configMap === undefined || manifest.metadata.name !== generated.metadata.name) return manifest;
  const content = { ...manifest.data, ...manifest.binaryData };
  return { ...manifest, metadata: { ...manifest.metadata, name: configMapName(name, "config", content) } };
}

function exposureManifests(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  file: string,
): Pick<MicroserviceManifests, "ingress" | "httpRoute" | "backendTlsPolicy"> {
  const host = exposedHost(service, site);
  const { transforms } = service;
  const none = { ingress: undefined, httpRoute: undefined, backendTlsPolicy: undefined };
  if (host === undefined) return none;
  if (site.exposure.kind === "gateway") {
    const route = httpRouteManifest(service, site.exposure.gateway, host);
    return {
      ...none,
      httpRoute: applyTransform(transforms.httpRoute, route, file),
      backendTlsPolicy: service.tls
        ? applyTransform(transforms.backendTlsPolicy, backendTlsPolicyManifest(service), file)
        : undefined,
    };
  }
  const ingress = ingressManifest(service, site.exposure, host, file);
  return { ...none, ingress: applyTransform(transforms.ingress, ingress, file) };
}
