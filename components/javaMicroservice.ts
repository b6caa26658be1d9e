import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkMicroservice } from "./internal/catalogueRules.ts";
import { planConfigMap } from "./internal/configuration.ts";
import { planDeadlines } from "./internal/deadlines.ts";
import { type ResolvedMicroservice, resolveMicroservice, serviceUrl } from "./internal/defaults.ts";
import { exposedHost, planHttpRoute, planIngress } from "./internal/exposure.ts";
import { planService, planServiceAccount } from "./internal/identity.ts";
import type { ConfigMapManifest } from "./internal/manifests.ts";
import { planNetworkPolicy } from "./internal/network.ts";
import { ProblemsError } from "./internal/problems.ts";
import { planAutoscaler, planDisruptionBudget } from "./internal/scaling.ts";
import { type MicroserviceSummary, summarize } from "./internal/summary.ts";
import { applyTransform, configMapWithTransform } from "./internal/transform.ts";
import { planDeployment } from "./internal/workload.ts";
import type { Microservice } from "./microservice.ts";
import type { MicroserviceSite } from "./microserviceSite.ts";

/** Arguments of a {@link JavaMicroservice}. All are plain values: they decide which objects exist. */
export interface JavaMicroserviceArgs {
  /** What the service is. */
  readonly service: Microservice;
  /** Where it stands: addresses and names of the site. */
  readonly site: MicroserviceSite;
  /** Which image: `tag@sha256:...`. */
  readonly release: string;
  /** The services that call it, which its network rules admit. Default none. */
  readonly callers?: readonly Microservice[];
  /** Rendered configuration files, mounted at `/config`: file name -> content. Default none. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Resources that must exist before the first object, such as `datacenter.boundary(namespace)`. Default none. */
  readonly after?: readonly pulumi.Resource[];
}

/** The objects of a {@link JavaMicroservice}, for whoever needs more than its outputs. */
export interface JavaMicroserviceNodes {
  readonly serviceAccount: kubernetes.core.v1.ServiceAccount;
  readonly configMap: kubernetes.core.v1.ConfigMap | undefined;
  readonly networkPolicy: kubernetes.networking.v1.NetworkPolicy;
  readonly deployment: kubernetes.apps.v1.Deployment;
  readonly service: kubernetes.core.v1.Service;
  readonly horizontalPodAutoscaler: kubernetes.autoscaling.v2.HorizontalPodAutoscaler | undefined;
  readonly podDisruptionBudget: kubernetes.policy.v1.PodDisruptionBudget | undefined;
  readonly exposure: kubernetes.networking.v1.Ingress | kubernetes.apiextensions.CustomResource | undefined;
}

/**
 * Everything that one Java microservice needs in one cluster: account, configuration, network rules, Deployment,
 * Service, autoscaler, disruption budget and exposure.
 *
 * @example
 * new JavaMicroservice("receipts", { service: receipts, site, release: "1.4.2@sha256:..." }, { providers: [cluster] });
 *
 * @throws ProblemsError where the description is not sound; nothing is registered then.
 */
export class JavaMicroservice extends pulumi.ComponentResource {
  /** Where other services of the site reach it: `http://<name>.<namespace>.svc:<port>`. */
  readonly url: string;
  /** Name of its objects. */
  readonly name: string;
  /** Namespace of its objects. */
  readonly namespace: string;
  /** Its children. */
  readonly nodes: JavaMicroserviceNodes;

  constructor(name: string, args: JavaMicroserviceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:JavaMicroservice", name, {}, opts);
    const problems = checkMicroservice(args.service, args.service.name);
    if (problems.length > 0) throw new ProblemsError(problems);
    const service = resolveMicroservice(args.service);
    this.name = service.name;
    this.namespace = service.namespace;
    this.url = serviceUrl(service);

    const after = [...(args.after ?? [])];
    const child = { parent: this, dependsOn: after };
    const configMap = createConfigMap(name, service, args, child);
    const serviceAccount = new kubernetes.core.v1.ServiceAccount(
      `${name}-service-account`,
      applyTransform(service.transforms?.serviceAccount, planServiceAccount(service)),
      child,
    );
    const networkPolicy = new kubernetes.networking.v1.NetworkPolicy(
      `${name}-network-policy`,
      applyTransform(service.transforms?.networkPolicy, planNetworkPolicy(service, args.site, args.callers ?? [])),
      child,
    );
    const { deployment, manifest } = createDeployment(name, service, args, configMap?.manifest, {
      parent: this,
      dependsOn: [...after, serviceAccount, networkPolicy, ...(configMap === undefined ? [] : [configMap.resource])],
    });
    this.nodes = {
      serviceAccount,
      configMap: configMap?.resource,
      networkPolicy,
      deployment,
      service: new kubernetes.core.v1.Service(
        `${name}-service`,
        applyTransform(service.transforms?.service, planService(service)),
        child,
      ),
      horizontalPodAutoscaler: createAutoscaler(name, service, child),
      podDisruptionBudget: createDisruptionBudget(name, service, child),
      exposure: createExposure(name, service, args.site, child),
    };
    const summary: MicroserviceSummary = summarize(service, args.site, args.release, manifest);
    this.registerOutputs({ name: this.name, namespace: this.namespace, url: this.url, summary });
  }
}

type ChildOptions = pulumi.CustomResourceOptions;

function createConfigMap(
  name: string,
  service: ResolvedMicroservice,
  { configuration = {} }: JavaMicroserviceArgs,
  options: ChildOptions,
): { resource: kubernetes.core.v1.ConfigMap; manifest: ConfigMapManifest } | undefined {
  if (Object.keys(configuration).length === 0) return undefined;
  const manifest = configMapWithTransform(service, planConfigMap(service, configuration));
  return { manifest, resource: new kubernetes.core.v1.ConfigMap(`${name}-config-map`, manifest, options) };
}

function createDeployment(
  name: string,
  service: ResolvedMicroservice,
  { site, release }: JavaMicroserviceArgs,
  configMap: ConfigMapManifest | undefined,
  options: ChildOptions,
) {
  const planned = planDeployment(service, { site, release, configMapName: configMap?.metadata.name });
  const manifest = applyTransform(service.transforms?.deployment, planned);
  const timeout = `${planDeadlines(service).awaitTimeout}s`;
  const deployment = new kubernetes.apps.v1.Deployment(`${name}-deployment`, manifest, {
    ...options,
    customTimeouts: { create: timeout, update: timeout },
  });
  return { deployment, manifest };
}

function createAutoscaler(name: string, service: ResolvedMicroservice, options: ChildOptions) {
  if (service.paused) return undefined;
  const manifest = applyTransform(service.transforms?.horizontalPodAutoscaler, planAutoscaler(service));
  return new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, manifest, options);
}

function createDisruptionBudget(name: string, service: ResolvedMicroservice, options: ChildOptions) {
  const planned = planDisruptionBudget(service);
  if (planned === undefined) return undefined;
  const manifest = applyTransform(service.transforms?.podDisruptionBudget, planned);
  return new kubernetes.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, manifest, options);
}

function createExposure(name: string, service: ResolvedMicroservice, site: MicroserviceSite, options: ChildOptions) {
  const host = exposedHost(service, site);
  if (host === undefined) return undefined;
  if (site.exposure.kind === "gateway") {
    const manifest = applyTransform(service.transforms?.httpRoute, planHttpRoute(service, site.exposure.gateway, host));
    return new kubernetes.apiextensions.CustomResource(`${name}-http-route`, manifest, options);
  }
  const manifest = applyTransform(
    service.transforms?.ingress,
    planIngress(service, site.exposure.ingressClassName, host),
  );
  return new kubernetes.networking.v1.Ingress(`${name}-ingress`, manifest, options);
}
