import type {
  BackendTlsPolicyManifest,
  ConfigMapManifest,
  DeploymentManifest,
  ExternalSecretManifest,
  HorizontalPodAutoscalerManifest,
  HttpRouteManifest,
  IngressManifest,
  JobManifest,
  NetworkPolicyManifest,
  PersistentVolumeClaimManifest,
  PodDisruptionBudgetManifest,
  SecretStoreManifest,
  ServiceAccountManifest,
  ServiceManifest,
  StatedTransform,
} from "./kubernetes/index.ts";
import type { Secret, SecretDelivery } from "./secrets.ts";

/**
 * A CPU quantity in Kubernetes' notation: whole cores, fractions or millicores.
 * @example "2"
 * @example "0.5"
 * @example "200m"
 */
export type CpuQuantity = `${number}` | `${number}m`;

/**
 * A memory or storage quantity in Kubernetes' notation, in binary units.
 * @example "512Mi"
 * @example "1Gi"
 */
export type ByteQuantity = `${number}${"Ki" | "Mi" | "Gi" | "Ti"}`;

/**
 * The ports of a microservice: `http` serves callers, and so does `grpc` where it is stated; `management` serves probes and
 * metrics, never callers.
 */
export type PortName = "http" | "management" | "grpc";

/**
 * A check that the kubelet runs against the container. Exactly one of `httpGet`, `tcpSocket`, `grpc` and `exec` says how.
 * Names are those of a Kubernetes `Probe`.
 *
 * @example
 * { httpGet: { path: "/health/readiness", port: "http" }, periodSeconds: 5 }
 */
export interface Probe {
  /**
   * HTTP GET on a path of a port; any status from 200 to 399 is success.
   * @default none
   */
  readonly httpGet?: {
    /**
     * The path, with a leading slash.
     * @example "/health/readiness"
     */
    readonly path: string;
    /**
     * The port that is asked.
     * @default "management"
     */
    readonly port?: "http" | "management";
  };
  /**
   * Success is a TCP connection that opens.
   * @default none
   */
  readonly tcpSocket?: {
    /** The port that is tried. */
    readonly port: PortName;
  };
  /**
   * The gRPC health protocol.
   * @default none
   */
  readonly grpc?: {
    /** The port that is asked. */
    readonly port: PortName;
    /**
     * The name of the service within the server.
     * @default the server as a whole
     * @example "readiness"
     */
    readonly service?: string;
  };
  /**
   * A command inside the container; exit code 0 is success.
   * @default none
   */
  readonly exec?: {
    /**
     * The program and its arguments. No shell reads them.
     * @example ["cat", "/tmp/alive"]
     */
    readonly command: readonly string[];
  };
  /**
   * Seconds from the container's start to the first check.
   * @default 0: the start-up probe already waits
   * @example 30
   */
  readonly initialDelaySeconds?: number;
  /**
   * Seconds between two checks.
   * @default 5 for start-up and readiness, 20 for liveness
   * @example 10
   */
  readonly periodSeconds?: number;
  /**
   * Seconds after which a check counts as failed, never above `periodSeconds`.
   * @default 5 for start-up and liveness, 3 for readiness; at most periodSeconds
   * @example 2
   */
  readonly timeoutSeconds?: number;
  /**
   * Failed checks in a row that count as failure.
   * @default 3; for start-up as many as cover startupSeconds
   * @example 5
   */
  readonly failureThreshold?: number;
  /**
   * Passed checks in a row that count as success. Only for readiness: Kubernetes demands 1 elsewhere.
   * @default 1
   * @example 2
   */
  readonly successThreshold?: number;
}

/** The three probes of a service's container. */
export interface Probes {
  /**
   * Tells when the application has started; until then it holds off the other two. `"none"` means no start-up probe: then
   * readiness and liveness need an `initialDelaySeconds` that covers the start.
   * @default the liveness check every 5 s until startupSeconds are over; none where there is no liveness check
   * @example { httpGet: { path: "/health/started" } }
   */
  readonly startup?: Probe | "none";
  /**
   * Tells whether the pod is ready for traffic.
   * @default GET /actuator/health/readiness on management, every 5 s; none with `ports: "none"`
   */
  readonly readiness?: Probe;
  /**
   * Tells whether the application is still alive; the kubelet restarts a container that is not.
   * @default GET /actuator/health/liveness on management, every 20 s; none with `ports: "none"`
   */
  readonly liveness?: Probe;
}

/**
 * CPU and memory of one replica.
 * @example
 * { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2" } }
 */
export interface Resources {
  /** What the scheduler reserves on a node. The autoscaler's percentages are of `cpu` here. */
  readonly requests: {
    /** CPU: whole cores, fractions or millicores. */
    readonly cpu: CpuQuantity;
    /**
     * Memory in binary units.
     * @example "4Gi"
     */
    readonly memory: ByteQuantity;
  };
  /**
   * What the kernel enforces. Without a `cpu` limit the JVM may use idle cores while it warms up.
   * @default memory as requested, so that the pod is never a candidate for eviction; no limit of cpu
   */
  readonly limits?: {
    /**
     * Most CPU that the container gets.
     * @default none
     * @example "2"
     */
    readonly cpu?: CpuQuantity;
    /**
     * Memory above which the kernel ends the container. The heap follows from it.
     * @default the request
     * @example "1536Mi"
     */
    readonly memory?: ByteQuantity;
  };
}

/** How the Java virtual machine is sized inside the memory limit. */
export interface Jvm {
  /**
   * Heap as a percentage of the memory limit, 10 to 80.
   * @default derived from the limit: 300 MiB and 15 % are kept for everything else, and the heap is at most 75 %
   * @example 60
   */
  readonly heapPercentage?: number;
  /**
   * Further options, appended to `JAVA_TOOL_OPTIONS`. Options that set the heap's size are refused. A space stands between
   * quotes, of either kind, which the JVM leaves out; nothing escapes a quote.
   * @default none
   * @example ["-XX:+UseG1GC", "-Dapp.title='My Shop'"]
   */
  readonly options?: readonly string[];
  /**
   * Whether an OutOfMemoryError writes a heap dump to the bounded volume at `/dumps`. Refused where there is cardholder data,
   * which a dump would write to the node's disk (PCI DSS 3.5).
   * @default true; false with `cardholderData`
   */
  readonly heapDump?: boolean;
}

/**
 * A further metric on which the autoscaler acts beside CPU, from the custom or the external metrics API.
 * @example
 * { type: "Pods", name: "http_server_requests_active", averageValue: "40" }
 */
export interface AutoscalingMetric {
  /** `Pods`: averaged over the replicas (custom metrics API). `External`: from outside the cluster, per replica. */
  readonly type: "Pods" | "External";
  /**
   * The metric's name in that API.
   * @example "http_server_requests_active"
   */
  readonly name: string;
  /**
   * The value per replica that the autoscaler aims at, as a Kubernetes quantity: `"100"`, `"500m"`.
   * @example "40"
   */
  readonly averageValue: string;
}

/** How many replicas run, and when. Becomes an `autoscaling/v2` HorizontalPodAutoscaler. */
export interface Autoscaling {
  /**
   * Fewest replicas, at least 1.
   * @default 2, or maxReplicas where that is less
   * @example 3
   */
  readonly minReplicas?: number;
  /**
   * Most replicas, at most 200. May equal `minReplicas`.
   * @default 4, or minReplicas where that is more
   * @example 8
   */
  readonly maxReplicas?: number;
  /**
   * Target CPU utilization of the service's container, in percent of its request, 10 to 200.
   * @default 75
   * @example 60
   */
  readonly averageUtilization?: number;
  /**
   * Further metrics; the one that asks for the most replicas wins. Memory is not offered: a JVM's heap never scales down.
   * @default none
   */
  readonly metrics?: readonly AutoscalingMetric[];
}

/**
 * A time, as text: whole hours, minutes and seconds, in this order.
 * @example "90s"
 * @example "1h30m"
 */
export type Duration =
  `${number}${"s" | "m" | "h" | `h${number}${"m" | "s"}` | `m${number}s` | `h${number}m${number}s`}`;

/** A share in percent, as text with a point: `"99.9%"`. */
export type Percentage = `${number}%`;

/**
 * What callers may rely on, over any 30 days. What is left to fail is the error budget: an alert goes to the owner when it
 * burns too fast, and not for a single failure.
 * @example
 * { availability: "99.9%", latency: { threshold: "500ms", ratio: "99%" } }
 */
export interface Objectives {
  /**
   * Share of requests that end without a server's error (5xx), from `"50%"` to `"99.999%"`.
   * @default none: an alert when more than 5 % fail
   * @example "99.9%"
   */
  readonly availability?: Percentage;
  /**
   * Share of requests that are answered within a time.
   * @default none
   * @example { threshold: "500ms", ratio: "99%" }
   */
  readonly latency?: LatencyObjective;
}

/** The share of requests that are answered within a time. */
export interface LatencyObjective {
  /**
   * The time, from `"1ms"` to `"60s"`.
   * @example "500ms"
   */
  readonly threshold: `${number}ms` | `${number}s`;
  /**
   * The share, from `"50%"` to `"99.999%"`.
   * @example "99%"
   */
  readonly ratio: Percentage;
}

/**
 * Where callers from outside the cluster reach the service. Only the `http` port is ever exposed.
 * @example
 * { host: "api", path: "/declarations" }
 */
export interface Exposure {
  /**
   * The first labels of the host; the site adds its domain: `"api"` becomes `api.<domain>`.
   * @example "api"
   */
  readonly host: string;
  /**
   * Path prefix, starting with `/`.
   * @default "/"
   * @example "/declarations"
   */
  readonly path?: string;
  /**
   * Which of the site's domains: the citizens' (`public`) or that of the administration's own network (`internal`).
   * @default "public"
   */
  readonly domain?: "public" | "internal";
  /**
   * Why callers from outside reach it, for the auditor; at least 10 characters. Required with `cardholderData`.
   * @default none
   * @example "Citizens enter their card in this service's own payment page"
   */
  readonly justification?: string;
}

/** A backing service that is used across the boundary around cardholder data, and why it may be. */
export interface JustifiedBackingService {
  /**
   * The backing service's name in the sites' data.
   * @example "mail-relay"
   */
  readonly name: string;
  /**
   * Why its use must cross the boundary, for the auditor; at least 10 characters.
   * @example "Sends the receipt, no card data"
   */
  readonly justification: string;
}

/**
 * A backing service that is used. One that is on the other side of the boundary around cardholder data needs a
 * {@link JustifiedBackingService}: a site says with `cardholderData` on which side it is.
 */
export type UsedBackingService = string | JustifiedBackingService;

/** A call to another microservice that crosses the boundary around cardholder data and says why it may. */
export interface JustifiedCall {
  /**
   * The service that is called.
   * @example taxpayerRegistry
   */
  readonly service: Microservice;
  /**
   * Why the call must cross the boundary, for the auditor; at least 10 characters.
   * @example "Orders the receipt; sends amount and authorisation code, no card data"
   */
  readonly justification: string;
}

/** A microservice that is called. A call across the boundary around cardholder data needs a {@link JustifiedCall}. */
export type Call = Microservice | JustifiedCall;

/**
 * A value that the kubelet reads from the pod itself, by the downward API.
 * @example
 * { fieldPath: "status.podIP" }
 */
export interface PodField {
  /**
   * A field that the downward API knows, such as `metadata.name` or `status.podIP`.
   * @example "status.podIP"
   */
  readonly fieldPath: string;
}

/**
 * A taint of nodes on which the pods may run all the same. Names are those of a Kubernetes `Toleration`.
 * @example
 * { key: "dedicated", value: "java", effect: "NoSchedule" }
 */
export interface Toleration {
  /**
   * The taint's key. One without a key would tolerate every taint, and is refused.
   * @example "dedicated"
   */
  readonly key: string;
  /**
   * `Equal`: the taint's value must be `value`. `Exists`: any value.
   * @default "Equal"
   */
  readonly operator?: "Equal" | "Exists";
  /**
   * The taint's value.
   * @default ""
   * @example "java"
   */
  readonly value?: string;
  /**
   * The taint's effect.
   * @default every effect
   */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /**
   * Seconds for which a pod stays on a node that gets the taint; only with `NoExecute`.
   * @default for good
   * @example 300
   */
  readonly tolerationSeconds?: number;
}

/**
 * An amount of the container's own resources, which the kubelet fills in.
 * @example
 * { resource: "limits.memory", divisor: "1Mi" }
 */
export interface ResourceField {
  /** The amount. A limit that is not stated is the node's whole amount. */
  readonly resource: `${"requests" | "limits"}.${"cpu" | "memory" | "ephemeral-storage"}`;
  /**
   * The unit in which it is counted, rounded up: of CPU `1` or `1m`, of the others one of `1`, `1k`, `1M`, `1Ki`, `1Mi`, ...
   * @default "1": whole cores, or bytes
   */
  readonly divisor?: `1${"" | "m" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei"}`;
}

/** A further writable directory of the pod. */
export interface EmptyDir {
  /**
   * What it may hold.
   * @example "16Mi"
   */
  readonly sizeLimit: ByteQuantity;
  /** `Memory`: in the node's memory and never on its disk. What it holds counts for the memory limit, and the heap leaves it room. */
  readonly medium: "Memory";
}

/**
 * A directory whose files outlast every pod, and the service itself: a PersistentVolumeClaim.
 * @example
 * { size: "20Gi" }
 */
export interface VolumeClaim {
  /**
   * What it holds. Later it may grow, where its storage class allows that, and never shrink.
   * @example "20Gi"
   */
  readonly size: ByteQuantity;
  /**
   * Name of the StorageClass that provides it, which the clusters of all sites must have. Later it may not change.
   * @default that of the site's data; where there is none, the default class of the cluster, if it has one
   * @example "cephfs"
   */
  readonly storageClass?: string;
  /**
   * Who may mount it, later never changed. `ReadWriteOnce`: one node. `ReadWriteOncePod`: one pod. With either the service runs
   * as one replica, and a rollout ends the old one before the new one starts. `ReadWriteMany`: every replica, wherever it runs,
   * which needs a file system of the network, such as NFS or CephFS.
   * @default "ReadWriteOnce"
   */
  readonly accessMode?: "ReadWriteOnce" | "ReadWriteMany" | "ReadWriteOncePod";
}

/**
 * What is at a path of the pod: one key of a Kubernetes Secret that exists in the service's namespace, as a file, or all of
 * its keys, as a directory with a file for each. Refused where there is cardholder data.
 * @example
 * { secretName: "signer-keys", key: "keystore.p12" }
 */
export interface SecretFile {
  /**
   * The Secret's name, at most 56 characters.
   * @example "signer-keys"
   */
  readonly secretName: string;
  /**
   * The key in the Secret that the file holds.
   * @default all keys: the path is a directory, and hides what the image has there
   * @example "keystore.p12"
   */
  readonly key?: string;
}

/**
 * A container that runs to its end before the container of each replica starts; what must run once is a {@link Migration}. It has the
 * service's writable directories and configuration files, and is as locked down. To wait for something else needs none: the
 * start-up probe waits.
 * @example
 * { image: "tools/flyway", release: "10.4.1@sha256:0f1e...", args: ["migrate"], secrets: ["FLYWAY_PASSWORD"] }
 */
export interface InitContainer {
  /**
   * Repository of its image in the site's registry.
   * @default the service's own image, in the site's release
   * @example "tools/flyway"
   */
  readonly image?: string;
  /**
   * `tag@sha256:digest` of that image, the same in every site. Required with `image`, and only with it.
   * @default none
   * @example "10.4.1@sha256:824d12c7b241571b88b8ad32c57ee3de2d1aafd70a39b1b6659f3ff083dc0be8"
   */
  readonly release?: string;
  /**
   * Replaces the image's entry point.
   * @default the image's
   * @example ["/opt/migrate.sh"]
   */
  readonly command?: readonly string[];
  /**
   * Arguments of the entry point.
   * @default the image's
   * @example ["migrate"]
   */
  readonly args?: readonly string[];
  /**
   * Its environment variables. Those of the service are not among them.
   * @default none
   * @example { FLYWAY_USER: "declarations" }
   */
  readonly env?: Readonly<Record<string, string | PodField | ResourceField>>;
  /**
   * Keys of the service's `secrets` that it gets as variables of the same names, too.
   * @default none
   * @example ["DB_PASSWORD"]
   */
  readonly secrets?: readonly string[];
  /**
   * What it requests; its memory is its limit too.
   * @default cpu "100m", memory "128Mi"
   */
  readonly resources?: {
    /**
     * CPU that is requested.
     * @default "100m"
     * @example "500m"
     */
    readonly cpu?: CpuQuantity;
    /**
     * Memory that is requested, and its limit.
     * @default "128Mi"
     * @example "512Mi"
     */
    readonly memory?: ByteQuantity;
  };
  /**
   * Seconds that it takes at worst, 1 to 3600. The rollout waits so much longer.
   * @default 60
   * @example 300
   */
  readonly seconds?: number;
}

/** A service's own acceptance tests, which the gate of a deployment runs. */
export interface Verification {
  /**
   * Repository of the image with the tests, in the site's registry.
   * @default the service's own image, in the site's release
   * @example "tests/receipts"
   */
  readonly image?: string;
  /**
   * `tag@sha256:digest` of that image, the same in every site. Required with `image`, and only with it.
   * @default none
   * @example "1.7.0@sha256:824d12c7b241571b88b8ad32c57ee3de2d1aafd70a39b1b6659f3ff083dc0be8"
   */
  readonly release?: string;
  /**
   * The program and its arguments, in place of the image's entry point. No shell reads them. Exit code 0 is success. It finds the
   * service at the URL in `BASE_URL`, and may write to `/tmp`.
   * @example ["java", "-jar", "/tests.jar"]
   */
  readonly command: readonly string[];
  /**
   * How long the tests may take at worst, from `"10s"` to `"6h"`. What is not done by then is ended, and counts as failed.
   * @default "10m"
   * @example "30m"
   */
  readonly timeout?: Duration;
}

/**
 * A change of the service's databases, by a tool such as Liquibase or Flyway: a Job that runs to its end before the rollout, once a
 * release. It has the service's configuration files, variables and secrets, and is as locked down; of the network it has its
 * databases alone. Where it fails, the old release goes on as it is.
 * @example
 * { command: ["java", "-jar", "/app.jar", "--migrate"], phase: "expand" }
 */
export interface Migration {
  /**
   * Repository of its image in the site's registry.
   * @default the service's own image, in the site's release
   * @example "tools/liquibase"
   */
  readonly image?: string;
  /**
   * `tag@sha256:digest` of that image, the same in every site. Required with `image`, and only with it.
   * @default none
   * @example "4.33.0@sha256:824d12c7b241571b88b8ad32c57ee3de2d1aafd70a39b1b6659f3ff083dc0be8"
   */
  readonly release?: string;
  /**
   * The program and its arguments, in place of the image's entry point. No shell reads them. It must end by itself: exit code 0
   * is success, also where there is nothing left to do.
   * @example ["liquibase", "update"]
   */
  readonly command: readonly string[];
  /**
   * Whether the release before this one still works with the new schema, since both run side by side: for minutes in a site,
   * for days between the sites. `expand`: it does; new tables, new columns that may be empty. `contract`: it does not; something
   * that it used goes. That is deployed only once every site has verified the release that no longer uses it.
   */
  readonly phase: "expand" | "contract";
  /**
   * What a change of phase `contract` waits for; required there, and only there.
   * @default none
   */
  readonly contract?: {
    /**
     * The first release of this service that no longer needs what goes, as a site's file writes it.
     * @example "2.3.0@sha256:824d12c7b241571b88b8ad32c57ee3de2d1aafd70a39b1b6659f3ff083dc0be8"
     */
    readonly after: string;
  };
  /**
   * Which of the service's `backingServices` it changes; the network is open to no other.
   * @default the one that the service uses; required where it uses several
   * @example ["receipts-archive"]
   */
  readonly databases?: readonly string[];
  /**
   * How long it may take at worst, from `"10s"` to `"6h"`. What is not done by then is ended, and counts as failed.
   * @default "10m"
   * @example "30m"
   */
  readonly timeout?: Duration;
  /**
   * What it requests; its memory is its limit too.
   * @default those of one replica of the service
   */
  readonly resources?: {
    /**
     * CPU that is requested.
     * @default that of one replica
     * @example "500m"
     */
    readonly cpu?: CpuQuantity;
    /**
     * Memory that is requested, and its limit.
     * @default the limit of one replica
     * @example "512Mi"
     */
    readonly memory?: ByteQuantity;
  };
}

/** The rolling update. No replica is taken away before its successor is ready. */
export interface Rollout {
  /**
   * Replicas above the wanted number during a rollout, as a percentage or a count.
   * @default "25%"
   * @example 1
   */
  readonly maxSurge?: `${number}%` | number;
  /**
   * Seconds for which a new replica must stay ready before it counts.
   * @default 10
   * @example 20
   */
  readonly minReadySeconds?: number;
}

/** How a replica stops without dropping requests. */
export interface Shutdown {
  /**
   * Seconds before SIGTERM, during which the pod's address is withdrawn from load balancing everywhere; at most 300.
   * @default 10
   * @example 15
   */
  readonly preStopSeconds?: number;
  /**
   * Seconds that the application may take to finish its requests after SIGTERM; at most 3600.
   * @default 30
   * @example 60
   */
  readonly gracefulSeconds?: number;
}

/** The reason for which a service deviates from a secure default. */
export interface SecurityException {
  /**
   * Why, for the auditor; at least 10 characters. Shown in the report of `render`.
   * @example "The PDF renderer unpacks its fonts beside its own jar"
   */
  readonly reason: string;
}

/**
 * Deviations from secure defaults, each with its reason. The first two stay inside Pod Security `restricted`; `runAsRoot`
 * lowers the whole namespace to `baseline`.
 * @example
 * { writableRootFilesystem: { reason: "The PDF renderer unpacks its fonts beside its own jar" } }
 */
export interface SecurityExceptions {
  /**
   * The container's file system is writable, for images that write outside `/tmp`.
   * @default none
   */
  readonly writableRootFilesystem?: SecurityException;
  /**
   * The token of the service's account is mounted, for a service that calls the Kubernetes API.
   * @default none
   */
  readonly serviceAccountToken?: SecurityException;
  /**
   * The container runs as user 0, for images that cannot run otherwise.
   * @default none
   */
  readonly runAsRoot?: SecurityException;
  /**
   * A service with cardholder data answers its callers by plain HTTP; it states `tls: false` too.
   * @default none
   */
  readonly withoutTls?: SecurityException;
}

/**
 * The user and the groups as which the container runs. An image whose user is a name needs `runAsUser`: only a number shows
 * the kubelet that it is not root.
 */
export interface SecurityContext {
  /**
   * User ID, above 0.
   * @default the image's
   * @example 1000
   */
  readonly runAsUser?: number;
  /**
   * Group ID, above 0.
   * @default the same number as the user's, or 10001 where the image says which user it is: never group 0
   * @example 1000
   */
  readonly runAsGroup?: number;
  /**
   * ID of the group that owns the pod's volumes, above 0.
   * @default none; with `volumes` the container's group, so that the service can write there
   * @example 2000
   */
  readonly fsGroup?: number;
}

/**
 * Escape hatch: modify any generated object. One typed function an object kind; each is called once with the whole generated
 * manifest and returns the whole manifest to register. The namespace's quota, Pulumi's timeout and the table of `render` are
 * derived from what it returns, so that an added sidecar counts. What the generated object keeps closed stays so: a transform
 * that lifts a protection, such as an open network rule or an image without digest, states its reason beside it.
 *
 * @example
 * {
 *   deployment: (manifest) => {
 *     const pod = manifest.spec?.template.spec;
 *     if (pod !== undefined) pod.dnsConfig = { options: [{ name: "ndots", value: "1" }] };
 *     return manifest;
 *   },
 *   service: {
 *     transform: (manifest) => ({ ...manifest, spec: { ...manifest.spec, type: "NodePort" } }),
 *     securityExceptions: { serviceType: { reason: "The mainframe reaches the nodes alone, until its network is renewed" } },
 *   },
 * }
 */
export interface Transforms {
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly serviceAccount?: StatedTransform<ServiceAccountManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly configMap?: StatedTransform<ConfigMapManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly deployment?: StatedTransform<DeploymentManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly service?: StatedTransform<ServiceManifest>;
  /**
   * Applied to the Job of `migration`.
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly job?: StatedTransform<JobManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly horizontalPodAutoscaler?: StatedTransform<HorizontalPodAutoscalerManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly podDisruptionBudget?: StatedTransform<PodDisruptionBudgetManifest>;
  /**
   * Applied to each claim of `volumes`.
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly persistentVolumeClaim?: StatedTransform<PersistentVolumeClaimManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly networkPolicy?: StatedTransform<NetworkPolicyManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly ingress?: StatedTransform<IngressManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly httpRoute?: StatedTransform<HttpRouteManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly backendTlsPolicy?: StatedTransform<BackendTlsPolicyManifest>;
  /**
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly secretStore?: StatedTransform<SecretStoreManifest>;
  /**
   * Applied to each ExternalSecret: the one of the stored values, and one for each issued key.
   * @default none
   * @example (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, "tax.example/unit": "collection" } } })
   */
  readonly externalSecret?: StatedTransform<ExternalSecretManifest>;
}

/**
 * One Java microservice, as its developers describe it. The same description makes the same objects in every site; nothing
 * in it may name a site. Everything but the first five fields has a safe default.
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
  /**
   * Name of the service, of its Kubernetes objects and of its folder: a DNS label of at most 40 characters.
   * @example "receipts"
   */
  readonly name: string;
  /**
   * The business domain, which is the Kubernetes namespace: services of one domain share it.
   * @example "declarations"
   */
  readonly namespace: string;
  /**
   * What the service is for, in one line.
   * @example "Issues, signs and archives receipts as PDF"
   */
  readonly description: string;
  /**
   * Whom to ask: a team's mail address or chat channel.
   * @example "team-receipts@tax.example"
   */
  readonly owner: string;
  /** CPU and memory of one replica. */
  readonly resources: Resources;
  /**
   * Repository of the image in the site's registry. Its tag and digest are the site's release.
   * @default the service's name
   * @example "payments/card-payments"
   */
  readonly image?: string;
  /**
   * Whether it stores, processes or transmits cardholder data (PCI DSS). Such services share no namespace with others.
   * @default false
   */
  readonly cardholderData?: boolean;
  /**
   * Whether its `http` port speaks TLS: callers get an `https` URL, the certificate comes from the site's authority in Vault,
   * and the entrance verifies it. The management port stays plain HTTP where it is a port of its own. On the `grpc` port the
   * service must speak TLS by its own settings, with the same certificate.
   * @default false; true with `cardholderData`, unless it listens on no port
   */
  readonly tls?: boolean;
  /**
   * Which pods yield when a node is full: `citizen-facing` preempts `standard`, which preempts `batch`.
   * @default "standard"
   */
  readonly priority?: "citizen-facing" | "standard" | "batch";
  /**
   * Replaces the image's entry point.
   * @default the image's
   * @example ["java", "-jar", "/app.jar"]
   */
  readonly command?: readonly string[];
  /**
   * Arguments of the entry point.
   * @default the image's
   * @example ["--spring.profiles.active=production"]
   */
  readonly args?: readonly string[];
  /**
   * Port numbers inside the pod; the same number for http and management makes one port. `grpc` is a further port for callers,
   * who find it in `<SERVICE>_GRPC_TARGET`. `"none"` is for a service that only consumes messages: it gets no Service, nobody
   * may call or expose it, and its probes, if any, are of the kind `exec`.
   * @default http 7137, management 17137, no grpc
   */
  readonly ports?:
    | {
        /**
         * Port for callers.
         * @default 7137
         * @example 8080
         */
        readonly http?: number;
        /**
         * Port for probes and metrics. The same number as `http` makes one port.
         * @default 17137
         * @example 8081
         */
        readonly management?: number;
        /**
         * A further port for callers, by gRPC.
         * @default none
         * @example 9090
         */
        readonly grpc?: number;
      }
    | "none";
  /**
   * Sizing of the JVM.
   * @default derived from `resources`
   */
  readonly jvm?: Jvm;
  /**
   * Seconds that a start takes at worst, on a cold and busy node; at most 3600.
   * @default 150
   * @example 240
   */
  readonly startupSeconds?: number;
  /**
   * Start-up, readiness and liveness probes.
   * @default Spring Boot Actuator's health groups, see {@link Probes}
   * @example { readiness: { httpGet: { path: "/health/readiness", port: "http" } } }
   */
  readonly probes?: Probes;
  /**
   * Replicas and the autoscaler.
   * @default 2 to 4 replicas at 75 % CPU; 1 replica with a volume that only one node can mount
   */
  readonly autoscaling?: Autoscaling;
  /**
   * Scales to zero in every site; Service and configuration stay.
   * @default false
   */
  readonly paused?: boolean;
  /**
   * Exposure to callers outside the cluster.
   * @default none
   */
  readonly exposure?: Exposure;
  /**
   * The services that it calls, as references; a function, so that two services may call each other. Each becomes a variable
   * with its URL, such as `TAXPAYER_REGISTRY_URL`, and opens the network on both ends. One with a gRPC port becomes
   * `TAXPAYER_REGISTRY_GRPC_TARGET` too: `<service>.<namespace>.svc.<domain>:<port>`.
   * @default none
   * @example () => [taxpayerRegistry]
   */
  readonly calls?: () => readonly Call[];
  /**
   * Names of the site's backing services that it uses: databases, caches, gateways, in the cluster or not. Each becomes
   * two variables, such as `RECEIPTS_ARCHIVE_HOST` and `RECEIPTS_ARCHIVE_PORT`, and opens the network to its addresses.
   * @default none
   * @example ["receipts-archive", { name: "mail-relay", justification: "Sends the receipt, no card data" }]
   */
  readonly backingServices?: readonly UsedBackingService[];
  /**
   * Further environment variables. Secrets are refused here: see `secrets`.
   * @default none
   * @example { POD_NAME: { fieldPath: "metadata.name" }, MEMORY: { resource: "limits.memory", divisor: "1Mi" } }
   */
  readonly env?: Readonly<Record<string, string | PodField | ResourceField>>;
  /**
   * The secrets that it needs, by the name of the variable or property that it reads, see `components/secrets.ts`. A pod
   * does not start without one of them.
   * @default none
   * @example { DB_PASSWORD: generated(), GATEWAY_API_KEY: supplied({ description: "From the acquirer's portal" }) }
   */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /**
   * How secrets in Vault reach the pod. `cardholderData` demands `files`.
   * @default "env"; "files" with `cardholderData`
   */
  readonly secretDelivery?: SecretDelivery;
  /**
   * Files with the keys of Kubernetes Secrets that exist already, such as a key store: path -> Secret. They are read-only, and
   * a pod does not start without them.
   * @default none
   * @example { "/etc/keys/keystore.p12": { secretName: "signer-keys", key: "keystore.p12" } }
   */
  readonly secretFiles?: Readonly<Record<string, SecretFile>>;
  /**
   * Where Prometheus scrapes each pod; `"none"` for a service without metrics. `port` is the number of a port that a Java agent
   * opens beside the service's own, such as that of the JMX exporter; it speaks plain HTTP.
   * @default { path: "/actuator/prometheus" } on the management port; "none" with `ports: "none"`
   * @example { path: "/metrics", port: 9404 }
   */
  readonly metrics?:
    | {
        /**
         * The path that is scraped.
         * @example "/metrics"
         */
        readonly path: string;
        /**
         * Number of the port that a Java agent opens.
         * @default the management port
         * @example 9404
         */
        readonly port?: number;
      }
    | "none";
  /**
   * What callers may rely on; alerts to the owner follow. Measured by the metrics of Spring's HTTP requests.
   * @default none
   * @example { availability: "99.9%", latency: { threshold: "500ms", ratio: "99%" } }
   */
  readonly objectives?: Objectives;
  /**
   * Size of the pod's volume at `/tmp`.
   * @default "64Mi"
   * @example "2Gi"
   */
  readonly temporaryStorage?: ByteQuantity;
  /**
   * Further writable directories: path -> size. Each is empty at every start of a pod; a pod that fills one is evicted.
   * @default none: only /tmp and /dumps are writable
   * @example { "/var/cache/app": "256Mi", "/run/keys": { sizeLimit: "16Mi", medium: "Memory" } }
   */
  readonly emptyDirs?: Readonly<Record<string, ByteQuantity | EmptyDir>>;
  /**
   * Containers that run to their end before the service's container starts, one after the other in this order: name ->
   * container.
   * @default none
   * @example { migrate: { args: ["--spring.profiles.active=migrate"], seconds: 300 } }
   */
  readonly initContainers?: Readonly<Record<string, InitContainer>>;
  /**
   * How its databases are changed before the rollout of a release. A paused service's wait.
   * @default none
   * @example { command: ["java", "-jar", "/app.jar", "--migrate"], phase: "expand" }
   */
  readonly migration?: Migration;
  /**
   * The service's own acceptance tests. The gate of a deployment runs them in the cluster, against the site's entrance, once the
   * release is rolled out; one that fails stops the deployment. Needs `exposure`.
   * @default none
   * @example { image: "tests/receipts", release: "1.7.0@sha256:824d12c7b241571b88b8ad32c57ee3de2d1aafd70a39b1b6659f3ff083dc0be8", command: ["java", "-jar", "/tests.jar"] }
   */
  readonly verification?: Verification;
  /**
   * Directories whose files must last: path -> claim. Nothing in the program ever deletes one, and a paused service keeps it.
   * One that only one node can mount makes the service run as one replica.
   * @default none
   * @example { "/data": { size: "20Gi" } }
   */
  readonly volumes?: Readonly<Record<string, VolumeClaim>>;
  /**
   * Further labels of the pods, which tools of the cluster read. What selects the pods, and whatever else follows from other
   * fields, is refused.
   * @default none
   * @example { "billing.tax.example/unit": "collection" }
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * Further annotations of the pods, which tools of the cluster read. Whatever follows from other fields, and secrets, are
   * refused.
   * @default none
   * @example { "linkerd.io/inject": "enabled" }
   */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /**
   * Labels that a node must carry for the pods to run on it. Nodes of every site must carry them: a pod that finds none waits.
   * @default any node
   * @example { "tax.example/disk": "ssd" }
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Taints of nodes on which the pods may run all the same.
   * @default none
   */
  readonly tolerations?: readonly Toleration[];
  /**
   * How replicas spread over nodes. `prefer`: evenly where possible. `require`: a pod waits rather than make the numbers of
   * replicas on two nodes differ by more than one; on two hosts, where the site has nodes that are VMs. Zones are always
   * preferred only.
   * @default "prefer"
   */
  readonly spread?: "prefer" | "require";
  /**
   * The rolling update.
   * @default a surge of 25 %, 10 seconds ready
   */
  readonly rollout?: Rollout;
  /**
   * The graceful stop.
   * @default 10 seconds before SIGTERM, 30 seconds after it
   */
  readonly shutdown?: Shutdown;
  /**
   * The user and the groups as which the container runs.
   * @default the image's
   */
  readonly securityContext?: SecurityContext;
  /**
   * Deviations from secure defaults.
   * @default none
   */
  readonly securityExceptions?: SecurityExceptions;
  /**
   * What looks like a secret and is none: the place, as the error names it -> why it is none, at least 10 characters. A place
   * where nothing looks like a secret is an error.
   * @default none
   * @example { "env.TOKEN_KIND": "Says which kind of token the gateway wants" }
   */
  readonly notSecret?: Readonly<Record<string, string>>;
  /**
   * Names in `${...}` of its configuration files that the image sets itself: variables of its Dockerfile, and properties of its
   * jar or its code. Any other name in the form of a variable must be set by this description, or have a default.
   * @default none
   * @example ["APP_VERSION"]
   */
  readonly setByImage?: readonly string[];
  /**
   * Escape hatch: modify any generated object.
   * @default none
   */
  readonly transforms?: Transforms;
}
