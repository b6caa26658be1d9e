import type {
  ConfigMapManifest,
  DeploymentManifest,
  ExternalSecretManifest,
  HorizontalPodAutoscalerManifest,
  HttpRouteManifest,
  IngressManifest,
  NetworkPolicyManifest,
  PodDisruptionBudgetManifest,
  SecretStoreManifest,
  ServiceAccountManifest,
  ServiceManifest,
  Transform,
} from "./kubernetes/index.ts";
import type { Secret, SecretDelivery } from "./secrets.ts";

/** A CPU quantity in Kubernetes' notation: whole cores (`"2"`), fractions (`"0.5"`) or millicores (`"200m"`). */
export type CpuQuantity = `${number}` | `${number}m`;

/** A memory or storage quantity in Kubernetes' notation, in binary units: `"512Mi"`, `"1Gi"`. */
export type ByteQuantity = `${number}${"Ki" | "Mi" | "Gi" | "Ti"}`;

/** The two ports of a microservice: `http` serves callers; `management` serves probes and metrics, never callers. */
export type PortName = "http" | "management";

/**
 * A check that the kubelet runs against the container. Exactly one of `httpGet`, `tcpSocket`, `grpc` and `exec`
 * says how. Names and defaults are those of a Kubernetes `Probe`.
 */
export interface Probe {
  /** HTTP GET; any status from 200 to 399 is success. `port` is `management` unless stated. */
  readonly httpGet?: { readonly path: string; readonly port?: PortName };
  /** Success is a connection that opens. */
  readonly tcpSocket?: { readonly port: PortName };
  /** The gRPC health protocol on the number of that port. */
  readonly grpc?: { readonly port: PortName; readonly service?: string };
  /** A command inside the container; exit code 0 is success. */
  readonly exec?: { readonly command: readonly string[] };
  /** Seconds from the container's start to the first check. Default 0: the start-up probe already waits. */
  readonly initialDelaySeconds?: number;
  /** Seconds between checks. */
  readonly periodSeconds?: number;
  /** Seconds after which a check counts as failed. */
  readonly timeoutSeconds?: number;
  /** Failed checks in a row that count as failure. */
  readonly failureThreshold?: number;
  /** Passed checks in a row that count as success. Only for readiness; Kubernetes demands 1 elsewhere. */
  readonly successThreshold?: number;
}

/** The three probes. What is left out gets the default that is written beside it. */
export interface Probes {
  /**
   * "Has it started?" Holds off the other two. Default: the liveness check every 5 s until `startupSeconds` are over.
   * `"none"`: no start-up probe; then readiness and liveness need an `initialDelaySeconds` that covers the start.
   */
  readonly startup?: Probe | "none";
  /** "Is it ready for traffic?" Default: GET `/actuator/health/readiness` on `management` every 5 s. */
  readonly readiness?: Probe;
  /** "Is it still alive?" Restarts the container. Default: GET `/actuator/health/liveness` on `management` every 20 s. */
  readonly liveness?: Probe;
}

/** CPU and memory of one replica. */
export interface Resources {
  /** What the scheduler reserves on a node. The autoscaler's percentages are of `cpu` here. */
  readonly requests: { readonly cpu: CpuQuantity; readonly memory: ByteQuantity };
  /**
   * What the kernel enforces. `memory` defaults to the request, so that the pod is never a candidate for eviction.
   * `cpu` has no default: without it the JVM may use idle cores while it warms up.
   */
  readonly limits?: { readonly cpu?: CpuQuantity; readonly memory?: ByteQuantity };
}

/** How the Java virtual machine is sized inside the memory limit. */
export interface Jvm {
  /** Heap as a percentage of the memory limit, 10 to 80. Default: derived from the limit, see `planJvm`. */
  readonly heapPercentage?: number;
  /** Further options, appended to `JAVA_TOOL_OPTIONS`: `["-XX:+UseG1GC"]`. Heap size options are refused here. */
  readonly options?: readonly string[];
  /** Whether an OutOfMemoryError writes a heap dump to the bounded volume at `/dumps`. Default true. */
  readonly heapDump?: boolean;
}

/** A further metric on which the autoscaler acts beside CPU: from the custom or the external metrics API. */
export interface AutoscalingMetric {
  /** `Pods`: averaged over the replicas (custom metrics API). `External`: from outside the cluster, per replica. */
  readonly type: "Pods" | "External";
  /** The metric's name in that API. */
  readonly name: string;
  /** The value per replica that the autoscaler aims at, as a quantity: `"100"`, `"500m"`. */
  readonly averageValue: string;
}

/** How many replicas run, and when. Becomes an `autoscaling/v2` HorizontalPodAutoscaler. */
export interface Autoscaling {
  /** Fewest replicas, at least 1. Default 2. */
  readonly minReplicas?: number;
  /** Most replicas. Default 4. May equal `minReplicas`. */
  readonly maxReplicas?: number;
  /** Target CPU of the service's container, in percent of its request. Default 75. */
  readonly averageUtilization?: number;
  /** Further metrics; the largest answer wins. Default none. Memory is not offered: a JVM's heap never scales down. */
  readonly metrics?: readonly AutoscalingMetric[];
}

/** Where callers from outside the cluster reach the service. Only the `http` port is ever exposed. */
export interface Exposure {
  /** The first labels of the host; the site adds its domain: `"api"` becomes `api.<domain>`. */
  readonly host: string;
  /** Path prefix, starting with `/`. Default `/`. */
  readonly path?: string;
  /** Which of the site's domains: citizens' (`public`) or the administration's own network (`internal`). Default `public`. */
  readonly domain?: "public" | "internal";
}

/** A call to another microservice that crosses the boundary around cardholder data and says why it may. */
export interface JustifiedCall {
  /** The service that is called. */
  readonly service: Microservice;
  /** Why the call must cross the boundary, for the auditor. */
  readonly justification: string;
}

/** A microservice that is called. Calls across the boundary around cardholder data need a {@link JustifiedCall}. */
export type Call = Microservice | JustifiedCall;

/** A value that the kubelet reads from the pod itself, by the downward API: `{ fieldPath: "status.podIP" }`. */
export interface PodField {
  /** A field that the downward API knows, such as `metadata.name` or `status.podIP`. */
  readonly fieldPath: string;
}

/** How the old replicas give way to the new. No replica is taken away before its successor is ready. */
export interface Rollout {
  /** Replicas above the wanted number during a rollout, as a percentage or a count. Default `"25%"`. */
  readonly maxSurge?: `${number}%` | number;
  /** Seconds that a new replica must stay ready before it counts. Default 10. */
  readonly minReadySeconds?: number;
}

/** How a replica stops without dropping requests. */
export interface Shutdown {
  /** Seconds before SIGTERM, while endpoints are withdrawn everywhere. Default 10. */
  readonly preStopSeconds?: number;
  /** Seconds that the application may take to finish its requests after SIGTERM. Default 30. */
  readonly gracefulSeconds?: number;
}

/** A safe default that this service cannot live with. */
export interface SecurityException {
  /** Why, for the auditor. Shown in the report of `render`. */
  readonly reason: string;
}

/**
 * Deviations from Pod Security `restricted`, each with its reason. The first two stay inside `restricted`;
 * `runAsRoot` lowers the whole namespace to `baseline`, which `render` reports.
 */
export interface SecurityExceptions {
  /** The container's file system is writable, for images that write outside `/tmp`. */
  readonly writableRootFilesystem?: SecurityException;
  /** The token of the service's account is mounted, for a service that talks to the Kubernetes API. */
  readonly serviceAccountToken?: SecurityException;
  /** The image only runs as user 0. */
  readonly runAsRoot?: SecurityException;
}

/**
 * The numbers of the user and the groups as which the container runs. An image whose user is a name needs `runAsUser`:
 * only a number shows the kubelet that it is not root.
 */
export interface SecurityContext {
  /** User ID, above 0. Default: the image's own. */
  readonly runAsUser?: number;
  /** Group ID, above 0. Default: the image's own. */
  readonly runAsGroup?: number;
  /** ID of the group that owns the pod's volumes, above 0. Default: none. */
  readonly fsGroup?: number;
}

/**
 * Escape hatch: modify any generated object. One typed function an object kind; each is called once with the whole generated
 * manifest and returns the whole manifest to register. The namespace's quota, Pulumi's timeout and the table of `render` are
 * derived from what it returns, so that an added sidecar counts.
 */
export interface Transforms {
  readonly serviceAccount?: Transform<ServiceAccountManifest>;
  readonly configMap?: Transform<ConfigMapManifest>;
  readonly deployment?: Transform<DeploymentManifest>;
  readonly service?: Transform<ServiceManifest>;
  readonly horizontalPodAutoscaler?: Transform<HorizontalPodAutoscalerManifest>;
  readonly podDisruptionBudget?: Transform<PodDisruptionBudgetManifest>;
  readonly networkPolicy?: Transform<NetworkPolicyManifest>;
  readonly ingress?: Transform<IngressManifest>;
  readonly httpRoute?: Transform<HttpRouteManifest>;
  readonly secretStore?: Transform<SecretStoreManifest>;
  /** Applied to each: the one of the values, and one an issued key. */
  readonly externalSecret?: Transform<ExternalSecretManifest>;
}

/**
 * One Java microservice, as its developers describe it. The same description makes the same objects in every site;
 * nothing in it may name a site. Everything but the first five fields has a safe default.
 *
 * @example
 * export const receipts: Microservice = {
 *   name: "receipts",
 *   namespace: "declarations",
 *   description: "Issues the receipt for a declaration or a payment",
 *   owner: "team-receipts@tax.example",
 *   resources: { requests: { cpu: "500m", memory: "2Gi" } },
 *   calls: () => [taxpayerRegistry],
 * };
 */
export interface Microservice {
  /** Name of the service, of its Kubernetes objects and of its folder: a DNS label of at most 40 characters. */
  readonly name: string;
  /** The business domain, which is the Kubernetes namespace: services of one domain share it. */
  readonly namespace: string;
  /** What the service is for, in one line. */
  readonly description: string;
  /** Whom to ask: a team's mail address or chat channel. */
  readonly owner: string;
  /** CPU and memory of one replica. */
  readonly resources: Resources;
  /** Repository of the image in the site's registry. Default: `name`. Its tag and digest are the site's release. */
  readonly image?: string;
  /** Whether it stores, processes or transmits cardholder data (PCI DSS). Such services share no namespace with others. Default false. */
  readonly cardholderData?: boolean;
  /** Who yields when a node is full. `citizen-facing` evicts `standard` evicts `batch`. Default `standard`. */
  readonly priority?: "citizen-facing" | "standard" | "batch";
  /** Replaces the image's entry point. Default: the image's own. */
  readonly command?: readonly string[];
  /** Arguments of the entry point. Default: the image's own. */
  readonly args?: readonly string[];
  /** Port numbers inside the pod. Defaults: http 7137, management 17137. The same number twice makes one port. */
  readonly ports?: { readonly http?: number; readonly management?: number };
  /** Sizing of the JVM. */
  readonly jvm?: Jvm;
  /** Seconds that a start takes at worst, on a cold and busy node. Default 150. */
  readonly startupSeconds?: number;
  /** Start-up, readiness and liveness. */
  readonly probes?: Probes;
  /** Replicas and the autoscaler. */
  readonly autoscaling?: Autoscaling;
  /** Scales to zero in every site; Service and configuration stay. Default false. */
  readonly paused?: boolean;
  /** Exposure to callers outside the cluster. Default: none. */
  readonly exposure?: Exposure;
  /** The services it calls, as references; a function, so that two services may call each other. Default none. */
  readonly calls?: () => readonly Call[];
  /** Names of the site's external endpoints that it uses: databases, caches, gateways. Default none. */
  readonly backingServices?: readonly string[];
  /** Further environment variables. Secrets are refused here: see `secrets`. */
  readonly env?: Readonly<Record<string, string | PodField>>;
  /**
   * The secrets that it needs, by the name of the variable or property that it reads:
   * `{ DB_PASSWORD: generated(), GATEWAY_API_KEY: supplied({ description: "..." }) }`, see `components/secrets.ts`.
   * A pod does not start without one of them.
   */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** How they reach the pod. Default `env`; `cardholderData` demands `files`. */
  readonly secretDelivery?: SecretDelivery;
  /** Where Prometheus scrapes the management port; `"none"` for a service without metrics. Default `/actuator/prometheus`. */
  readonly metrics?: { readonly path: string } | "none";
  /** Size of the in-pod volume at `/tmp`. Default `"64Mi"`. */
  readonly temporaryStorage?: ByteQuantity;
  /**
   * Further writable directories: path -> size. Each is empty at every start of a pod, and full means that the pod is
   * evicted. Default none: only `/tmp` and `/dumps` are writable.
   */
  readonly emptyDirs?: Readonly<Record<string, ByteQuantity>>;
  /** Whether two replicas may share a node when nodes are few. Default `prefer` (they may). */
  readonly spread?: "prefer" | "require";
  /** Rolling update. */
  readonly rollout?: Rollout;
  /** Graceful stop. */
  readonly shutdown?: Shutdown;
  /** The user and the groups as which the container runs. */
  readonly securityContext?: SecurityContext;
  /** Deviations from Pod Security `restricted`. */
  readonly securityExceptions?: SecurityExceptions;
  /** The last word on each object. */
  readonly transforms?: Transforms;
}
