import * as fc from "fast-check";
import { findInText, isSecretName } from "../../components/cleartext/index.ts";
import { mebibytes } from "../../components/kubernetes/quantity.ts";
import type {
  Autoscaling,
  ByteQuantity,
  CpuQuantity,
  EmptyDir,
  Exposure,
  Jvm,
  Microservice,
  Migration,
  Probe,
  Probes,
  Resources,
  SecurityExceptions,
  UsedBackingService,
} from "../../components/microservice.ts";
import { certificate, generated, privateKey, type Secret, supplied } from "../../components/secrets.ts";
import type { MicroserviceSite, SiteDns, TrafficSource } from "../../components/siteData.ts";
import { tls, vault } from "./fixtures.ts";

/** A name that is a DNS label, starts with a letter and stays short. */
const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,9}[a-z0-9])?$/);
const reason = fc.constantFrom("the vendor's image demands it", "reads the leases of its peers");

const optional = { requiredKeys: [] };

function bytes(minimumMebibytes: number, maximumMebibytes: number): fc.Arbitrary<ByteQuantity> {
  return fc.oneof(
    fc.integer({ min: minimumMebibytes, max: maximumMebibytes }).map((value): ByteQuantity => `${value}Mi`),
    fc
      .integer({ min: minimumMebibytes * 1024, max: maximumMebibytes * 1024 })
      .map((value): ByteQuantity => `${value}Ki`),
    fc
      .integer({ min: Math.ceil(minimumMebibytes / 102.4), max: Math.floor(maximumMebibytes / 102.4) })
      .map((tenths): ByteQuantity => `${tenths / 10}Gi`),
  );
}

function cpu(minimumMillicores: number, maximumMillicores: number): fc.Arbitrary<CpuQuantity> {
  const millicores = fc.integer({ min: minimumMillicores, max: maximumMillicores });
  return fc.oneof(
    millicores.map((value): CpuQuantity => `${value}m`),
    millicores.map((value): CpuQuantity => `${value / 1000}`),
  );
}

/** Requests, and limits that are at or above them and hold a JVM. */
const resourcesArbitrary: fc.Arbitrary<Resources> = fc.oneof(
  fc.record({ requests: fc.record({ cpu: cpu(10, 8000), memory: bytes(256, 32_768) }) }),
  fc.record({
    requests: fc.record({ cpu: cpu(10, 2000), memory: bytes(256, 2048) }),
    limits: fc.record({ cpu: cpu(2000, 8000), memory: bytes(2048, 32_768) }, optional),
  }),
  fc.record({
    requests: fc.record({ cpu: cpu(10, 2000), memory: bytes(103, 256) }),
    limits: fc.record({ memory: bytes(256, 1024) }),
  }),
);

const jvmArbitrary: fc.Arbitrary<Jvm> = fc.record(
  {
    heapPercentage: fc.integer({ min: 10, max: 80 }),
    heapDump: fc.boolean(),
    options: fc.subarray(["-XX:+UseSerialGC", "-Dfile.encoding=UTF-8", "-Xss512k"]),
  },
  optional,
);

const autoscalingArbitrary: fc.Arbitrary<Autoscaling> = fc
  .tuple(
    fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
    fc.record({ averageUtilization: fc.integer({ min: 10, max: 200 }) }, optional),
  )
  .map(([minReplicas, more, rest]) => ({
    ...rest,
    ...(minReplicas === undefined ? {} : { minReplicas }),
    ...(more === undefined ? {} : { maxReplicas: (minReplicas ?? 1) + more }),
  }));

const webPort = fc.constantFrom("http" as const, "management" as const);
const portName = fc.constantFrom("http" as const, "management" as const, "grpc" as const);
const way: fc.Arbitrary<Probe> = fc.oneof(
  fc.record({ httpGet: fc.record({ path: fc.constant("/healthcheck"), port: webPort }, { requiredKeys: ["path"] }) }),
  fc.record({ tcpSocket: fc.record({ port: portName }) }),
  fc.record({ grpc: fc.record({ port: portName }) }),
  fc.record({ exec: fc.record({ command: fc.constant(["/bin/true"]) }) }),
);
const timing = fc.record(
  {
    periodSeconds: fc.integer({ min: 5, max: 60 }),
    timeoutSeconds: fc.integer({ min: 1, max: 5 }),
    failureThreshold: fc.integer({ min: 1, max: 10 }),
  },
  optional,
);
const delayed = fc.integer({ min: 1, max: 90 }).map((initialDelaySeconds) => ({ initialDelaySeconds }));
const maybeDelayed = fc.option(delayed, { nil: {} });

const nothing = fc.constant({});

function probe(
  rhythm: fc.Arbitrary<Partial<Probe>>,
  delay: fc.Arbitrary<Partial<Probe>>,
  more: fc.Arbitrary<Partial<Probe>> = nothing,
): fc.Arbitrary<Probe> {
  return fc.tuple(way, rhythm, delay, more).map(([check, a, b, c]) => ({ ...check, ...a, ...b, ...c }));
}

/** Probes as people write them: some, none, or without the start-up probe and with delays in its place. */
const probesArbitrary: fc.Arbitrary<Probes> = fc.oneof(
  fc.record(
    {
      // A stated threshold is the last word on the budget, so random start-up probes state only their rhythm.
      startup: probe(fc.record({ periodSeconds: fc.integer({ min: 5, max: 30 }) }, optional), maybeDelayed),
      readiness: probe(timing, maybeDelayed, fc.record({ successThreshold: fc.integer({ min: 1, max: 3 }) }, optional)),
      liveness: probe(timing, maybeDelayed),
    },
    optional,
  ),
  fc.record({
    startup: fc.constant("none" as const),
    readiness: probe(timing, delayed),
    liveness: probe(timing, delayed),
  }),
);

const exposureArbitrary: fc.Arbitrary<Omit<Exposure, "host">> = fc.record(
  { path: fc.constantFrom("/", "/api"), domain: fc.constantFrom("public" as const, "internal" as const) },
  optional,
);

const securityExceptionsArbitrary: fc.Arbitrary<SecurityExceptions> = fc.record(
  {
    writableRootFilesystem: fc.record({ reason }),
    serviceAccountToken: fc.record({ reason }),
    runAsRoot: fc.record({ reason }),
  },
  optional,
);

/** The backing services that random services may use. Two of them share their addresses and differ in the port. */
const backingServices: MicroserviceSite["backingServices"] = {
  cache: { host: "cache.site.example", port: 6379, cidrs: ["10.9.1.0/28"] },
  "cache-tls": { host: "cache.site.example", port: 6380, cidrs: ["10.9.1.0/28"] },
  // In no domain of the site, since a service may take any name there but that of a backing service.
  database: { host: "db.data.example", port: 5432, cidrs: ["10.9.2.10/32", "10.9.2.11/32"] },
  gateway: { host: "gateway.site.example", port: 443, cidrs: ["192.0.2.0/24", "2001:db8::/64"] },
  // In the cluster, behind a Service that has another port than its pods.
  ledger: { host: "ledger.stores.svc", port: 80, namespace: "stores", podLabels: { app: "ledger" }, podPort: 5433 },
};

const controllerArbitrary = fc.constantFrom<TrafficSource>(
  { namespace: "ingress", podLabels: { "app.kubernetes.io/name": "controller" } },
  { nodeRoles: ["worker"] },
  { nodeRoles: ["worker"], cidrs: ["10.9.5.5/32"] },
);

/** A site of either kind of exposure, with peers of every kind. */
export const siteArbitrary: fc.Arbitrary<MicroserviceSite> = fc
  .record(
    {
      exposure: controllerArbitrary.chain((controller) =>
        fc.constantFrom<MicroserviceSite["exposure"]>(
          { kind: "ingress", ingressClassName: "haproxy", implementation: "haproxy-ingress", tls, controller },
          { kind: "ingress", ingressClassName: "nginx", implementation: "ingress-nginx", tls, controller },
          { kind: "gateway", gateway: { namespace: "gateways", name: "citizens" }, tls, controller },
        ),
      ),
      monitoring: fc.constantFrom<TrafficSource>(
        { namespace: "observability", podLabels: { app: "prometheus" } },
        { cidrs: ["10.9.6.6/32"] },
        { nodeRoles: ["worker"] },
      ),
      network: fc.record(
        {
          tunnelCidrs: fc.constant(["10.9.100.1/32"]),
          dns: fc.constantFrom<SiteDns>(
            { cacheAddresses: ["169.254.25.10"], domain: "k8s.site.example" },
            { namespace: "dns", podLabels: { app: "coredns" } },
            { namespace: "dns", podLabels: { app: "coredns" }, cacheAddresses: ["169.254.25.10", "fd00::a"] },
          ),
        },
        optional,
      ),
    },
    { requiredKeys: ["exposure"] },
  )
  .map((drawn) => ({
    registry: "registry.site.example",
    domains: { public: "tax.example", internal: "site.example" },
    backingServices,
    vault,
    nodes: [
      { address: "10.9.10.11", role: "control-plane" as const },
      { address: "10.9.10.21", role: "worker" as const },
    ],
    ...drawn,
  }));

const secretArbitrary: fc.Arbitrary<Secret> = fc.oneof(
  fc.record({ secretName: name, key: name }, { requiredKeys: ["secretName"] }),
  fc.integer({ min: 16, max: 512 }).map((length) => generated({ length })),
  fc.constant(supplied({ description: "from the acquirer" })),
  fc.integer({ min: 1, max: 90 }).map((validityDays) => certificate({ validityDays })),
  fc.integer({ min: 1, max: 90 }).map((validityDays) => privateKey({ validityDays })),
);

/** A description with those of its fields that go together where there is cardholder data or TLS, whatever was drawn. */
function withSoundFields({
  jvm,
  probes: drawn,
  backingServices: used,
  securityExceptions,
  migration,
  verification,
  ...stated
}: Microservice): Microservice {
  const service = withPossiblePorts(stated);
  const { cardholderData = false, tls = cardholderData && service.ports !== "none", exposure } = service;
  const probes = drawn === undefined ? undefined : withPossibleChecks(drawn, service.ports);
  const { heapDump, ...safeJvm } = jvm ?? {};
  const { withoutTls: _, ...exceptions } = securityExceptions ?? {};
  return withSoundSecrets({
    ...withPossibleReplicas(withRoomForHeap({ ...service, ...(jvm === undefined ? {} : { jvm }) })),
    ...(jvm === undefined ? {} : { jvm: cardholderData || heapDump === undefined ? safeJvm : jvm }),
    ...(probes === undefined || (tls && usesGrpc(probes)) ? {} : { probes }),
    ...(used === undefined ? {} : { backingServices: cardholderData ? used.map(justified) : used }),
    ...(migration === undefined ? {} : possibleMigration(migration, used ?? [], service)),
    ...(verification === undefined || exposure === undefined ? {} : { verification }),
    ...(exposure === undefined ? {} : { exposure: { ...exposure, justification: reasonOfExposure } }),
    securityExceptions: {
      ...exceptions,
      ...(cardholderData && !tls && service.ports !== "none"
        ? { withoutTls: { reason: "the load balancer cannot verify it yet" } }
        : {}),
    },
  });
}

/** The migration of all databases that a service uses, with room for its directories in memory; none where it uses none. */
function possibleMigration(
  { resources, ...migration }: Migration,
  used: readonly UsedBackingService[],
  { emptyDirs = {} }: Microservice,
): Pick<Microservice, "migration"> {
  const databases = used.map((each) => (typeof each === "string" ? each : each.name));
  const inMemory = Object.values(emptyDirs).some((directory) => typeof directory === "object");
  return databases.length === 0
    ? {}
    : { migration: { ...migration, databases, ...(resources === undefined || inMemory ? {} : { resources }) } };
}

/** Without what needs a port, where there is none. */
function withPossiblePorts({ exposure, tls, metrics, ...service }: Microservice): Microservice {
  const isSilent = service.ports === "none";
  return {
    ...service,
    ...(exposure === undefined || isSilent ? {} : { exposure }),
    ...(tls === undefined || isSilent ? {} : { tls }),
    ...(metrics === undefined || (isSilent && metrics !== "none" && metrics.port === undefined) ? {} : { metrics }),
  };
}

/** The probes that ask no port that the service lacks. */
function withPossibleChecks(probes: Probes, ports: Microservice["ports"]): Probes {
  const asksNone = (probe: Probe | "none") =>
    probe === "none" ||
    (ports === "none"
      ? probe.exec !== undefined
      : ports?.grpc !== undefined || (probe.grpc ?? probe.tcpSocket)?.port !== "grpc");
  const possible = Object.entries(probes).filter(([, probe]: [string, Probe | "none"]) => asksNone(probe));
  // Without a start-up probe, the check that would stand in for one that is left out had no delay.
  const isSound = ports === "none" || probes.startup !== "none" || possible.length === Object.keys(probes).length;
  return isSound ? Object.fromEntries(possible) : {};
}

/** One replica where only one node can mount a volume. */
function withPossibleReplicas({ autoscaling, rollout, ...service }: Microservice): Microservice {
  const runsAlone = Object.values(service.volumes ?? {}).some(({ accessMode }) => accessMode !== "ReadWriteMany");
  const { minReplicas: _, maxReplicas: __, ...others } = autoscaling ?? {};
  const { maxSurge: ___, ...timing } = rollout ?? {};
  return {
    ...service,
    ...(autoscaling === undefined ? {} : { autoscaling: runsAlone ? others : autoscaling }),
    ...(rollout === undefined ? {} : { rollout: runsAlone ? timing : rollout }),
  };
}

/** Directories in memory only where the JVM has enough beside them. */
function withRoomForHeap({ emptyDirs, ...service }: Microservice): Microservice {
  if (emptyDirs === undefined) return service;
  const { requests, limits } = service.resources;
  const isLarge = mebibytes(limits?.memory ?? requests.memory) >= 512 && service.jvm?.heapPercentage === undefined;
  const fitting = Object.entries(emptyDirs).map(([path, directory]): [string, ByteQuantity | EmptyDir] => [
    path,
    typeof directory === "string" || isLarge ? directory : directory.sizeLimit,
  ]);
  return { ...service, emptyDirs: Object.fromEntries(fitting) };
}

/** Any text in which nothing looks like a secret, which is refused. */
export const harmlessText = fc.string().filter((text) => findInText(text, "command").length === 0);

const reasonOfExposure = "citizens call it from their browsers";

function justified(used: UsedBackingService): UsedBackingService {
  return typeof used === "string" ? { name: used, justification: "gets no card data" } : used;
}

/** The kubelet's gRPC check speaks no TLS. */
function usesGrpc(probes: Probes): boolean {
  return Object.values(probes).some((each: Probe | "none") => each !== "none" && each.grpc !== undefined);
}

/** A description with those of its fields about secrets that go together, whatever was drawn. */
function withSoundSecrets({
  secretDelivery,
  secrets,
  secretFiles,
  securityExceptions,
  ...service
}: Microservice): Microservice {
  const { runAsRoot: _, ...unprivileged } = securityExceptions ?? {};
  const kept = Object.fromEntries(
    Object.entries(secrets ?? {}).filter(([, secret]) => service.cardholderData !== true || "kind" in secret),
  );
  const { cardholderData = false, tls = cardholderData && service.ports !== "none" } = service;
  const ofVault = tls || Object.values(kept).some((secret) => "kind" in secret);
  const files = ofVault && (cardholderData || secretDelivery === "files");
  return {
    ...service,
    ...(secrets === undefined ? {} : { secrets: kept }),
    ...(secretFiles === undefined || cardholderData ? {} : { secretFiles }),
    ...(files ? { secretDelivery: "files" } : {}),
    ...(securityExceptions === undefined ? {} : { securityExceptions: files ? unprivileged : securityExceptions }),
  };
}

/** Above every other port that is drawn, since no port is another's too. */
const grpc = fc.integer({ min: 65_001, max: 65_535 });

const identity = fc.integer({ min: 1, max: 2_147_483_647 });

/** Fields of a description that do not name another service. */
const fields = fc.record(
  {
    resources: resourcesArbitrary,
    image: fc.constant("team/app"),
    tls: fc.boolean(),
    priority: fc.constantFrom("citizen-facing" as const, "standard" as const, "batch" as const),
    command: fc.constant(["java", "-jar", "/app.jar"]),
    ports: fc.oneof(
      fc.record(
        { http: fc.integer({ min: 1, max: 9000 }), management: fc.integer({ min: 9001, max: 65_000 }), grpc },
        optional,
      ),
      fc
        .tuple(fc.integer({ min: 1, max: 65_000 }), fc.option(grpc, { nil: undefined }))
        .map(([port, own]) => ({ http: port, management: port, ...(own === undefined ? {} : { grpc: own }) })),
      fc.constant("none" as const),
    ),
    jvm: jvmArbitrary,
    startupSeconds: fc.integer({ min: 1, max: 900 }),
    probes: probesArbitrary,
    autoscaling: autoscalingArbitrary,
    paused: fc.boolean(),
    backingServices: fc.subarray(Object.keys(backingServices)),
    env: fc.dictionary(
      fc.stringMatching(/^FLAG_[A-Z]{1,4}_V$/).filter((name) => !isSecretName(name)),
      fc.oneof(
        harmlessText,
        fc.record({ fieldPath: fc.constant("status.podIP") }),
        fc.constant({ resource: "limits.memory" as const, divisor: "1Mi" as const }),
      ),
    ),
    secrets: fc.dictionary(fc.stringMatching(/^SECRET_[A-Z]{1,4}_V$/), secretArbitrary),
    secretDelivery: fc.constantFrom("env" as const, "files" as const),
    metrics: fc.oneof(
      fc.constant("none" as const),
      fc.record(
        { path: fc.constant("/metrics"), port: fc.integer({ min: 1, max: 65_000 }) },
        { requiredKeys: ["path"] },
      ),
    ),
    temporaryStorage: bytes(16, 4096),
    emptyDirs: fc.dictionary(
      fc.constantFrom("/var/cache", "/app/work", "/tmp/uploads"),
      fc.oneof(
        bytes(16, 4096),
        fc.record({
          sizeLimit: fc.integer({ min: 1, max: 16 }).map((size): ByteQuantity => `${size}Mi`),
          medium: fc.constant("Memory" as const),
        }),
      ),
    ),
    volumes: fc.dictionary(
      fc.constantFrom("/data", "/var/lib/app", "/tmp/spool"),
      fc.record(
        {
          size: bytes(16, 65_536),
          storageClass: name,
          accessMode: fc.constantFrom(
            "ReadWriteOnce" as const,
            "ReadWriteMany" as const,
            "ReadWriteMany" as const,
            "ReadWriteOncePod" as const,
          ),
        },
        { requiredKeys: ["size"] },
      ),
      { maxKeys: 2 },
    ),
    secretFiles: fc.dictionary(
      fc.constantFrom("/etc/keys/store.p12", "/etc/keys/ca.crt", "/var/trust"),
      fc.record({ secretName: fc.constantFrom("legacy", "legacy.more"), key: name }, { requiredKeys: ["secretName"] }),
    ),
    initContainers: fc.dictionary(
      fc.constantFrom("migrate", "prepare-x"),
      fc.oneof(
        fc.record({ args: fc.constant(["--migrate"]), env: fc.constant({ MODE: "once" }) }, optional),
        fc.record({
          image: fc.constant("tools/flyway"),
          release: fc.constant(`10.4.1@sha256:${"0f".repeat(32)}`),
          resources: fc.record({ memory: bytes(32, 512), cpu: cpu(10, 500) }, optional),
        }),
      ),
    ),
    verification: fc.record(
      {
        command: fc.constantFrom(["/tests"], ["java", "-jar", "/tests.jar"]),
        timeout: fc.constantFrom("90s" as const, "2h" as const),
      },
      { requiredKeys: ["command"] },
    ),
    migration: fc.record(
      {
        command: fc.constantFrom(["liquibase", "update"], ["/migrate"]),
        phase: fc.constant("expand" as const),
        timeout: fc.constantFrom("90s" as const, "2h" as const),
        resources: fc.record({ memory: bytes(256, 2048), cpu: cpu(10, 2000) }, optional),
      },
      { requiredKeys: ["command", "phase"] },
    ),
    podLabels: fc.dictionary(fc.constantFrom("team", "tax.example/unit"), fc.stringMatching(/^[a-z]{0,5}$/)),
    podAnnotations: fc.dictionary(fc.constantFrom("linkerd.io/inject", "tax.example/note"), harmlessText),
    nodeSelector: fc.dictionary(fc.constantFrom("kubernetes.io/arch", "disk"), fc.stringMatching(/^[a-z]{0,5}$/)),
    tolerations: fc.array(
      fc.oneof(
        fc.record({ key: name, value: name, effect: fc.constant("NoSchedule" as const) }, { requiredKeys: ["key"] }),
        fc.record({ key: name, operator: fc.constant("Exists" as const) }),
        fc.record({
          key: name,
          effect: fc.constant("NoExecute" as const),
          tolerationSeconds: fc.integer({ min: 0, max: 86_400 }),
        }),
      ),
      { maxLength: 3 },
    ),
    spread: fc.constantFrom("prefer" as const, "require" as const),
    rollout: fc.record(
      {
        maxSurge: fc.oneof(
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 100 }).map((share): `${number}%` => `${share}%`),
        ),
        minReadySeconds: fc.integer({ min: 0, max: 60 }),
      },
      optional,
    ),
    shutdown: fc.record(
      { preStopSeconds: fc.integer({ min: 0, max: 300 }), gracefulSeconds: fc.integer({ min: 0, max: 900 }) },
      optional,
    ),
    securityContext: fc.record({ runAsUser: identity, runAsGroup: identity, fsGroup: identity }, optional),
    securityExceptions: securityExceptionsArbitrary,
  },
  { requiredKeys: ["resources"] },
);

/** A sound description of any shape, which calls nobody. */
export const microserviceArbitrary: fc.Arbitrary<Microservice> = fc
  .tuple(name, fields, fc.option(exposureArbitrary, { nil: undefined }), fc.boolean())
  // Whoever runs as root states no other user.
  .filter(
    ([, { securityContext, securityExceptions }]) =>
      securityContext?.runAsUser === undefined || securityExceptions?.runAsRoot === undefined,
  )
  .map(([serviceName, stated, exposure, cardholderData]) =>
    withSoundFields({
      name: serviceName,
      namespace: "declarations",
      description: "A random service",
      owner: "team@tax.example",
      cardholderData,
      ...stated,
      ...(exposure === undefined ? {} : { exposure: { host: serviceName, ...exposure } }),
    }),
  );

/** A description without secrets of Vault, migration and tests, which no hand-written manifest has. */
export const handWrittenArbitrary: fc.Arbitrary<Microservice> = microserviceArbitrary.map(
  ({ secrets = {}, secretDelivery: _, migration: __, verification: ___, ...service }) => ({
    ...withSoundFields({ ...service, cardholderData: false, tls: false }),
    secrets: Object.fromEntries(Object.entries(secrets).filter(([, secret]) => !("kind" in secret))),
  }),
);

const namespaces = ["cards", "declarations", "payments", "registry"];

/** A sound catalogue: services over several namespaces that call each other at random, cycles included. */
export function catalogueArbitrary(
  options: { readonly maxLength?: number } = {},
): fc.Arbitrary<readonly Microservice[]> {
  const { maxLength = 6 } = options;
  const member = fc.tuple(
    microserviceArbitrary,
    fc.constantFrom(...namespaces),
    fc.array(fc.nat({ max: maxLength - 1 })),
  );
  return fc
    .uniqueArray(member, { minLength: 1, maxLength, selector: ([{ name: serviceName }]) => serviceName })
    .map((members) => {
      const services: Microservice[] = members.map(([service, namespace, numbers], own) => ({
        ...withSoundFields({ ...service, cardholderData: namespace === "cards" }),
        namespace,
        calls: () =>
          [...new Set(numbers)].flatMap((number) => {
            const callee = services[number];
            return callee === undefined || number === own || callee.ports === "none"
              ? []
              : [{ service: callee, justification: "sends no card data" }];
          }),
      }));
      return services;
    });
}
