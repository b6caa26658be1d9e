import { hideSecrets } from "../../../components/cleartext/index.ts";
import { type Leaves, variablesOfConfigMaps } from "./differences.ts";
import { heapText } from "./heap.ts";
import type { Question, Subject } from "./subject.ts";
import { acrossSites, line, now, shownAt, step, stepOf, text, touches } from "./subject.ts";
import { timeSubject } from "./timeSubject.ts";

const memoryLimit = "container.resources.limits.memory";

const resources = [
  ["requests", "memory"],
  ["requests", "cpu"],
  ["limits", "cpu"],
  ["requests", "ephemeral-storage"],
  ["limits", "ephemeral-storage"],
] as const;

/** Words in which a JVM may find options, those that go before others last. */
function wordsOf(leaves: Leaves): string[] {
  const values = (pattern: RegExp) =>
    [...leaves.values()].filter(({ key }) => pattern.test(key)).map(({ value }) => String(value));
  return [
    ...values(/^container\.env\[JAVA_TOOL_OPTIONS\]\.value$/),
    ...values(/^container\.env\[(?!JAVA_TOOL_OPTIONS\]).*\]\.value$/),
    ...values(/^container\.(command|args)\[/),
  ];
}

function heapOf(leaves: Leaves, more: readonly string[] = []): string {
  const limit = leaves.get(memoryLimit)?.value;
  return heapText([...more, ...wordsOf(leaves)], limit === undefined ? undefined : String(limit));
}

/** The options of `JAVA_TOOL_OPTIONS` beside those of the heap's size. */
function furtherOptions(leaves: Leaves): string {
  const options = shownAt(leaves, "container.env[JAVA_TOOL_OPTIONS].value").split(" ");
  const names = options
    .filter((option) => !option.includes("RAMPercentage"))
    .map((each) => each.replace(/^-XX:\+?/, ""));
  return names.join(", ");
}

const probes = [
  ["start-up", "startupProbe", "killed"],
  ["readiness", "readinessProbe", "out of service"],
  ["liveness", "livenessProbe", "killed"],
] as const;

/** `killed after 30 s, 1 s for an answer`: what a probe does to a pod that does not answer. */
function probeText(leaves: Leaves, probe: string, consequence: string): string | undefined {
  const number = (field: string) => Number(leaves.get(`container.${probe}.${field}`)?.value ?? 0);
  if (number("periodSeconds") === 0) return undefined;
  const patience = number("periodSeconds") * number("failureThreshold");
  const seconds = probe === "startupProbe" ? patience + number("initialDelaySeconds") : patience;
  return `${consequence} after ${seconds} s (${number("timeoutSeconds")} s for an answer)`;
}

/** How a probe asks: `GET /live on 8080`; empty where there is none. */
function wayOf(leaves: Leaves, probe: string): string {
  const value = (field: string) => leaves.get(`container.${probe}.${field}`)?.value;
  if (value("httpGet.port") !== undefined)
    return `GET ${hideSecrets(text(value("httpGet.path")))} on ${value("httpGet.port")}`;
  if (value("tcpSocket.port") !== undefined) return `a connection to ${value("tcpSocket.port")}`;
  if (value("grpc.port") !== undefined) return `gRPC on ${value("grpc.port")}`;
  return value("periodSeconds") === undefined ? "" : "a command";
}

/** What ends a start without a start-up probe: liveness, or nothing. */
function startBefore(leaves: Leaves): string {
  const number = (field: string) => Number(leaves.get(`container.livenessProbe.${field}`)?.value ?? 0);
  const seconds = number("initialDelaySeconds") + number("periodSeconds") * number("failureThreshold");
  return seconds === 0 ? "never killed" : `killed by liveness after ${seconds} s`;
}

function probeSteps(question: Question): string[] {
  const { before } = question.effects;
  return probes.flatMap(([label, probe, consequence]) => {
    if (!touches(question, `container.${probe}.`)) return [];
    // How it asks is said where that is new.
    const earlierWay = wayOf(before, probe);
    const way = now(question, (leaves) => wayOf(leaves, probe));
    const earlier = probeText(before, probe, consequence) ?? (probe === "startupProbe" ? startBefore(before) : "none");
    const later = now(question, (leaves) => probeText(leaves, probe, consequence) ?? "none");
    return way === earlierWay
      ? stepOf(label, earlier, later)
      : [`${label}: ${[earlierWay, earlier].filter(Boolean).join(", ")} -> ${way}, ${later}`];
  });
}

function directorySteps(question: Question): string[] {
  const { differences, effects } = question;
  const paths = [
    ...new Set(
      differences.flatMap(({ key }) => /^(?:pod\.volumes|container\.volumeMounts)\[(.*?)\]/.exec(key)?.[1] ?? []),
    ),
  ];
  const told = paths.map((path) => {
    const size = now(question, (leaves) => shownAt(leaves, `pod.volumes[${path}].emptyDir.sizeLimit`));
    const isNew = !effects.before.has(`container.volumeMounts[${path}].mountPath`);
    if (size === "none") return `${path} holds files`;
    return isNew ? `${path} writable, ${size}` : `${path} at most ${size}`;
  });
  return told.length === 0 ? [] : [`directories: ${told.join(", ")}`];
}

const security = [
  ["runAsNonRoot", "container.securityContext.runAsNonRoot", "false"],
  ["runAsUser", "container.securityContext.runAsUser", "the image's"],
  ["runAsGroup", "container.securityContext.runAsGroup", "the image's"],
  ["fsGroup", "pod.securityContext.fsGroup", "none"],
  ["privilege escalation", "container.securityContext.allowPrivilegeEscalation", "true"],
  ["capabilities dropped", "container.securityContext.capabilities.drop[0]", "none"],
  ["seccomp", "container.securityContext.seccompProfile.type", "Unconfined"],
] as const;

/** Seconds within which the application stops by itself. */
function gracefulSeconds(leaves: Leaves): string {
  return shownAt(leaves, "container.env[SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE].value");
}

function stopText(leaves: Leaves): string {
  const wait = leaves.get("container.lifecycle.preStop.sleep.seconds")?.value ?? 0;
  const isGraceful = shownAt(leaves, "container.env[SERVER_SHUTDOWN].value") === "graceful";
  const own = isGraceful ? `${gracefulSeconds(leaves)} to stop by itself` : "no graceful stop by its environment";
  return `preStop ${text(wait)} s, ${own}, killed after ${shownAt(leaves, "pod.terminationGracePeriodSeconds")} s`;
}

/** `SERVER_PORT=8080`: each variable that is new, none of which holds a secret. */
function variablesOf(question: Question): string[] {
  const told = question.differences.flatMap(({ key, after }) => {
    const [, name, field] = /^container\.env\[(.*)\]\.(value|valueFrom\.\w+)/.exec(key) ?? [];
    if (name === undefined) return [];
    return [field === "value" ? `${name}=${acrossSites(question, after.map(text))}` : `${name} by reference`];
  });
  return told.length === 0 ? [] : [[...new Set(told)].join(", ")];
}

function scrapeText(leaves: Leaves): string {
  const annotation = (name: string) => shownAt(leaves, `pod.metadata.annotations.prometheus.io/${name}`);
  return `${annotation("path")} on ${annotation("port")}`;
}

/** What is said of the pods and their container. */
export const podSubjects: readonly Subject[] = [
  {
    name: "memory, CPU and disk",
    matches: /^container\.(resources\.|env\[JAVA_TOOL_OPTIONS\])/,
    tell: (question) => {
      const more = variablesOfConfigMaps(question.comparison).map(([, value]) => value);
      return {
        what: line([
          ...step(question, "memory limit", memoryLimit),
          ...stepOf(
            "heap",
            heapOf(question.effects.before, more),
            now(question, (leaves) => heapOf(leaves)),
          ),
          ...(touches(question, "container.env[JAVA_TOOL_OPTIONS]")
            ? [`JAVA_TOOL_OPTIONS also has ${now(question, furtherOptions)}`]
            : []),
          ...resources.flatMap(([part, resource]) =>
            step(question, `${resource} ${part.slice(0, -1)}`, `container.resources.${part}.${resource}`),
          ),
        ]),
        outcome:
          "above the memory limit it is killed, above that of the disk evicted; a small heap ends in OutOfMemoryError",
        remedy: "resources, jvm, temporaryStorage, emptyDirs",
      };
    },
  },
  {
    name: "probes",
    matches: /^container\.(startup|readiness|liveness)Probe\./,
    tell: (question) => ({
      what: line(probeSteps(question)),
      outcome: "a start or an answer that takes longer costs the pod its life, or its calls",
      remedy: "startupSeconds, probes",
    }),
  },
  {
    name: "files",
    matches: /^container\.(securityContext\.readOnlyRootFilesystem$|volumeMounts\[)|^pod\.volumes\[/,
    tell: (question) => ({
      what: line([
        ...step(question, "read-only", "container.securityContext.readOnlyRootFilesystem"),
        ...directorySteps(question),
      ]),
      outcome: "writing elsewhere fails, and a directory over its size evicts the pod",
      remedy: "emptyDirs, temporaryStorage, securityExceptions.writableRootFilesystem",
    }),
  },
  {
    name: "user and rights",
    matches:
      /^(container|pod)\.securityContext\.(runAs(NonRoot|User|Group)|fsGroup|allowPrivilegeEscalation|capabilities\.drop\[0\]|seccompProfile\.type)$/,
    tell: (question) => ({
      what: line(security.flatMap(([label, key, absent]) => step(question, label, key, absent))),
      outcome: [
        ...(touches(question, "container.securityContext.runAsNonRoot")
          ? ["an image whose user is root or only a name does not start"]
          : []),
        "what needs another group or a capability fails: files of group 0, ping",
      ].join("; "),
      remedy: "securityContext.runAsUser and runAsGroup, securityExceptions.runAsRoot",
    }),
  },
  {
    name: "account",
    matches:
      /^pod\.(serviceAccount(Name)?|automountServiceAccountToken|enableServiceLinks)$|^ServiceAccount\.automount/,
    tell: (question) => ({
      what: line([
        ...(touches(question, "pod.serviceAccountName") ? ["default -> one of the service's name"] : []),
        ...step(question, "token mounted", "pod.automountServiceAccountToken"),
        ...step(question, "variables of Services ({NAME}_SERVICE_HOST)", "pod.enableServiceLinks"),
      ]),
      outcome: "what calls the Kubernetes API, or finds Services by variables, fails",
      remedy: "securityExceptions.serviceAccountToken, with the roles bound to the new account; calls",
    }),
  },
  {
    name: "stop",
    matches:
      /^container\.(lifecycle\.|env\[(SERVER_SHUTDOWN|SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE)\])|^pod\.terminationGracePeriodSeconds$/,
    tell: (question) => ({
      what: `${stopText(question.effects.before)} -> ${now(question, stopText)}`,
      outcome:
        now(question, gracefulSeconds) === "0s"
          ? "requests that run when a pod stops are cut off"
          : "a pod takes longer to go; what needs longer than its own time is cut off",
      remedy: "shutdown.preStopSeconds, shutdown.gracefulSeconds",
    }),
  },
  timeSubject,
  {
    name: "variables and scraping",
    matches: /^container\.env\[|^pod\.metadata\.annotations\.prometheus\.io\//,
    tell: (question) => ({
      what: line([
        ...variablesOf(question),
        ...(touches(question, "pod.metadata.annotations.prometheus")
          ? [`scraped: no -> ${now(question, scrapeText)}`]
          : []),
      ]),
      outcome:
        "a variable goes before the same property in the application's own files; Prometheus alerts where nothing answers",
      remedy: "ports, metrics, calls; transforms.deployment takes a variable out",
    }),
  },
  {
    name: "lookups of names",
    matches: /^pod\.dnsConfig\.options\[ndots\]/,
    tell: (question) => ({
      what: line(step(question, "ndots", "pod.dnsConfig.options[ndots].value", "5")),
      outcome:
        "a name with so many dots is asked for as it is first: one lookup for a service's full name; one that a search domain completes takes longer, or is not found by musl",
      remedy: "transforms.deployment",
    }),
  },
];
