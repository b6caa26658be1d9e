import {
  type AcceptedMicroservice,
  checkPorts,
  checkSecrets,
  checkTls,
  clusterDomain,
  microserviceSchema,
  patience,
  type ResolvedMicroservice,
  resolveMicroservice,
} from "../description/index.ts";
import { type Diagnostic, formatPath, formatValue, ValidationError } from "../diagnostic.ts";
import { compareQuantities, diagnosticsOf, mebibytes, orderVariables, timeZoneProblem } from "../kubernetes/index.ts";
import type { Microservice } from "../microservice.ts";
import { backingServiceVariables, ownVariables } from "../workload/index.ts";
import { checkCardholderService } from "./cardholderRules.ts";
import { checkClearText } from "./clearTextRules.ts";
import { checkInitContainers } from "./initContainerRules.ts";
import { checkMigration } from "./migrationRules.ts";
import { independentOf, type Remainder, remainderOf } from "./remainder.ts";
import { checkSecretFiles } from "./secretFileRules.ts";
import type { Template } from "./templates.ts";
import { checkVariableNames } from "./variableNameRules.ts";
import { checkVerification } from "./verificationRules.ts";
import { checkVolumes } from "./volumeRules.ts";

/** Reports a diagnostic: the field, and what is wrong with it. */
type Report = (path: string, message: string) => void;

/** The result of checking one description: its diagnostics or, where there are none, the resolved service. */
export type CheckedMicroservice =
  | {
      readonly diagnostics: readonly Diagnostic[];
      readonly resolved: undefined;
      /** What can be checked further; undefined where nothing can. */
      readonly remainder: Remainder | undefined;
    }
  | { readonly diagnostics: readonly []; readonly resolved: ResolvedMicroservice };

/** Fields that may hold a secret by mistake: messages never show their values. */
const hiddenFields = ["env", "secrets"];

/** With less, metaspace and code cache fill the container, and the JVM thrashes or is killed at start. */
const smallestMemory = "256Mi";

/**
 * Checks one description by itself: shape, ranges, and fields that contradict each other.
 * @param file the description's file or folder, for diagnostics: `services/receipts`.
 * @param templates its configuration files, in which no secret may stand. Default: not known.
 */
export function checkMicroservice(
  service: Microservice,
  file: string,
  templates?: readonly Template[],
): CheckedMicroservice {
  const result = microserviceSchema.safeParse(service satisfies AcceptedMicroservice);
  if (!result.success) {
    const wrong = diagnosticsOf(result.error, service, file, "", hiddenFields, microserviceSchema);
    const rest = remainderOf(service, wrong);
    const further = rest === undefined ? [] : checkFields(rest.resolved.source, file, templates).diagnostics;
    return refused(service, [...wrong, ...independentOf(rest?.left ?? [], further)]);
  }
  const { diagnostics, resolved } = checkFields(service, file, templates);
  return resolved === undefined || diagnostics.length > 0
    ? refused(service, diagnostics)
    : { diagnostics: [], resolved };
}

function refused(service: Microservice, diagnostics: readonly Diagnostic[]): CheckedMicroservice {
  return { diagnostics, resolved: undefined, remainder: remainderOf(service, diagnostics) };
}

/** Checks a description whose fields are valid, each by itself: secrets in the clear, and fields against each other. */
function checkFields(service: Microservice, file: string, templates: readonly Template[] | undefined) {
  const diagnostics: Diagnostic[] = checkClearText({ service, folder: file, templates });
  const report: Report = (path, message) => diagnostics.push({ file, path, message });
  const resolved = resolveDefensively(service, report);
  if (resolved !== undefined) checkContradictions(resolved, report);
  return { diagnostics, resolved };
}

/**
 * Checks one description and resolves it.
 * @param file the description's file or folder, for diagnostics. Default: the service's name.
 * @throws ValidationError with all diagnostics of the description.
 */
export function describeMicroservice(service: Microservice, file: string = service.name): ResolvedMicroservice {
  const { diagnostics, resolved } = checkMicroservice(service, file);
  if (resolved === undefined) throw new ValidationError(diagnostics);
  return resolved;
}

/** Reports fields that contradict each other, and whatever else neither the types nor the schema can express. */
function checkContradictions(service: ResolvedMicroservice, report: Report): void {
  const { resources, autoscaling } = service;
  const { cpu: cpuLimit, memory: memoryLimit } = resources.limits;
  if (compareQuantities(memoryLimit, resources.requests.memory) < 0) {
    report(
      "resources.limits.memory",
      `${formatValue(memoryLimit)} is below the request ${formatValue(resources.requests.memory)}; raise it to at least the request`,
    );
  }
  if (compareQuantities(memoryLimit, smallestMemory) < 0) {
    report(
      "resources",
      `a memory limit of ${formatValue(memoryLimit)} does not hold a JVM; allow at least ${smallestMemory}`,
    );
  }
  if (cpuLimit !== undefined && compareQuantities(cpuLimit, resources.requests.cpu) < 0) {
    report(
      "resources.limits.cpu",
      `${formatValue(cpuLimit)} is below the request ${formatValue(resources.requests.cpu)}; raise it or leave it out`,
    );
  }
  if (autoscaling.maxReplicas < autoscaling.minReplicas) {
    report(
      "autoscaling.maxReplicas",
      `${autoscaling.maxReplicas} is below minReplicas ${autoscaling.minReplicas}; raise it to at least that`,
    );
  }
  checkPorts(service, report);
  checkProbes(service, report);
  checkVolumes(service, report);
  checkMemoryDirectories(service, report);
  if (service.securityContext.runAsUser !== undefined && service.securityExceptions.runAsRoot !== undefined) {
    report("securityContext.runAsUser", "contradicts securityExceptions.runAsRoot, which is user 0; remove one");
  }
  checkObjectives(service, report);
  checkEnvironment(service, report);
  checkSecrets(service, report);
  checkSecretFiles(service, report);
  checkInitContainers(service, report);
  checkMigration(service, report);
  checkVerification(service, report);
  checkTls(service, report);
  checkCardholderService(service, report);
  for (const [index, name] of service.backingServices.entries()) {
    if (service.backingServices.indexOf(name) !== index) {
      report(`backingServices[${index}]`, `${formatValue(name)} is listed twice; remove one`);
    }
  }
}

/** Reports objectives that nothing could measure. */
function checkObjectives({ source, ports, metrics }: ResolvedMicroservice, report: Report): void {
  if (source.objectives === undefined) return;
  if (ports === undefined) {
    report("objectives", 'are of HTTP requests, and the service listens on no port (ports: "none"); remove them');
  } else if (metrics === undefined) {
    report(
      "objectives",
      'are measured by the service\'s metrics, and it has none (metrics: "none"); remove one of both',
    );
  }
}

/** Resolves a description whose `calls`, the only code in it, may fail or return anything. */
function resolveDefensively(service: Microservice, report: Report): ResolvedMicroservice | undefined {
  try {
    const called: unknown = service.calls === undefined ? [] : service.calls();
    if (!Array.isArray(called)) {
      report("calls", `returned ${formatValue(called)}; it must return a list of services: () => [taxpayerRegistry]`);
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

/** What is wrong with one entry of `calls`, whatever the other services are; undefined where nothing is. */
function callProblem(call: unknown): string | undefined {
  if (isNamed(call)) return listens(call) ? undefined : noPort(call.name);
  if (typeof call !== "object" || call === null || !("service" in call) || !isNamed(call.service)) {
    const found = call === undefined ? "the entry is empty" : `${formatValue(call)} is not a service`;
    return `${found}; import the service from its folder and name it here without quotes`;
  }
  const { service, ...rest } = call;
  if (!listens(service)) return noPort(service.name);
  const justification: unknown = "justification" in rest ? rest.justification : undefined;
  if (typeof justification === "string" && Object.keys(rest).length === 1) return undefined;
  return `the call of ${formatValue(service.name)} must be the service itself or { service, justification: "..." } and nothing else`;
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

function listens(service: object): boolean {
  return !("ports" in service && service.ports === "none");
}

function noPort(name: string): string {
  return `${formatValue(name)} listens on no port (ports: "none"), so nobody can call it; remove the call, or give it ports`;
}

/** Reports directories in memory that leave the JVM too little of the memory limit. */
function checkMemoryDirectories({ emptyDirs, jvm, resources, source }: ResolvedMicroservice, report: Report): void {
  const { directoryMebibytes, heapMebibytes } = jvm;
  if (directoryMebibytes === 0) return;
  const limit = resources.limits.memory;
  const left = Math.floor(mebibytes(limit) - directoryMebibytes);
  const [largest] = Object.entries(emptyDirs)
    .filter(([, { inMemory }]) => inMemory)
    .sort(([, a], [, b]) => compareQuantities(b.size, a.size));
  if (left < mebibytes(smallestMemory)) {
    report(
      formatPath(["emptyDirs", largest?.[0] ?? ""]),
      `is in memory: all such directories may hold ${directoryMebibytes}Mi, which leaves ${left}Mi of the memory limit ${formatValue(limit)} for the JVM, and that needs at least ${smallestMemory}; raise resources.limits.memory to ${Math.ceil(directoryMebibytes + mebibytes(smallestMemory))}Mi, or make the directories smaller`,
    );
  } else if (source.jvm?.heapPercentage !== undefined && heapMebibytes > 0.8 * left) {
    report(
      "jvm.heapPercentage",
      `${source.jvm.heapPercentage} is a heap of ${heapMebibytes}Mi, and directories in memory leave ${left}Mi of the limit ${formatValue(limit)}; take at most ${Math.floor((80 * left) / mebibytes(limit))}, 80 % of what is left`,
    );
  }
}

function checkProbes(service: ResolvedMicroservice, report: Report): void {
  const { startup, readiness, liveness } = service.probes;
  if (service.source.probes?.startup === "none") {
    for (const [name, probe] of Object.entries({ readiness, liveness })) {
      if (probe !== undefined && (probe.initialDelaySeconds ?? 0) === 0) {
        report(
          `probes.${name}.initialDelaySeconds`,
          `must be stated, because probes.startup is "none": nothing else holds this probe off while the JVM starts`,
        );
      }
    }
  }
  if (startup !== undefined) {
    const budget = patience(startup);
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

function checkEnvironment(service: ResolvedMicroservice, report: Report): void {
  // Their names are the same in every site.
  const ownTexts = ownVariables(service, true, clusterDomain({}));
  const own = new Set(Object.keys(ownTexts));
  for (const [index, name] of service.backingServices.entries()) {
    const taken = backingServiceVariables(name).filter((variable) => own.has(variable));
    if (taken.length > 0) {
      report(
        `backingServices[${index}]`,
        `${formatValue(name)} would set ${taken.join(" and ")}, which the service needs for itself; give the backing service another name in every site`,
      );
    }
  }
  const derived = new Set([...own, ...service.backingServices.flatMap(backingServiceVariables)]);
  checkVariableNames(service, derived, report);
  const { stored, issued, existing } = service.secrets;
  const secrets = new Set([...stored, ...issued, ...existing].map(({ key }) => key));
  for (const name of Object.keys(service.env)) {
    if (derived.has(name))
      report(
        `env.${name}`,
        `is set by the service's other fields (ports, jvm, shutdown, calls, backingServices, secrets, configuration); change those and remove it here`,
      );
    if (secrets.has(name)) report(`env.${name}`, "is also a key of secrets; keep one of the two");
  }
  const { TZ: zone } = service.env;
  const problem = typeof zone === "string" && !zone.includes("$(") ? timeZoneProblem(zone) : undefined;
  if (problem !== undefined) report("env.TZ", `is ${formatValue(zone)} and ${problem}`);
  for (const name of secrets) {
    if (derived.has(name)) report(`secrets.${name}`, "is set by the service's other fields; choose another name");
  }
  const texts = Object.entries({ ...service.env, ...ownTexts }).flatMap(([name, value]) =>
    typeof value === "string" ? [{ name, value }] : [],
  );
  for (const name of orderVariables(texts).inCycles) {
    report(
      Object.hasOwn(service.env, name) ? `env.${name}` : "jvm.options",
      `refers to itself, if only by way of other variables, so that Kubernetes would leave $(${name}) as it is; write a value for one of them, or $$(${name}) for the text`,
    );
  }
}
