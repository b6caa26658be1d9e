import { addressCacheOptions, variableValue } from "../../components/description/index.ts";
import { compareText } from "../../components/diagnostic.ts";
import { mebibytes } from "../../components/kubernetes/index.ts";
import type { Jvm, PodField, ResourceField } from "../../components/microservice.ts";
import type { ExistingSecret } from "../../components/secrets.ts";
import type { SourceContainer } from "./schemas.ts";
import { holdSecret, isSecretVariable } from "./secretText.ts";
import type { SourceManifests } from "./sourceManifests.ts";
import { statedOrNothing } from "./stated.ts";

/** Why a variable or a source of variables finds no place, and what a person can do. */
interface Hindrance {
  readonly reason: string;
  readonly remedy: string;
}

/** The environment of the chosen container as a description has it. */
export interface SourceEnvironment {
  readonly env: Record<string, string | PodField | ResourceField>;
  readonly secrets: Record<string, ExistingSecret>;
  readonly jvm: Jvm | undefined;
  /** Variables whose value stood in the clear although it is a secret; now they refer to a Secret of the service. */
  readonly secretsInClear: readonly string[];
  /** Variable -> hindrance; a source of `envFrom` by its place: `envFrom[0]`. */
  readonly hindrances: ReadonlyMap<string, Hindrance>;
}

const secretOption: Hindrance = {
  reason:
    "one of these options holds a secret in the clear, and index.ts ends up in Git; the others are under jvm.options",
  remedy: "put the value under secrets and name its variable in jvm.options: $(VARIABLE)",
};

/** What a description accepts as a variable's name. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads `env` and `envFrom`. `memoryLimit` is what a stated heap is a part of. */
export function readEnvironment(
  originals: SourceManifests,
  container: SourceContainer,
  name: string,
  memoryLimit: string,
): SourceEnvironment {
  const env: Record<string, string | PodField | ResourceField> = {};
  const secrets: Record<string, ExistingSecret> = {};
  const secretsInClear: string[] = [];
  const hindrances = new Map<string, Hindrance>();
  let jvm: Jvm | undefined;

  const setValue = (variable: string, value: string) => {
    delete env[variable];
    delete secrets[variable];
    if (variable === "JAVA_TOOL_OPTIONS") {
      jvm = readJvm(value, memoryLimit);
      if (holdSecret([value])) hindrances.set(variable, secretOption);
    } else if (isSecretVariable(variable, value) || originals.secretValues.has(value.trim())) {
      secrets[variable] = { secretName: name };
      secretsInClear.push(variable);
    } else env[variable] = value;
  };
  const setSecret = (variable: string, secretName: string, key: string) => {
    delete env[variable];
    secrets[variable] = key === variable ? { secretName } : { secretName, key };
  };

  for (const [index, { prefix = "", configMapRef, secretRef }] of (container.envFrom ?? []).entries()) {
    const place = `envFrom[${index}]`;
    const data = configMapRef === undefined ? undefined : originals.configMaps.get(configMapRef.name);
    const keys = secretRef === undefined ? undefined : originals.secretKeys.get(secretRef.name);
    if (configMapRef !== undefined && data === undefined)
      hindrances.set(place, notGiven("ConfigMap", configMapRef.name));
    if (secretRef !== undefined && keys === undefined) hindrances.set(place, notGiven("Secret", secretRef.name));
    // Kubernetes skips keys that are no variable's name, too.
    for (const [key, value] of data ?? []) {
      if (variableName.test(prefix + key)) setValue(prefix + key, value);
    }
    for (const key of keys ?? []) {
      if (variableName.test(prefix + key)) setSecret(prefix + key, secretRef?.name ?? "", key);
    }
  }
  const order = new Map((container.env ?? []).map((variable, index) => [variable.name, index]));
  for (const [index, { name: variable, value, valueFrom }] of (container.env ?? []).entries()) {
    const amount = readAmount(valueFrom?.resourceFieldRef, container.name);
    const hindrance = hindranceOf(variable, value ?? "", index, order);
    if (hindrance !== undefined) hindrances.set(variable, hindrance);
    else if (valueFrom === undefined) setValue(variable, value ?? "");
    else if (valueFrom.secretKeyRef !== undefined) {
      setSecret(variable, valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key);
    } else if (valueFrom.fieldRef !== undefined) env[variable] = { fieldPath: valueFrom.fieldRef.fieldPath };
    else if (valueFrom.configMapKeyRef !== undefined) {
      const { name: configMap, key } = valueFrom.configMapKeyRef;
      const found = originals.configMaps.get(configMap)?.get(key);
      if (found === undefined) hindrances.set(variable, notGiven("ConfigMap", configMap, key));
      else setValue(variable, found);
    } else if (amount !== undefined) env[variable] = amount;
    else {
      hindrances.set(variable, {
        reason:
          "only values, Secrets, ConfigMaps, fields of the pod and amounts of the container's own resources are read",
        remedy: "write the value under env, or add the variable in transforms.deployment",
      });
    }
  }
  return { env, secrets, jvm, secretsInClear, hindrances };
}

/** The variables of a container whose text is known. */
export function textVariables(originals: SourceManifests, container: SourceContainer): Map<string, string> {
  const sources = (container.envFrom ?? []).flatMap(({ prefix = "", configMapRef }) =>
    [...(originals.configMaps.get(configMapRef?.name ?? "") ?? [])].map(([key, text]) => [prefix + key, text] as const),
  );
  const stated = (container.env ?? []).flatMap(({ name, value, valueFrom }) => {
    const { name: configMap = "", key = "" } = valueFrom?.configMapKeyRef ?? {};
    const text = value ?? originals.configMaps.get(configMap)?.get(key);
    return text === undefined ? [] : [[name, text] as const];
  });
  return new Map([...sources, ...stated]);
}

function hindranceOf(
  variable: string,
  value: string,
  index: number,
  order: ReadonlyMap<string, number>,
): Hindrance | undefined {
  if (!variableName.test(variable)) {
    const spring = variable.replaceAll(/[^A-Za-z0-9]+/g, "_").toUpperCase();
    return {
      reason: "a variable's name has letters, digits and _ only, since no shell can set another",
      remedy: `write it as ${spring} under env (Spring reads both alike)`,
    };
  }
  const late = [...value.matchAll(/\$\(([^()]+)\)/g)]
    .map((match) => match[1] ?? "")
    .find((other) => {
      const before = order.get(other);
      return before !== undefined && before < index && compareText(other, variable) > 0;
    });
  if (late === undefined) return undefined;
  return {
    reason: `it names $(${late}), which comes after it, because the environment is rendered in alphabetical order`,
    remedy: `write the value out under env, or rename ${late}`,
  };
}

type SourceAmount = NonNullable<
  NonNullable<NonNullable<SourceContainer["env"]>[number]["valueFrom"]>["resourceFieldRef"]
>;

/** An amount of the container's own resources; undefined where a description has no words for it. */
export function readAmount(reference: SourceAmount | undefined, own: string): ResourceField | undefined {
  const { containerName = own, resource, divisor = "0" } = reference ?? {};
  // To Kubernetes a divisor of zero is one.
  const { data } = variableValue.safeParse({ resource, ...(divisor === "0" ? {} : { divisor }) });
  return containerName === own && typeof data === "object" && "resource" in data ? data : undefined;
}

function notGiven(kind: string, name: string, key?: string): Hindrance {
  return {
    reason: `${kind} ${name}${key === undefined ? "" : ` with the key ${key}`} is not among the files, so its ${kind === "Secret" ? "keys are" : "content is"} not known`,
    remedy: `give its manifest too${kind === "Secret" ? " (keys are enough, values are never read)" : ""}`,
  };
}

/** Options that the component sets itself, from the memory limit and the service's fields. */
const ownOptions =
  /^-(Xm[sx]|XX:(Initial|Max|Min)RAM|XX:(Initial|Max)HeapSize|XX:[+-](ExitOnOutOfMemoryError|HeapDumpOnOutOfMemoryError)|XX:HeapDumpPath|XX:ActiveProcessorCount|XX:[+-]UseContainerSupport)/;

function isSet(option: string): boolean {
  return ownOptions.test(option) || addressCacheOptions.includes(option);
}

/** The JVM's options in the component's terms: a heap in percent of the limit, and the options that are the service's own. */
function readJvm(value: string, memoryLimit: string): Jvm | undefined {
  const options = value.split(/\s+/).filter((option) => option !== "");
  const heap = options
    .map((option) => heapPercentage(option, memoryLimit))
    .find((percentage) => percentage !== undefined);
  const own = options.filter((option) => option.startsWith("-") && !isSet(option) && !holdSecret([option]));
  return statedOrNothing({
    heapPercentage: heap === undefined ? undefined : Math.min(80, Math.max(10, heap)),
    options: own.length === 0 ? undefined : own,
    heapDump: dumps(options) ? undefined : false,
  });
}

/** Whoever wrote what happens without memory, and not a dump, wants none. */
function dumps(options: readonly string[]): boolean {
  if (options.includes("-XX:+HeapDumpOnOutOfMemoryError")) return true;
  return !options.some((option) =>
    /^-XX:(-HeapDumpOnOutOfMemoryError|[+](ExitOn|CrashOn)OutOfMemoryError)$/.test(option),
  );
}

function heapPercentage(option: string, memoryLimit: string): number | undefined {
  const percentage = /^-XX:MaxRAMPercentage=(\d+)/.exec(option)?.[1];
  if (percentage !== undefined) return Number(percentage);
  const [, size, unit = ""] = /^-(?:Xmx|XX:MaxHeapSize=)(\d+)([kKmMgG]?)$/.exec(option) ?? [];
  if (size === undefined) return undefined;
  const factor = { "": 1 / 2 ** 20, k: 1 / 1024, m: 1, g: 1024 }[unit.toLowerCase()] ?? 1;
  return Math.round((Number(size) * factor * 100) / mebibytes(memoryLimit));
}
