import { microserviceSchema } from "../../../components/description/index.ts";
import type {
  ByteQuantity,
  InitContainer,
  Microservice,
  PodField,
  ResourceField,
} from "../../../components/microservice.ts";
import type { SourceContainer, SourcePod } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { releaseOf, splitImage } from "./image.ts";
import { bytesText, cpuText, isAboveZero } from "./quantities.ts";
import { holdSecret, isSecretVariable } from "./secretText.ts";
import { readAmount } from "./sourceVariables.ts";
import { stated, statedOrNothing } from "./stated.ts";
import { isWaiting } from "./waitContainers.ts";

/** The init containers that do more than wait, as far as a description may say it; undefined where there are none. */
export function readInitContainers(
  originals: SourceManifests,
  { initContainers = [] }: SourcePod,
  main: SourceContainer,
  secrets: NonNullable<Microservice["secrets"]>,
): Microservice["initContainers"] {
  const read = initContainers.flatMap((container): [string, InitContainer][] => {
    if (container.restartPolicy === "Always" || isWaiting(container)) return [];
    const described = readInitContainer(originals, container, main, secrets);
    const entry = Object.fromEntries([[container.name, described]]);
    return microserviceSchema.shape.initContainers.safeParse(entry).success ? [[container.name, described]] : [];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

function readInitContainer(
  originals: SourceManifests,
  { name, image, command, args, env = [], resources }: SourceContainer,
  main: SourceContainer,
  secrets: NonNullable<Microservice["secrets"]>,
): InitContainer {
  const reference = splitImage(image);
  const { repository } = reference;
  const variables = env.flatMap((variable): [string, string | PodField | ResourceField][] => {
    const value = textOrField(originals, variable, name);
    return value === undefined ? [] : [[variable.name, value]];
  });
  const named = env.flatMap((variable) => {
    const { name: secretName, key } = variable.valueFrom?.secretKeyRef ?? {};
    const known = secrets[variable.name];
    return known !== undefined &&
      "secretName" in known &&
      known.secretName === secretName &&
      (known.key ?? variable.name) === key
      ? [variable.name]
      : [];
  });
  const { cpu, memory } = { ...resources?.limits, ...resources?.requests };
  return stated({
    ...(image === main.image ? {} : { image: repository, release: releaseOf(reference) }),
    command: holdSecret(command) ? undefined : command,
    args: holdSecret(args) ? undefined : args,
    env: variables.length === 0 ? undefined : Object.fromEntries(variables),
    secrets: named.length === 0 ? undefined : named,
    resources: statedOrNothing({
      cpu: cpu !== undefined && isAboveZero(cpu) ? cpuText(cpu) : undefined,
      memory: memoryOf(resources?.limits?.["memory"] ?? memory),
    }),
  });
}

function memoryOf(memory: string | undefined): ByteQuantity | undefined {
  return memory !== undefined && isAboveZero(memory) ? bytesText(memory) : undefined;
}

type Variable = NonNullable<SourceContainer["env"]>[number];

function textOrField(
  originals: SourceManifests,
  { name, value = "", valueFrom }: Variable,
  container: string,
): string | PodField | ResourceField | undefined {
  if (valueFrom?.fieldRef !== undefined) return { fieldPath: valueFrom.fieldRef.fieldPath };
  if (valueFrom?.resourceFieldRef !== undefined) return readAmount(valueFrom.resourceFieldRef, container);
  if (valueFrom?.secretKeyRef !== undefined) return undefined;
  const { name: configMap = "", key = "" } = valueFrom?.configMapKeyRef ?? {};
  const text = valueFrom?.configMapKeyRef === undefined ? value : originals.configMaps.get(configMap)?.get(key);
  return text === undefined || isSecretVariable(name, text) || originals.secretValues.has(text.trim())
    ? undefined
    : text;
}
