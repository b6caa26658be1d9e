import { describe, it } from "vitest";
import type { Container, DeploymentManifest, PodSpec } from "../components/kubernetes/manifests.ts";
import type { Microservice, Transforms } from "../components/microservice.ts";
import { generated, supplied } from "../components/secrets.ts";
import { microserviceManifests } from "../components/workload/microserviceManifests.ts";
import { containerOf, podOf, release, resolved, site } from "./support/fixtures.ts";
import {
  catalogueLines,
  expectTold,
  linesOf,
  orders,
  readSiteFile,
  siteServiceLines,
  siteWith,
} from "./support/wrongInput.ts";

/** A mistake, the field that is named, and the words that matter of what a person reads. */
type Mistake<Change> = readonly [what: string, change: Change, field: string, says: RegExp];

const dump = /memory leave.*PCI DSS 3\.5.*remove/;
const log = /what callers send.*log.*PCI DSS 3\.5.*remove/;
const debug = /opens the running service.*PCI DSS 2\.2.*remove/;
const hidden = /reads options from a file that nobody checks.*state them here/;

const ofCards: readonly Mistake<Partial<Microservice>>[] = [
  ["asks for heap dumps", { jvm: { heapDump: true } }, "jvm.heapDump", /heap would write cardholder data.*remove it/],
  ["switches them on by an option", { jvm: { options: ["-XX:+HeapDumpOnOutOfMemoryError"] } }, "jvm.options[0]", dump],
  ["in JDK_JAVA_OPTIONS", { env: { JDK_JAVA_OPTIONS: "-XX:HeapDumpPath=/tmp" } }, "env.JDK_JAVA_OPTIONS", dump],
  ["in a variable of a start script", { env: { JAVA_OPTS: "-XX:+HeapDumpAfterFullGC" } }, "env.JAVA_OPTS", dump],
  ["between quotes", { env: { JAVA_OPTS: "-XX:+'HeapDump'OnOutOfMemoryError" } }, "env.JAVA_OPTS", dump],
  ["in two halves", { args: ["$(A)DumpOnOutOfMemoryError"], env: { A: "-XX:+Heap" } }, "args[0]", dump],
  ["in a shell's command", { command: ["sh", "-c", "java -XX:+HeapDumpBeforeFullGC -jar a"] }, "command[2]", dump],
  ["in an init container", { initContainers: { a: { args: ["-XX:OnError=kill"] } } }, "initContainers.a.args[0]", dump],
  ["records flights", { jvm: { options: ["-XX:StartFlightRecording"] } }, "jvm.options[0]", dump],
  ["writes core files", { jvm: { options: ["-XX:+CreateCoredumpOnCrash"] } }, "jvm.options[0]", dump],
  ["lets a shell write them", { command: ["sh", "-c", "ulimit -c unlimited && run"] }, "command[2]", dump],
  ["checkpoints its memory", { jvm: { options: ["-XX:CRaCCheckpointTo=/tmp/c"] } }, "jvm.options[0]", dump],
  [
    "probes with jmap",
    { probes: { liveness: { exec: { command: ["jmap", "1"] } } } },
    "probes.liveness.exec.command",
    dump,
  ],
  [
    "probes Actuator's heapdump",
    { probes: { readiness: { httpGet: { path: "/actuator/heapdump" } } } },
    "probes.readiness.httpGet.path",
    dump,
  ],
  ["is scraped there", { metrics: { path: "/actuator/threaddump" } }, "metrics.path", dump],
  [
    "opens Actuator",
    { env: { MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE: "*" } },
    "env.MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE",
    dump,
  ],
  ["opens its env", { args: ["--management.endpoints.web.exposure.include=health,env"] }, "args[0]", dump],
  ["opens its loggers", { args: ["--management.endpoints.web.exposure.include=loggers"] }, "args[0]", log],
  ["opens its httpexchanges", { args: ["--management.endpoints.web.exposure.include=httpexchanges"] }, "args[0]", log],
  [
    "logs the web at DEBUG",
    { env: { LOGGING_LEVEL_ORG_SPRINGFRAMEWORK_WEB: "DEBUG" } },
    "env.LOGGING_LEVEL_ORG_SPRINGFRAMEWORK_WEB",
    log,
  ],
  ["logs all at TRACE", { args: ["--logging.level.root=TRACE"] }, "args[0]", log],
  ["logs the wire", { args: ["--logging.level.org.apache.http.wire=DEBUG"] }, "args[0]", log],
  ["logs bound values", { args: ["--logging.level.org.hibernate.orm.jdbc.bind=TRACE"] }, "args[0]", log],
  ["logs TLS in the clear", { jvm: { options: ["-Djavax.net.debug=ssl:record:plaintext"] } }, "jvm.options[0]", log],
  ["logs exceptions' texts", { jvm: { options: ["-Xlog:exceptions=info"] } }, "jvm.options[0]", log],
  ["logs what the database gets", { env: { DB_URL: "jdbc:mysql://db/cards?profileSQL=true" } }, "env.DB_URL", log],
  ["switches debugging on", { args: ["--debug"] }, "args[0]", log],
  ["waits for a debugger", { args: ["-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005"] }, "args[0]", debug],
  [
    "is managed without authentication",
    { jvm: { options: ["-Dcom.sun.management.jmxremote.authenticate=false"] } },
    "jvm.options[0]",
    debug,
  ],
  [
    "has Spring's remote tools",
    { secrets: { SPRING_DEVTOOLS_REMOTE_SECRET: supplied({ description: "Of the remote tools" }) } },
    "secrets.SPRING_DEVTOOLS_REMOTE_SECRET",
    debug,
  ],
  ["reads flags from a file", { jvm: { options: ["-XX:Flags=/config/flags"] } }, "jvm.options[0]", hidden],
  ["reads arguments from a file", { command: ["java", "@/opt/options"] }, "command[1]", hidden],
  ["is exposed without a reason", { exposure: { host: "pay" } }, "exposure.justification", /is missing.*PCI DSS 1\.3/],
  [
    "reads a Kubernetes Secret",
    { secretFiles: { "/etc/key": { secretName: "hand-made" } } },
    'secretFiles["/etc/key"]',
    /rests in etcd.*into Vault/,
  ],
];

describe("a service with cardholder data", () => {
  it.each(ofCards)("that %s", async (_, stated, field, says) => {
    const lines = await catalogueLines({ ...orders, cardholderData: true, ...stated });
    expectTold(lines, { place: `services/orders: ${field}`, says });
  });

  it.each<Mistake<string>>([
    ["opens Actuator", "management.endpoints.web.exposure.include: '*'\n", "application.yaml", dump],
    ["logs the web", "logging.level:\n  web: DEBUG\n", "application.yaml", log],
    [
      "logs a group of its own",
      "logging:\n  group: { a: org.apache.http }\n  level: { a: TRACE }\n",
      "application.yaml",
      log,
    ],
  ])("whose configuration %s", async (_, text, file, says) => {
    const service = { cardholderData: true, backingServices: [] };
    expectTold(await siteServiceLines({ service, text }), { place: `services/orders/config/${file}`, says });
  });
});

describe("a service beside cardholder data", () => {
  it("does not use a backing service that is marked", async () => {
    const relay = { host: "smtp.dc1.tax.example", port: 587, cidrs: ["10.1.40.25/32"], cardholderData: true };
    expectTold(await siteServiceLines({ site: { backingServices: { "mail-relay": relay } } }), {
      place: "services/orders: backingServices[0]",
      says: /across the boundary around cardholder data.*justification/,
    });
  });
});

const neighbour: Microservice = { ...orders, name: "invoices", secrets: { DB_PASSWORD: generated() } };

describe("a service that takes what is not its own", () => {
  it.each<Mistake<Partial<Microservice>>>([
    [
      "a neighbour's Secret",
      { secrets: { A: { secretName: "invoices-secrets", key: "A" } } },
      "secrets.A.secretName",
      /the secrets of services\/invoices/,
    ],
    [
      "a neighbour's key",
      { secretFiles: { "/etc/k": { secretName: "invoices-tls" } } },
      'secretFiles["/etc/k"].secretName',
      /the secrets of services\/invoices/,
    ],
    [
      "a host's key",
      { secretFiles: { "/etc/k": { secretName: "api.tax.example-tls" } } },
      'secretFiles["/etc/k"].secretName',
      /key of an exposed host/,
    ],
    [
      "the registry's Secret",
      { secrets: { A: { secretName: "registry", key: "A" } } },
      "secrets.A.secretName",
      /nodes pull images/,
    ],
    ["Vault's namespace", { namespace: "vault" }, "namespace", /cluster's own parts \(secrets\)/],
    ["External Secrets' namespace", { namespace: "external-secrets" }, "namespace", /cluster's own parts \(secrets\)/],
    ["the entrance's namespace", { namespace: "haproxy-controller" }, "namespace", /cluster's own parts \(ingress\)/],
    ["the namespace of monitoring", { namespace: "monitoring" }, "namespace", /cluster's own parts \(monitoring\)/],
    ["the namespace default", { namespace: "default" }, "namespace", /cluster's own parts \(Kubernetes\)/],
    ["the name of the namespace's rules", { name: "default-deny" }, "name", /NetworkPolicy that closes a namespace/],
    ["the registry's account", { name: "registry-credentials" }, "name", /registry's credentials/],
    [
      "another network",
      { podAnnotations: { "k8s.v1.cni.cncf.io/networks": "storage" } },
      'podAnnotations["k8s.v1.cni.cncf.io/networks"]',
      /beside its network rules/,
    ],
  ])("%s", async (_, stated, field, says) => {
    const taker = { ...orders, ...stated };
    const lines = (await catalogueLines(neighbour, taker)).filter((line) => !line.startsWith("services/invoices"));
    expectTold(
      lines.map((line) => line.replace(/: "[^"]*" (?=is |holds )/, ": ")),
      { place: `services/${taker.name}: ${field}`, says },
    );
  });
});

describe("a site that opens what is everybody's", () => {
  const cidrs = ["gemelos:site", "backingServices", "mail-relay", "cidrs"];
  it.each([
    ["0.0.0.0/0", /every address there is/],
    ["::/0", /every address there is/],
    ["0.0.0.0/1", /whole network/],
    ["10.0.0.0/8", /whole network/],
    ["172.16.0.0/12", /whole network/],
    ["192.168.0.0/16", /whole network/],
    ["8.0.0.0/9", /whole network/],
    ["fc00::/7", /whole network/],
    ["169.254.169.254/32", /metadata service/],
    ["127.0.0.1/32", /loopback/],
    ["10.1.10.11/32", /cluster's own node/],
  ])("%s", async (cidr, says) => {
    const [line = ""] = await linesOf(() => readSiteFile(siteWith(cidrs, [cidr])));
    expectTold([line], {
      place: "Pulumi.dc1.yaml: gemelos:site.backingServices.mail-relay.cidrs[0]",
      shows: `"${cidr}"`,
      says,
    });
  });
});

const inPod = (change: (pod: PodSpec, container: Container) => void): Transforms => ({
  deployment: (manifest: DeploymentManifest) => {
    change(podOf(manifest), containerOf(manifest));
    return manifest;
  },
});
const secure = (stated: object) => inPod((_, container) => Object.assign(container.securityContext ?? {}, stated));
const onPod = (stated: object) => inPod((pod) => Object.assign(pod, stated));
const volume = (stated: object) => inPod((pod) => pod.volumes?.push({ name: "more", ...stated }));

describe("a transform that takes a protection away", () => {
  it.each<readonly [protection: string, transforms: Transforms]>([
    ["runAsRoot", secure({ runAsUser: 0 })],
    ["privileged", secure({ privileged: true })],
    ["capabilities", secure({ capabilities: { add: ["SYS_ADMIN"], drop: ["ALL"] } })],
    ["seccompProfile", secure({ seccompProfile: { type: "Unconfined" } })],
    ["writableRootFilesystem", secure({ readOnlyRootFilesystem: false })],
    ["allowPrivilegeEscalation", secure({ allowPrivilegeEscalation: true })],
    ["kernelSettings", secure({ procMount: "Unmasked" })],
    ["kernelSettings", secure({ windowsOptions: { hostProcess: true } })],
    ["hostNamespaces", onPod({ hostNetwork: true })],
    ["hostNamespaces", onPod({ shareProcessNamespace: true })],
    ["nameResolution", onPod({ hostAliases: [{ ip: "192.0.2.7", hostnames: ["db"] }] })],
    ["serviceAccountName", onPod({ serviceAccountName: "invoices" })],
    ["serviceAccountToken", onPod({ automountServiceAccountToken: true })],
    ["serviceAccountToken", volume({ projected: { sources: [{ serviceAccountToken: { path: "t" } }] } })],
    ["volumes", volume({ hostPath: { path: "/" } })],
    ["foreignSecrets", volume({ secret: { secretName: "invoices-secrets" } })],
    ["clearText", inPod((_, container) => container.env?.push({ name: "DB_PASSWORD", value: "hunter2" }))],
    ["limits", inPod((_, container) => Reflect.deleteProperty(container, "resources"))],
    ["probes", inPod((_, container) => Reflect.deleteProperty(container, "livenessProbe"))],
    ["image", inPod((_, container) => Object.assign(container, { image: "docker.io/library/busybox:latest" }))],
    ["networkRules", { networkPolicy: (manifest) => ({ ...manifest, spec: { podSelector: {}, egress: [{}] } }) }],
    [
      "name",
      { networkPolicy: (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, name: "default-deny" } }) },
    ],
    ["serviceType", { service: (manifest) => ({ ...manifest, spec: { ...manifest.spec, type: "NodePort" } }) }],
  ])("%s (%#)", async (protection, transforms) => {
    const service = resolved({ transforms });
    const lines = await linesOf(() => microserviceManifests({ service, site, release, file: "services/receipts" }));
    const [kind = ""] = Object.keys(transforms);
    expectTold(lines, {
      place: `services/receipts: transforms.${kind}`,
      says: new RegExp(`lifts the protection ${protection} of .*leave that out, or write .*${protection}: \\{ reason`),
    });
  });
});
