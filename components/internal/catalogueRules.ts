import type { Microservice } from "../microservice.ts";
import { type ResolvedMicroservice, resolveMicroservice, resolveProbes } from "./defaults.ts";
import { derivedEnvironment, endpointVariables } from "./environment.ts";
import { microserviceSchema } from "./microserviceSchema.ts";
import { formatPath, type Problem, show } from "./problems.ts";
import { mebibytes, quantity } from "./quantity.ts";
import { problemsOf } from "./schema.ts";
import { secretProblems } from "./secretRules.ts";
import { directoryVolume } from "./workload.ts";

/** A description, and the folder that its problems are reported for. */
export interface Described {
  readonly service: Microservice;
  /** `services/receipts` */
  readonly folder: string;
}

/** Fields whose values may be secrets, put there by mistake: messages never show them. */
const hiddenFields = ["env", "secrets"];

const known = new WeakMap<Microservice, readonly Problem[]>();

/** A JVM with less is all metaspace and code cache; it thrashes or is killed at start. */
const smallestMemory = "256Mi";

/** Problems of one description by itself: shape, ranges, and fields that contradict each other. */
export function checkMicroservice(service: Microservice, folder: string): readonly Problem[] {
  const earlier = known.get(service);
  if (earlier !== undefined) return earlier;
  const result = microserviceSchema.safeParse(service);
  const problems = result.success
    ? contradictions(service, folder)
    : problemsOf(result.error, service, folder, "", hiddenFields);
  if (typeof service === "object" && service !== null) known.set(service, problems);
  return problems;
}

/** Problems of a whole catalogue: those of each description, and those between descriptions. */
export function checkCatalogue(catalogue: readonly Described[]): Problem[] {
  const problems = catalogue.flatMap(({ service, folder }) => checkMicroservice(service, folder));
  const sound = catalogue.filter(({ service, folder }) => checkMicroservice(service, folder).length === 0);
  return [
    ...problems,
    ...duplicates(sound, ({ service }) => service.name, "name", "is also the name of"),
    ...duplicates(sound, exposedAt, "exposure", "is also claimed by"),
    ...sharedCardholderNamespaces(sound),
    ...calls(sound, new Set(catalogue.map(({ service }) => service))),
  ];
}

function contradictions(service: Microservice, folder: string): Problem[] {
  const problems: Problem[] = [];
  const report = (path: string, message: string) => problems.push({ file: folder, path, message });
  const resolved = resolveDefensively(service, report);
  if (resolved === undefined) return problems;
  const { resources, memoryLimit, cpuLimit, autoscaling } = resolved;
  if (quantity(memoryLimit) < quantity(resources.requests.memory)) {
    report(
      "resources.limits.memory",
      `${show(memoryLimit)} is below the request ${show(resources.requests.memory)}; raise it to at least the request`,
    );
  }
  if (mebibytes(memoryLimit) < mebibytes(smallestMemory)) {
    report("resources", `a memory limit of ${show(memoryLimit)} does not hold a JVM; allow at least ${smallestMemory}`);
  }
  if (cpuLimit !== undefined && quantity(cpuLimit) < quantity(resources.requests.cpu)) {
    report(
      "resources.limits.cpu",
      `${show(cpuLimit)} is below the request ${show(resources.requests.cpu)}; raise it or leave it out`,
    );
  }
  if (autoscaling.maxReplicas < autoscaling.minReplicas) {
    report(
      "autoscaling.maxReplicas",
      `${autoscaling.maxReplicas} is below minReplicas ${autoscaling.minReplicas}; raise it to at least that`,
    );
  }
  checkProbes(resolved, report);
  checkDirectories(resolved, report);
  if (resolved.securityContext?.runAsUser !== undefined && resolved.securityExceptions?.runAsRoot !== undefined) {
    report("securityContext.runAsUser", "contradicts securityExceptions.runAsRoot, which is user 0; remove one");
  }
  checkEnvironment(resolved, report);
  for (const { path, message } of secretProblems(resolved)) report(path, message);
  for (const [index, endpoint] of resolved.endpoints.entries()) {
    if (resolved.endpoints.indexOf(endpoint) !== index)
      report(`endpoints[${index}]`, `${show(endpoint)} is listed twice; remove one`);
  }
  return problems;
}

function resolveDefensively(
  service: Microservice,
  report: (path: string, message: string) => void,
): ResolvedMicroservice | undefined {
  try {
    const called: unknown = service.calls === undefined ? [] : service.calls();
    if (!Array.isArray(called)) {
      report("calls", `returned ${show(called)}; it must return a list of services: () => [taxpayerRegistry]`);
      return undefined;
    }
    const wrong = called.flatMap((call: unknown, index) => {
      const message = callProblem(call);
      return message === undefined ? [] : [{ index, message }];
    });
    for (const { index, message } of wrong) report(`calls[${index}]`, message);
    return wrong.length > 0 ? undefined : resolveMicroservice(service);
  } catch (error) {
    report(
      "calls",
      `failed: ${error instanceof Error ? error.message : String(error)}; it must only return a list of imported services`,
    );
    return undefined;
  }
}

/** What is wrong with one entry of `calls` by itself. */
function callProblem(call: unknown): string | undefined {
  if (isNamed(call)) return undefined;
  if (typeof call !== "object" || call === null || !("service" in call) || !isNamed(call.service)) {
    const found = call === undefined ? "nothing stands here" : `${show(call)} is not a service`;
    return `${found}; import the service from its folder and name it here without quotes`;
  }
  const { service, ...rest } = call;
  const justification: unknown = "justification" in rest ? rest.justification : undefined;
  if (typeof justification === "string" && Object.keys(rest).length === 1) return undefined;
  return `the call of ${show(service.name)} must be the service itself or { service, justification: "..." } and nothing else`;
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

/** Directories whose volumes would have one name. */
function checkDirectories({ emptyDirs }: ResolvedMicroservice, report: (path: string, message: string) => void): void {
  const first = new Map<string, string>();
  for (const path of Object.keys(emptyDirs)) {
    const volume = directoryVolume(path);
    const other = first.get(volume);
    if (other === undefined) first.set(volume, path);
    else {
      report(
        formatPath(["emptyDirs", path]),
        `would have the same volume ${show(volume)} as ${show(other)}; rename one of the directories`,
      );
    }
  }
}

function checkProbes(service: ResolvedMicroservice, report: (path: string, message: string) => void): void {
  const { startup, readiness, liveness } = resolveProbes(service);
  if (startup === undefined) {
    for (const [name, probe] of Object.entries({ readiness, liveness })) {
      if ((probe.initialDelaySeconds ?? 0) === 0) {
        report(
          `probes.${name}.initialDelaySeconds`,
          `must be stated, because probes.startup is "none": nothing else holds this probe off while the JVM starts`,
        );
      }
    }
  }
  if (startup !== undefined) {
    const budget = (startup.initialDelaySeconds ?? 0) + (startup.periodSeconds ?? 0) * (startup.failureThreshold ?? 0);
    if (budget < service.startupSeconds) {
      report(
        "probes.startup",
        `gives up after ${budget} s (initialDelaySeconds + periodSeconds x failureThreshold), before startupSeconds ${service.startupSeconds} are over; raise failureThreshold or lower startupSeconds`,
      );
    }
  }
  for (const [name, probe] of Object.entries({ startup, readiness, liveness })) {
    if (probe !== undefined && (probe.timeoutSeconds ?? 1) > (probe.periodSeconds ?? 10)) {
      report(
        `probes.${name}.timeoutSeconds`,
        `${probe.timeoutSeconds} is above periodSeconds ${probe.periodSeconds}; checks would pile up, so lower it or lengthen the period`,
      );
    }
  }
}

/** Words by which people name variables that hold secrets. */
const secretWords =
  /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)(_|$)|(^|_)(PASS|PWD)(_|$)/i;

/** A URL with a password in it: `postgresql://user:password@host`. */
const urlWithPassword = /:\/\/[^/\s:@]*:[^/\s@]+@/;

function checkEnvironment(service: ResolvedMicroservice, report: (path: string, message: string) => void): void {
  // A callee whose shape is wrong is reported for its own folder; it has no URL yet.
  const resolvedCalls = service.resolvedCalls.filter((call) => microserviceSchema.safeParse(call.service).success);
  const described = { ...service, resolvedCalls };
  const derived = new Set(Object.keys(derivedEnvironment(described, placeholders(service.endpoints), true)));
  const derivedWithoutEndpoints = derivedEnvironment({ ...described, endpoints: [] }, {}, true);
  for (const [index, endpoint] of service.endpoints.entries()) {
    const taken = endpointVariables(endpoint).filter((name) => Object.hasOwn(derivedWithoutEndpoints, name));
    if (taken.length > 0) {
      report(
        `endpoints[${index}]`,
        `${show(endpoint)} would set ${taken.join(" and ")}, which the service needs for itself; give the endpoint another name in every site`,
      );
    }
  }
  const secrets = service.secrets ?? {};
  for (const [name, value] of Object.entries(service.env ?? {})) {
    if (derived.has(name))
      report(
        `env.${name}`,
        `is set by the service's other fields (ports, jvm, shutdown, calls, endpoints, secrets, configuration); change those and remove it here`,
      );
    if (Object.hasOwn(secrets, name)) report(`env.${name}`, "stands under secrets too; keep one");
    // The value is not shown: it may be the secret.
    if (typeof value === "string" && (secretWords.test(name) || urlWithPassword.test(value))) {
      const reason = secretWords.test(name) ? "looks like a secret by its name" : "holds a URL with a password";
      report(`env.${name}`, `${reason}, and env ends up in Git and in manifests; put it under secrets`);
    }
  }
  for (const name of Object.keys(secrets)) {
    if (derived.has(name)) report(`secrets.${name}`, "is set by the service's other fields; choose another name");
  }
}

function placeholders(names: readonly string[]): Record<string, { host: string; port: number; cidrs: string[] }> {
  return Object.fromEntries(names.map((name) => [name, { host: name, port: 1, cidrs: [] }]));
}

function duplicates(
  catalogue: readonly Described[],
  key: (described: Described) => string | undefined,
  path: string,
  phrase: string,
): Problem[] {
  const first = new Map<string, Described>();
  return catalogue.flatMap((described) => {
    const value = key(described);
    if (value === undefined) return [];
    const other = first.get(value);
    if (other === undefined) {
      first.set(value, described);
      return [];
    }
    return [{ file: described.folder, path, message: `${show(value)} ${phrase} ${other.folder}; change one of them` }];
  });
}

function exposedAt({ service }: Described): string | undefined {
  const exposure = resolveMicroservice(service).resolvedExposure;
  if (exposure === undefined) return undefined;
  const path = exposure.path === "/" ? "/" : exposure.path.replace(/\/+$/, "");
  return `${exposure.host} (${exposure.domain}) ${path}`;
}

function sharedCardholderNamespaces(catalogue: readonly Described[]): Problem[] {
  const cardholder = new Map<string, Described>();
  for (const described of catalogue) {
    if (described.service.cardholderData === true) cardholder.set(described.service.namespace, described);
  }
  return catalogue.flatMap(({ service, folder }) => {
    const neighbour = cardholder.get(service.namespace);
    if (neighbour === undefined || service.cardholderData === true) return [];
    return [
      {
        file: folder,
        path: "namespace",
        message: `${show(service.namespace)} holds cardholder data (${neighbour.folder}), which shares no namespace with other services (PCI DSS 1.3); choose another namespace, or set cardholderData if it is true of this service`,
      },
    ];
  });
}

function calls(catalogue: readonly Described[], known: ReadonlySet<Microservice>): Problem[] {
  return catalogue.flatMap(({ service, folder }) => {
    const resolved = resolveMicroservice(service);
    const names = resolved.resolvedCalls.map((call) => call.service.name);
    return resolved.resolvedCalls.flatMap(({ service: callee, justification }, index): Problem[] => {
      const at = (message: string): Problem[] => [{ file: folder, path: `calls[${index}]`, message }];
      if (callee === service) return at(`${show(callee.name)} is the service itself; remove it`);
      if (!known.has(callee))
        return at(`${show(callee.name)} is not in the catalogue; import the service from its folder under services/`);
      if (names.indexOf(callee.name) !== index) return at(`${show(callee.name)} is listed twice; remove one`);
      const crosses = resolved.cardholderData !== (callee.cardholderData ?? false);
      if (crosses && (justification ?? "").trim().length < 10) {
        return at(
          `${show(callee.name)} is across the boundary around cardholder data; write { service: ..., justification: "..." } with a reason that an auditor understands, at least 10 characters`,
        );
      }
      return [];
    });
  });
}
