import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkMicroservice } from "./internal/catalogueRules.ts";
import { planDeadlines } from "./internal/deadlines.ts";
import { resolveMicroservice, serviceUrl } from "./internal/defaults.ts";
import { type MicroserviceInputs, type MicroservicePlan, planMicroservice } from "./internal/microservicePlan.ts";
import { ProblemsError } from "./internal/problems.ts";
import { usesVault } from "./internal/secrets.ts";
import type { Microservice } from "./microservice.ts";
import type { MicroserviceSite } from "./microserviceSite.ts";
import { VaultSecrets } from "./vaultSecrets.ts";

/** Arguments of a {@link JavaMicroservice}. All are plain values: they decide which objects exist. */
export interface JavaMicroserviceArgs extends MicroserviceInputs {
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
  /** Undefined where no secret comes from Vault. */
  readonly vaultSecrets: VaultSecrets | undefined;
  readonly networkPolicy: kubernetes.networking.v1.NetworkPolicy;
  readonly deployment: kubernetes.apps.v1.Deployment;
  readonly service: kubernetes.core.v1.Service;
  readonly horizontalPodAutoscaler: kubernetes.autoscaling.v2.HorizontalPodAutoscaler | undefined;
  readonly podDisruptionBudget: kubernetes.policy.v1.PodDisruptionBudget | undefined;
  readonly exposure: kubernetes.networking.v1.Ingress | kubernetes.apiextensions.CustomResource | undefined;
}

/**
 * Everything that one Java microservice needs in one cluster: account, configuration, network rules, Deployment,
 * Service, autoscaler, disruption budget and exposure; and its slice of Vault, where it has secrets there.
 *
 * @example
 * new JavaMicroservice("receipts", { service: receipts, site, release: "1.4.2@sha256:..." }, { providers: [cluster, vault, random] });
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

    const plan = planMicroservice(args);

    // The account is the first object; all others follow it, so that what they wait for is said once.
    const serviceAccount = new kubernetes.core.v1.ServiceAccount(`${name}-service-account`, plan.serviceAccount, {
      parent: this,
      dependsOn: [...(args.after ?? [])],
    });
    const child = { parent: this, dependsOn: [serviceAccount] };
    const configMap = when(
      plan.configMap,
      (manifest) => new kubernetes.core.v1.ConfigMap(`${name}-config-map`, manifest, child),
    );
    const vaultSecrets = usesVault(service)
      ? new VaultSecrets(
          `${name}-secrets`,
          { service: args.service, site: args.site, after: [serviceAccount] },
          { parent: this },
        )
      : undefined;
    const networkPolicy = new kubernetes.networking.v1.NetworkPolicy(
      `${name}-network-policy`,
      plan.networkPolicy,
      child,
    );
    const timeout = `${planDeadlines(service).awaitTimeout}s`;
    const deployment = new kubernetes.apps.v1.Deployment(`${name}-deployment`, plan.deployment, {
      parent: this,
      dependsOn: [
        networkPolicy,
        ...(configMap === undefined ? [serviceAccount] : [configMap]),
        ...(vaultSecrets === undefined ? [] : [vaultSecrets]),
      ],
      customTimeouts: { create: timeout, update: timeout },
    });
    this.nodes = {
      serviceAccount,
      configMap,
      vaultSecrets,
      networkPolicy,
      deployment,
      service: new kubernetes.core.v1.Service(`${name}-service`, plan.service, child),
      horizontalPodAutoscaler: when(
        plan.horizontalPodAutoscaler,
        (manifest) => new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, manifest, child),
      ),
      podDisruptionBudget: when(
        plan.podDisruptionBudget,
        (manifest) => new kubernetes.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, manifest, child),
      ),
      exposure: createExposure(name, plan, child),
    };
    this.registerOutputs({ name: this.name, namespace: this.namespace, url: this.url });
  }
}

function when<Manifest, Resource>(
  manifest: Manifest | undefined,
  create: (manifest: Manifest) => Resource,
): Resource | undefined {
  return manifest === undefined ? undefined : create(manifest);
}

function createExposure(name: string, { ingress, httpRoute }: MicroservicePlan, options: pulumi.CustomResourceOptions) {
  return (
    when(ingress, (manifest) => new kubernetes.networking.v1.Ingress(`${name}-ingress`, manifest, options)) ??
    when(httpRoute, (manifest) => new kubernetes.apiextensions.CustomResource(`${name}-http-route`, manifest, options))
  );
}
