import { ValidationError } from "../diagnostic.ts";
import {
  containerResources,
  type DeploymentManifest,
  type HorizontalPodAutoscalerManifest,
  maxResources,
  noResources,
  podResourceErrors,
  podResources,
  type ResourceTotals,
  type ServiceManifest,
} from "../kubernetes/index.ts";
import { withAgent } from "../vault/index.ts";
import { maxReplicas, podsPerWave } from "./rolloutTimeout.ts";

/** What a service asks of its namespace. */
export interface WorkloadResources {
  /**
   * Its pods at most: the most replicas twice, and a rollout's surge. Twice, because pods that are ending count until
   * they are gone, and because a quota shrinks with a service's requests before its pods do: with room for the new
   * replicas only, the old and larger ones would keep them out, and no rollout could ever begin. A request may so be
   * halved at full scale. A paused service counts in full: it may be resumed.
   */
  readonly pods: number;
  /** What each pod asks for. */
  readonly pod: ResourceTotals;
  /** The most that one of its containers asks for, resource by resource. */
  readonly largestContainer: ResourceTotals;
  /** Ports that its Service opens on every node: none, unless a transform says otherwise. */
  readonly nodePorts: number;
  /** Load balancers that its Service asks for: none, unless a transform says otherwise. */
  readonly loadBalancers: number;
}

/**
 * What a service asks of its namespace, read from its manifests as they are registered: a sidecar that a transform adds
 * counts, and so does Vault Agent, which the injector adds.
 * @param described the most replicas of the description, for a service without an autoscaler.
 * @param file what a diagnostic names as the transform's place.
 * @throws ValidationError where a transform made a pod that the API server would refuse for its resources.
 */
export function workloadResources(
  deployment: DeploymentManifest,
  service: ServiceManifest | undefined,
  autoscaler: HorizontalPodAutoscalerManifest | undefined,
  described: number,
  file: string,
): WorkloadResources {
  const replicas = maxReplicas(deployment, autoscaler, described);
  const pods = 2 * replicas + podsPerWave(deployment, replicas).surge;
  const template = deployment.spec?.template;
  // Whoever checks manifests against Kubernetes' schemas says what is wrong with a Deployment that makes no pod.
  if (!Array.isArray(template?.spec?.containers))
    return { pods, pod: noResources, largestContainer: noResources, ...entrances(service) };
  const pod = withAgent(template.spec, template.metadata);
  const errors = podResourceErrors(pod);
  if (errors.length > 0) {
    throw new ValidationError(errors.map((message) => ({ file, path: "transforms.deployment", message })));
  }
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  return {
    pods,
    pod: podResources(pod),
    largestContainer: containers.map(containerResources).reduce(maxResources, noResources),
    ...entrances(service),
  };
}

/** Counted as the API server's quota does: a load balancer has node ports too, unless it says that it needs none. */
function entrances({
  spec = {},
}: Pick<ServiceManifest, "spec"> = {}): Pick<WorkloadResources, "nodePorts" | "loadBalancers"> {
  const balanced = spec.type === "LoadBalancer";
  const allocated = spec.type === "NodePort" || (balanced && spec.allocateLoadBalancerNodePorts !== false);
  const ports = spec.ports ?? [];
  return {
    nodePorts: allocated ? ports.length : ports.filter(({ nodePort }) => nodePort !== undefined).length,
    loadBalancers: balanced ? 1 : 0,
  };
}
