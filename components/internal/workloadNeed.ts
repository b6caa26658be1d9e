import type { Microservice } from "../microservice.ts";
import type { Endpoint } from "../microserviceSite.ts";
import { type ResolvedMicroservice, resolveMicroservice, surgeReplicas } from "./defaults.ts";
import type { DeploymentManifest, PodSpec } from "./manifests.ts";
import { containerNeed, most, type Need, needProblems, nothing, podNeed } from "./podNeed.ts";
import { ProblemsError } from "./problems.ts";
import { planAutoscaler } from "./scaling.ts";
import { applyTransform } from "./transform.ts";
import { withAgent } from "./vaultAgent.ts";
import { planDeployment, planResources, podAnnotations } from "./workload.ts";

/** What a service asks of its namespace. */
export interface WorkloadNeed {
  /**
   * Its pods at most: the most replicas twice, and a rollout's surge. Twice, because pods that are ending count until
   * they are gone, and because a quota shrinks with a service's requests before its pods do: with room for the new
   * replicas only, the old and larger ones would keep them out, and no rollout could ever begin. A request may so be
   * halved at full scale. A paused service counts in full: it may be resumed.
   */
  readonly pods: number;
  /** What each pod needs. */
  readonly pod: Need;
  /** The most that one of its containers asks for, resource by resource. */
  readonly largestContainer: Need;
}

const known = new WeakMap<Microservice, WorkloadNeed>();

/**
 * What a service asks of its namespace after its transforms: a sidecar that one of them adds counts, and so does Vault
 * Agent, which the injector adds.
 * @throws ProblemsError where a transform fails, or makes a pod that the API server would refuse for its resources.
 */
export function workloadNeed(service: Microservice): WorkloadNeed {
  const earlier = known.get(service);
  if (earlier !== undefined) return earlier;
  const resolved = resolveMicroservice(service);
  const need = service.transforms?.deployment === undefined ? plannedNeed(resolved) : transformedNeed(resolved);
  known.set(service, need);
  return need;
}

function plannedNeed(service: ResolvedMicroservice): WorkloadNeed {
  const replicas = mostReplicas(service);
  const annotations = podAnnotations(service, standIns(service));
  const pod = withAgent({ containers: [{ name: service.name, resources: planResources(service) }] }, { annotations });
  return {
    pods: 2 * replicas + surgeReplicas({ rollout: service.rollout, autoscaling: { maxReplicas: replicas } }),
    ...needOf(pod),
  };
}

function transformedNeed(service: ResolvedMicroservice): WorkloadNeed {
  const { spec } = applyTransform(service.transforms?.deployment, planDeployment(service, standIns(service)));
  const planned = spec?.template?.spec;
  // Whoever checks manifests against Kubernetes' schemas says what is wrong with a Deployment that makes no pod.
  if (spec === undefined || !Array.isArray(planned?.containers)) return plannedNeed(service);
  const pod = withAgent(planned, spec.template.metadata);
  const problems = needProblems(pod);
  if (problems.length > 0) {
    const file = `services/${service.name}`;
    throw new ProblemsError(problems.map((message) => ({ file, path: "transforms.deployment", message })));
  }
  const replicas = Math.max(mostReplicas(service), spec.replicas ?? 0);
  return {
    pods: 2 * replicas + surgeOf(spec.strategy, replicas),
    ...needOf(pod),
  };
}

function needOf(pod: PodSpec): Pick<WorkloadNeed, "pod" | "largestContainer"> {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  return { pod: podNeed(pod), largestContainer: containers.map(containerNeed).reduce(most, nothing) };
}

function mostReplicas(service: ResolvedMicroservice): number {
  const transform = service.transforms?.horizontalPodAutoscaler;
  if (transform === undefined) return service.autoscaling.maxReplicas;
  return applyTransform(transform, planAutoscaler(service)).spec?.maxReplicas ?? service.autoscaling.maxReplicas;
}

function surgeOf(strategy: NonNullable<DeploymentManifest["spec"]>["strategy"], replicas: number): number {
  if (strategy?.type === "Recreate") return 0;
  const maxSurge = strategy?.rollingUpdate?.maxSurge ?? "25%";
  return surgeReplicas({ rollout: { maxSurge }, autoscaling: { maxReplicas: replicas } });
}

/** A site's values are not known here and ask for nothing; so something else of their shape stands in for them. */
function standIns({ name, endpoints }: ResolvedMicroservice): Parameters<typeof planDeployment>[1] {
  const elsewhere: Endpoint = { host: "endpoint.example", port: 1, cidrs: [] };
  return {
    site: {
      registry: "registry.example",
      endpoints: Object.fromEntries(endpoints.map((endpoint) => [endpoint, elsewhere])),
      vault: { address: "https://vault.example", authMount: "kubernetes", caCertificate: "", cidrs: [] },
    },
    release: `0.0.0@sha256:${"0".repeat(64)}`,
    configMapName: `${name}-config-0000000000`,
  };
}
