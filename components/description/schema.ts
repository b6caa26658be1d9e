import { z } from "zod";
import {
  byteQuantity,
  cpuQuantity,
  dnsLabel,
  type ExplainedTransform,
  type Fields,
  line,
  port,
  reason,
} from "../kubernetes/index.ts";
import type {
  Autoscaling,
  AutoscalingMetric,
  Exposure,
  JustifiedBackingService,
  Jvm,
  Microservice,
  Probe,
  Probes,
  Resources,
  Rollout,
  SecurityContext,
  SecurityException,
  SecurityExceptions,
  Shutdown,
  Transforms,
} from "../microservice.ts";
import type { ExistingSecret, GeneratedSecret, IssuedSecret, SuppliedSecret } from "../secrets.ts";
import { initContainersSchema } from "./initContainers.ts";
import { isOneJvmOption, readJvmOption } from "./jvmOptions.ts";
import { migrationSchema } from "./migration.ts";
import { objectivesSchema } from "./objectives.ts";
import {
  emptyDir,
  nodeSelector,
  podAnnotations,
  podLabels,
  tolerations,
  variableValue,
  volumeClaim,
} from "./podSchema.ts";
import { ownerOfName } from "./reservedNames.ts";
import { ownerOfNamespace } from "./reservedNamespaces.ts";
import { secretFile, secretKey, secretName, secretPath } from "./secretFileSchema.ts";
import { longestValidityDays } from "./secretSources.ts";
import { verificationSchema } from "./verification.ts";

const positive = z.int("must be a whole number above zero").min(1, "must be a whole number above zero");
const seconds = z
  .int("must be a whole number of seconds, zero or more")
  .min(0, "must be a whole number of seconds, zero or more");
/** Nobody waits longer for a pod than for the slowest start (`startupSeconds`): a larger number is a unit mistaken. */
const anHour = "must be at most 3600 seconds, an hour";
/** A check that takes longer tells nothing any more, and holds one of the kubelet's probes all the while. */
const fiveMinutes = "must be at most 300 seconds, five minutes";
/** A start of an hour, checked each second: no patience needs more. */
const mostChecks = "must be at most 3600 checks";
const absolutePathRule = "must be a path that starts with / and has no space, ? or #";
const absolutePath = z.string(absolutePathRule).regex(/^\/[^\s?#]*$/, absolutePathRule);
const exposedPathRule =
  "must be a path of segments, such as /declarations or /api/v1: letters, digits and - . _ ~ between single slashes, no . or .. alone, no %, *, quote or space";
/** What the API server and every controller understand as the same prefix, so that no spelling leads past it. */
const exposedPath = z
  .string(exposedPathRule)
  .regex(/^\/$|^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+\/?$/, exposedPathRule)
  .max(1024, "must be at most 1024 characters, which is what a Gateway takes");
const maxSurgeRule =
  'must be a percentage from "1%" to "100%" or a count above zero: with no replica taken away, a rollout needs one more';
const portName = z.enum(["http", "management", "grpc"]);
const words = z.array(z.string());

/** Kubernetes accepts more characters in a variable's name; these work in shells and in Spring too. */
const environmentVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be letters, digits and _, and start with no digit");

/** A repository in the site's registry. */
const repository = z
  .string()
  .regex(
    /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    "must be a repository without registry, tag or digest, such as payments/card-payments: the site says which registry and which release",
  );

const probe = z
  .strictObject({
    httpGet: z.strictObject({ path: absolutePath, port: z.enum(["http", "management"]).optional() }).optional(),
    tcpSocket: z.strictObject({ port: portName }).optional(),
    grpc: z.strictObject({ port: portName, service: z.string().optional() }).optional(),
    exec: z.strictObject({ command: words.min(1, "must name a command") }).optional(),
    initialDelaySeconds: seconds.max(3600, anHour).optional(),
    periodSeconds: positive.max(3600, anHour).optional(),
    timeoutSeconds: positive.max(300, fiveMinutes).optional(),
    failureThreshold: positive.max(3600, mostChecks).optional(),
    successThreshold: positive.max(3600, mostChecks).optional(),
  } satisfies Fields<Probe>)
  .refine(
    ({ httpGet, tcpSocket, grpc, exec }) =>
      [httpGet, tcpSocket, grpc, exec].filter((way) => way !== undefined).length === 1,
    "must say exactly one of httpGet, tcpSocket, grpc and exec",
  );

const singleSuccess = probe.refine(
  ({ successThreshold = 1 }) => successThreshold === 1,
  "must have successThreshold 1 or none: Kubernetes allows more only for readiness",
);

const idRule = "must be a whole number from 1 to 2147483647; root needs securityExceptions.runAsRoot";
const id = z.int(idRule).min(1, idRule).max(2_147_483_647, idRule);

/** A directory that no other volume of the pod provides. */
const directory = z
  .string()
  .regex(
    /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
    "must be an absolute path of letters, digits, - _ and ., without a slash at its end, such as /var/cache/app",
  )
  .max(58, "must be at most 58 characters: a volume is named after it")
  .refine(
    (path) => !/^\/(tmp|dumps|config|proc|sys|dev)$|^\/(config|proc|sys|dev)\//.test(path),
    "must be another directory: /tmp and /dumps are writable already, /config is the configuration's, /proc, /sys and /dev are the kernel's",
  );

/** A directory for files that last, which is no place of Secrets either. */
const volumeDirectory = directory.refine(
  (path) => !/^\/(certificates|vault)(\/|$)/.test(path),
  "must be another directory: keys and secrets are in /certificates and /vault, read-only",
);

const exception = z.strictObject({
  reason,
} satisfies Fields<SecurityException>);
const transformRule = "must be a function from manifest to manifest, or { transform, securityExceptions }";
const transformFunction = z.custom<(manifest: never) => never>((value) => typeof value === "function", transformRule);
const transform = z
  .union(
    [
      transformFunction,
      // Which protections there are is known of the object that the transform is given.
      z.strictObject({
        transform: transformFunction,
        securityExceptions: z.record(z.string(), exception),
      } satisfies Fields<ExplainedTransform<never>>),
    ],
    transformRule,
  )
  .optional();

const lengthRule = "must be a whole number of characters from 16 to 512";
const validityRule = `must be a whole number of days from 1 to ${longestValidityDays}`;
const issued = {
  validityDays: z.int(validityRule).min(1, validityRule).max(longestValidityDays, validityRule),
  keyStorePassword: environmentVariable.optional(),
};
const secretRule =
  "must be generated(), supplied({ description }), certificate(), privateKey() or an existing { secretName }, with options in a map, as in generated({ length: 48 }): a secret's value never stands here";

const secret = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("generated"),
      length: z.int(lengthRule).min(16, lengthRule).max(512, lengthRule),
      alphabet: z.enum(["alphanumeric", "hexadecimal", "symbols"]),
    } satisfies Fields<GeneratedSecret>),
    z.strictObject({ kind: z.literal("supplied"), description: line } satisfies Fields<SuppliedSecret>),
    z.strictObject({ kind: z.literal("certificate"), ...issued } satisfies Fields<IssuedSecret>),
    z.strictObject({ kind: z.literal("privateKey"), ...issued } satisfies Fields<IssuedSecret>),
    z.strictObject({ kind: z.undefined().optional(), secretName, key: secretKey.optional() } satisfies Fields<
      ExistingSecret & { readonly kind?: undefined }
    >),
  ],
  secretRule,
);

/**
 * Shape and ranges of one description. Rules across fields are in `catalogue/serviceRules.ts`, rules across services in
 * `catalogue/catalogueRules.ts`.
 */
export const microserviceSchema = z.strictObject({
  name: dnsLabel
    .max(40, "must be at most 40 characters, so that the names made from it stay within Kubernetes' 63")
    .regex(/^\D/, "must start with a letter: it becomes a Service's name")
    .refine((name) => ownerOfName(name) === undefined, {
      error: ({ input }) =>
        `is the name of ${ownerOfName(String(input))}, which every namespace has already; choose another name`,
    }),
  namespace: dnsLabel.refine((name) => ownerOfNamespace(name) === undefined, {
    error: ({ input }) =>
      `is a namespace of the cluster's own parts (${ownerOfNamespace(String(input))}), which services would cut off; choose the name of a business domain`,
  }),
  description: line,
  owner: line,
  resources: z.strictObject({
    requests: z.strictObject({ cpu: cpuQuantity, memory: byteQuantity } satisfies Fields<Resources["requests"]>),
    limits: z
      .strictObject({ cpu: cpuQuantity.optional(), memory: byteQuantity.optional() } satisfies Fields<
        NonNullable<Resources["limits"]>
      >)
      .optional(),
  } satisfies Fields<Resources>),
  image: repository.optional(),
  cardholderData: z.boolean().optional(),
  tls: z.boolean().optional(),
  priority: z.enum(["citizen-facing", "standard", "batch"]).optional(),
  command: words.optional(),
  args: words.optional(),
  ports: z
    .union(
      [
        z.literal("none"),
        z.strictObject({ http: port.optional(), management: port.optional(), grpc: port.optional() } satisfies Fields<
          Exclude<Microservice["ports"], "none" | undefined>
        >),
      ],
      'must be "none" or the numbers: { http, management, grpc }',
    )
    .optional(),
  jvm: z
    .strictObject({
      heapPercentage: z
        .int("must be a whole number from 10 to 80")
        .min(10, "must be a whole number from 10 to 80")
        .max(80, "must be a whole number from 10 to 80")
        .optional(),
      options: z
        .array(
          z
            .string()
            .refine(
              (option) => option.startsWith("-") && isOneJvmOption(option),
              "must be one option that starts with -, with a space only between quotes: -Dapp.title='My Shop'",
            )
            .refine(
              (option) => !/^-(Xm[sx]|XX:(Initial|Max|Min)RAM|XX:(Initial|Max)HeapSize)/.test(readJvmOption(option)),
              "must not set the heap's size: it follows from resources.limits.memory and jvm.heapPercentage",
            ),
        )
        .optional(),
      heapDump: z.boolean().optional(),
    } satisfies Fields<Jvm>)
    .optional(),
  startupSeconds: positive.max(3600, "must be at most 3600 seconds").optional(),
  probes: z
    .strictObject({
      startup: z
        .union([z.literal("none"), singleSuccess], 'must be "none" or a probe: { httpGet: { path } }')
        .optional(),
      readiness: probe.optional(),
      liveness: singleSuccess.optional(),
    } satisfies Fields<Probes>)
    .optional(),
  autoscaling: z
    .strictObject({
      minReplicas: positive.max(200, "must be at most 200 replicas").optional(),
      maxReplicas: positive.max(200, "must be at most 200 replicas").optional(),
      averageUtilization: z
        .int("must be a whole percentage from 10 to 200")
        .min(10, "must be a whole percentage from 10 to 200")
        .max(200, "must be a whole percentage from 10 to 200")
        .optional(),
      metrics: z
        .array(
          z.strictObject({
            type: z.enum(["Pods", "External"]),
            name: line,
            averageValue: z
              .string()
              .regex(/^\d+(\.\d+)?(m|k|M|G|Ki|Mi|Gi)?$/, 'must be a quantity, such as "100" or "500m"'),
          } satisfies Fields<AutoscalingMetric>),
        )
        .optional(),
    } satisfies Fields<Autoscaling>)
    .optional(),
  paused: z.boolean().optional(),
  exposure: z
    .strictObject({
      host: z
        .string()
        .regex(
          /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/,
          "must be the first labels of a host in lower case, such as api: the site adds its domain",
        ),
      path: exposedPath.optional(),
      domain: z.enum(["public", "internal"]).optional(),
      justification: reason.optional(),
    } satisfies Fields<Exposure>)
    .optional(),
  calls: z
    .custom<NonNullable<Microservice["calls"]>>(
      (value) => typeof value === "function",
      "must be a function that returns the services it calls: () => [taxpayerRegistry]",
    )
    .optional(),
  backingServices: z
    .array(
      z.union(
        [dnsLabel, z.strictObject({ name: dnsLabel, justification: reason } satisfies Fields<JustifiedBackingService>)],
        'must be the name of a backing service or { name, justification: "..." } with a reason of at least 10 characters',
      ),
    )
    .optional(),
  env: z.record(environmentVariable, variableValue).optional(),
  secrets: z.record(environmentVariable, secret).optional(),
  secretDelivery: z.enum(["env", "files"]).optional(),
  secretFiles: z.record(secretPath, secretFile).optional(),
  metrics: z
    .union(
      [
        z.literal("none"),
        z.strictObject({ path: absolutePath, port: port.optional() } satisfies Fields<
          Exclude<Microservice["metrics"], "none" | undefined>
        >),
      ],
      'must be "none" or { path: "/...", port }',
    )
    .optional(),
  objectives: objectivesSchema.optional(),
  temporaryStorage: byteQuantity.optional(),
  emptyDirs: z.record(directory, emptyDir).optional(),
  initContainers: initContainersSchema({ environmentVariable, repository }).optional(),
  migration: migrationSchema(repository).optional(),
  verification: verificationSchema(repository).optional(),
  volumes: z.record(volumeDirectory, volumeClaim).optional(),
  podLabels: podLabels.optional(),
  podAnnotations: podAnnotations.optional(),
  nodeSelector: nodeSelector.optional(),
  tolerations: tolerations.optional(),
  spread: z.enum(["prefer", "require"]).optional(),
  rollout: z
    .strictObject({
      maxSurge: z
        .union(
          [
            z.string().regex(/^([1-9]\d?|100)%$/, maxSurgeRule),
            z.int(maxSurgeRule).min(1, maxSurgeRule).max(200, "must be at most 200 replicas"),
          ],
          maxSurgeRule,
        )
        .optional(),
      minReadySeconds: seconds.max(3600, anHour).optional(),
    } satisfies Fields<Rollout>)
    .optional(),
  shutdown: z
    .strictObject({
      preStopSeconds: seconds.max(300, "must be at most 300 seconds").optional(),
      gracefulSeconds: seconds.max(3600, "must be at most 3600 seconds").optional(),
    } satisfies Fields<Shutdown>)
    .optional(),
  securityContext: z
    .strictObject({
      runAsUser: id.optional(),
      runAsGroup: id.optional(),
      fsGroup: id.optional(),
    } satisfies Fields<SecurityContext>)
    .optional(),
  securityExceptions: z
    .strictObject({
      writableRootFilesystem: exception.optional(),
      serviceAccountToken: exception.optional(),
      runAsRoot: exception.optional(),
      withoutTls: exception.optional(),
    } satisfies Fields<SecurityExceptions>)
    .optional(),
  notSecret: z
    .record(z.string(), line.min(10, "must be a reason that a reviewer understands, at least 10 characters"))
    .optional(),
  setByImage: z
    .array(z.string().regex(/^[\w.[\]-]+$/, "must be the name of a variable or a property, without ${ and }"))
    .optional(),
  transforms: z
    .strictObject({
      serviceAccount: transform,
      configMap: transform,
      deployment: transform,
      service: transform,
      job: transform,
      horizontalPodAutoscaler: transform,
      podDisruptionBudget: transform,
      persistentVolumeClaim: transform,
      networkPolicy: transform,
      ingress: transform,
      httpRoute: transform,
      backendTlsPolicy: transform,
      secretStore: transform,
      externalSecret: transform,
    } satisfies Fields<Transforms>)
    .optional(),
} satisfies Fields<Microservice>);

/**
 * What the schema accepts. Where the type of a description allows a value that the schema does not, the program does not
 * compile.
 */
export type AcceptedMicroservice = Omit<DeepReadonly<z.input<typeof microserviceSchema>>, "transforms">;

type DeepReadonly<Value> = Value extends (...args: never) => unknown
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;
