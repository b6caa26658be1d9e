import { formatValue, ValidationError } from "../diagnostic.ts";
import {
  containerResources,
  type DeploymentManifest,
  type HorizontalPodAutoscalerManifest,
  type JobManifest,
  maxResources,
  noResources,
  type PersistentVolumeClaimManifest,
  type PodSpec,
  parseQuantity,
  podResourceErrors,
  podResources,
  quantity,
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
  /** What the one pod of its migration asks for beside them, which ends before the rollout; undefined where there is none. */
  readonly migration?: ResourceTotals | undefined;
  /** What the one pod of its own tests asks for beside them, which run after the rollout; undefined where there are none. */
  readonly verification?: ResourceTotals | undefined;
  /** The most that one of its containers asks for, resource by resource. */
  readonly largestContainer: ResourceTotals;
  /** Bytes of storage that its claims ask for. Room on a node's disk is no part of it. */
  readonly claimedStorage: number;
  /** Ports that its Service opens on every node: none, unless a transform says otherwise. */
  readonly nodePorts: number;
  /** Load balancers that its Service asks for: none, unless a transform says otherwise. */
  readonly loadBalancers: number;
}

/** A service's manifests as they are registered, of which follows what it asks of its namespace. */
interface RegisteredWorkload {
  readonly deployment: DeploymentManifest;
  readonly migration: { readonly job: JobManifest } | undefined;
  /** The pod of its own tests, which the gate runs. */
  readonly verification: PodSpec | undefined;
  readonly service: ServiceManifest | undefined;
  readonly horizontalPodAutoscaler: HorizontalPodAutoscalerManifest | undefined;
  readonly persistentVolumeClaims: ReadonlyMap<string, PersistentVolumeClaimManifest>;
  /** The most replicas of the description, for a service without an autoscaler. */
  readonly described: number;
  /** What a diagnostic names as the transform's place. */
  readonly file: string;
}

/**
 * What a service asks of its namespace: a sidecar that a transform adds counts, and so does Vault Agent, which the injector
 * adds.
 * @throws ValidationError where a transform made a pod that the API server would refuse for its resources, or a claim of no
 * quantity.
 */
export function workloadResources({
  deployment,
  migration,
  verification,
  service,
  horizontalPodAutoscaler,
  persistentVolumeClaims,
  described,
  file,
}: RegisteredWorkload): WorkloadResources {
  const replicas = maxReplicas(deployment, horizontalPodAutoscaler, described);
  const pods = 2 * replicas + podsPerWave(deployment, replicas).surge;
  const claimedStorage = sumOfClaims([...persistentVolumeClaims.values()], file);
  const template = deployment.spec?.template;
  // Whoever checks manifests against Kubernetes' schemas says what is wrong with a Deployment that makes no pod.
  if (!Array.isArray(template?.spec?.containers))
    return { pods, pod: noResources, largestContainer: noResources, claimedStorage, ...entrances(service) };
  const pod = checkedPod(template, file, "transforms.deployment");
  const ofJob = migration?.job.spec?.template;
  const jobPod = Array.isArray(ofJob?.spec?.containers) ? checkedPod(ofJob, file, "transforms.job") : undefined;
  const containers = [pod, jobPod, verification]
    .filter((each) => each !== undefined)
    .flatMap((each) => [...(each.initContainers ?? []), ...each.containers]);
  return {
    pods,
    pod: podResources(pod),
    ...(jobPod === undefined ? {} : { migration: podResources(jobPod) }),
    ...(verification === undefined ? {} : { verification: podResources(verification) }),
    largestContainer: containers.map(containerResources).reduce(maxResources, noResources),
    claimedStorage,
    ...entrances(service),
  };
}

type PodTemplate = NonNullable<DeploymentManifest["spec"]>["template"];

/** A pod with the agent that is added to it, whose resources the API server takes. */
function checkedPod({ spec, metadata }: PodTemplate, file: string, path: string): PodSpec {
  const pod = withAgent(spec ?? { containers: [] }, metadata);
  const errors = podResourceErrors(pod);
  if (errors.length > 0) throw new ValidationError(errors.map((message) => ({ file, path, message })));
  return pod;
}

function sumOfClaims(claims: readonly PersistentVolumeClaimManifest[], file: string): number {
  const sizes = claims.map(({ spec }) => spec?.resources?.requests?.["storage"] ?? "");
  const wrong = sizes.filter((size) => parseQuantity(String(size)) === undefined);
  if (wrong.length > 0) {
    throw new ValidationError(
      wrong.map((size) => ({
        file,
        path: "transforms.persistentVolumeClaim",
        message: `resources.requests.storage ${formatValue(size)} is no quantity; write one such as "20Gi"`,
      })),
    );
  }
  return sizes.reduce((sum, size) => sum + quantity(String(size)), 0);
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
