/**
 * The parts of Kubernetes' objects that tell how a rollout goes, as the API server's JSON has them. Objects of
 * `@kubernetes/client-node` fit, too: its times are dates.
 */

/** A time of the API server: RFC 3339, or what a client made of it. */
export type Time = string | Date;

/** What every object carries. */
interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Rises with every change of the object's `spec`. */
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly uid: string }[];
  readonly creationTimestamp?: Time;
  readonly deletionTimestamp?: Time;
}

/** One condition of an object's status. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: Time;
}

/** A container, and the image that it is to run. */
interface Container {
  readonly name: string;
  readonly image?: string;
}

/** What runs in a pod, and where. */
interface PodSpec {
  readonly nodeName?: string;
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
}

/** A Deployment. */
export interface Deployment {
  readonly metadata?: Metadata;
  readonly spec?: {
    readonly replicas?: number;
    readonly progressDeadlineSeconds?: number;
    readonly template?: { readonly spec?: PodSpec };
  };
  readonly status?: {
    /** The generation that the controller has seen: before that, the status is that of an earlier `spec`. */
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A ReplicaSet: one version of a Deployment's pods. */
export interface ReplicaSet {
  readonly metadata?: Metadata;
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** A StatefulSet: pods with names that stay. */
export interface StatefulSet {
  readonly metadata?: Metadata;
  readonly spec?: { readonly replicas?: number; readonly template?: { readonly spec?: PodSpec } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** A DaemonSet: a pod on each node. */
export interface DaemonSet {
  readonly metadata?: Metadata;
  readonly spec?: { readonly replicas?: undefined; readonly template?: { readonly spec?: PodSpec } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled: number;
    readonly currentNumberScheduled?: number;
    readonly numberMisscheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
  };
}

/** How a container ended. */
interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
  /** Where the container asks for it, the end of what it logged. It is read of a migration alone. */
  readonly message?: string;
}

/** What a container does now. */
interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: Time };
  readonly terminated?: Terminated;
}

/** The state of one container, and how it ended the last time. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** A pod. */
export interface Pod {
  readonly metadata?: Metadata;
  readonly spec?: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** An event: what a controller or a kubelet says about an object. */
export interface KubernetesEvent {
  readonly involvedObject: { readonly uid?: string; readonly fieldPath?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly firstTimestamp?: Time;
  readonly eventTime?: Time;
}

/** A Job: a change of a service's databases, before its rollout. */
export interface Job {
  readonly metadata?: Metadata;
  readonly spec?: { readonly activeDeadlineSeconds?: number };
  readonly status?: { readonly startTime?: Time; readonly conditions?: readonly Condition[] };
}

/** A worker or a machine of the control plane. */
export interface Node {
  readonly metadata?: Metadata;
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The kinds that are listed, each with its type. */
export interface Kinds {
  readonly Deployment: Deployment;
  readonly ReplicaSet: ReplicaSet;
  readonly StatefulSet: StatefulSet;
  readonly DaemonSet: DaemonSet;
  readonly Job: Job;
  readonly Node: Node;
  readonly Pod: Pod;
  readonly Event: KubernetesEvent;
}

/** Lists the objects of a kind in a namespace, with whatever client the caller has; of events, warnings are enough. */
export type List = <Kind extends keyof Kinds>(kind: Kind, namespace: string) => Promise<readonly Kinds[Kind][]>;

/** The same in one namespace, or in all. */
export type ListAnywhere = <Kind extends keyof Kinds>(
  kind: Kind,
  namespace?: string,
) => Promise<readonly Kinds[Kind][]>;

/** A time in milliseconds since 1970, or undefined where there is none. */
export function milliseconds(time: Time | null | undefined): number | undefined {
  if (time === undefined || time === null) return undefined;
  const value = time instanceof Date ? time.getTime() : Date.parse(time);
  return Number.isNaN(value) ? undefined : value;
}

/** The condition of a type, if it is there. */
export function conditionOf(
  { status }: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}
