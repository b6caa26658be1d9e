import type { Microservice } from "../microservice.ts";
import type { MicroserviceSite } from "../microserviceSite.ts";
import { planConfigMap } from "./configuration.ts";
import { type ResolvedMicroservice, resolveMicroservice } from "./defaults.ts";
import { exposedHost, planHttpRoute, planIngress } from "./exposure.ts";
import { planService, planServiceAccount } from "./identity.ts";
import type {
  ConfigMapManifest,
  DeploymentManifest,
  HorizontalPodAutoscalerManifest,
  HttpRouteManifest,
  IngressManifest,
  NetworkPolicyManifest,
  PodDisruptionBudgetManifest,
  ServiceAccountManifest,
  ServiceManifest,
} from "./manifests.ts";
import { planNetworkPolicy } from "./network.ts";
import { planAutoscaler, planDisruptionBudget } from "./scaling.ts";
import { applyTransform, configMapWithTransform } from "./transform.ts";
import { planVault } from "./vaultPlan.ts";
import { planDeployment } from "./workload.ts";

/** What a service's objects are made from; see `JavaMicroserviceArgs` for the meaning of each. */
export interface MicroserviceInputs {
  readonly service: Microservice;
  readonly site: MicroserviceSite;
  readonly release: string;
  readonly callers?: readonly Microservice[];
  readonly configuration?: Readonly<Record<string, string>>;
}

/** Every object of one service as it will be registered: planned, then given to the service's transforms. */
export interface MicroservicePlan {
  readonly serviceAccount: ServiceAccountManifest;
  readonly configMap: ConfigMapManifest | undefined;
  readonly networkPolicy: NetworkPolicyManifest;
  readonly deployment: DeploymentManifest;
  readonly service: ServiceManifest;
  readonly horizontalPodAutoscaler: HorizontalPodAutoscalerManifest | undefined;
  readonly podDisruptionBudget: PodDisruptionBudgetManifest | undefined;
  readonly ingress: IngressManifest | undefined;
  readonly httpRoute: HttpRouteManifest | undefined;
}

/**
 * Plans all objects of a service at once, so that a problem in the last is found before the first is registered.
 * @throws ProblemsError where a transform fails, RangeError where the release is no `tag@sha256:digest`.
 */
export function planMicroservice(inputs: MicroserviceInputs): MicroservicePlan {
  const { site, release, callers = [], configuration = {} } = inputs;
  const service = resolveMicroservice(inputs.service);
  const { transforms = {} } = service;
  const configMap =
    Object.keys(configuration).length === 0
      ? undefined
      : configMapWithTransform(service, planConfigMap(service, configuration));
  const vault = planVault(service, site);
  const workload = {
    site,
    release,
    configMapName: configMap?.metadata.name,
    vaultAuthority: vault?.authority.metadata.name,
  };
  const budget = planDisruptionBudget(service);
  return {
    serviceAccount: applyTransform(transforms.serviceAccount, planServiceAccount(service)),
    configMap,
    networkPolicy: applyTransform(transforms.networkPolicy, planNetworkPolicy(service, site, callers)),
    deployment: applyTransform(transforms.deployment, planDeployment(service, workload)),
    service: applyTransform(transforms.service, planService(service)),
    horizontalPodAutoscaler: service.paused
      ? undefined
      : applyTransform(transforms.horizontalPodAutoscaler, planAutoscaler(service)),
    podDisruptionBudget: budget === undefined ? undefined : applyTransform(transforms.podDisruptionBudget, budget),
    ...planExposure(service, site),
  };
}

function planExposure(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
): Pick<MicroservicePlan, "ingress" | "httpRoute"> {
  const host = exposedHost(service, site);
  const { transforms = {} } = service;
  if (host === undefined) return { ingress: undefined, httpRoute: undefined };
  if (site.exposure.kind === "gateway") {
    const route = planHttpRoute(service, site.exposure.gateway, host);
    return { ingress: undefined, httpRoute: applyTransform(transforms.httpRoute, route) };
  }
  const ingress = planIngress(service, site.exposure.ingressClassName, host);
  return { ingress: applyTransform(transforms.ingress, ingress), httpRoute: undefined };
}
