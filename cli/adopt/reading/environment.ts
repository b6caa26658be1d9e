import { referencesIn, replaceReferences } from "../../../components/kubernetes/index.ts";
import type { Jvm, PodField, ResourceField } from "../../../components/microservice.ts";
import type { ExistingSecret, SuppliedSecret } from "../../../components/secrets.ts";
import type { SourceContainer } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import {
  type AwaitedSecret,
  awaitedFromSecret,
  awaitedFromVariable,
  secretKey,
  suppliedSecret,
} from "../references/awaitedSecrets.ts";
import { readJvm } from "./jvmOptions.ts";
import { isSecretVariable } from "./secretText.ts";
import type { Hindrance, SourceVariable, SourceVariables, TextPlace } from "./sourceVariables.ts";
import { variableNames } from "./variableNames.ts";

/** The environment of the chosen container as a description has it. */
export interface SourceEnvironment {
  readonly env: Readonly<Record<string, string | PodField | ResourceField>>;
  readonly secrets: Readonly<Record<string, ExistingSecret | SuppliedSecret>>;
  readonly jvm: Jvm | undefined;
  /** The variables of the manifests by their names. */
  readonly sources: ReadonlyMap<string, SourceVariable>;
  /** Variable of the manifests -> those that stand for it, where a description does not take its name. */
  readonly renamed: ReadonlyMap<string, readonly string[]>;
  /** Gives a text with the names of today in the place of references to renamed variables. */
  readonly withNewNames: (text: string) => string;
  /** Variable of the description -> its secret, whose value a person moves into Vault. */
  readonly awaited: ReadonlyMap<string, AwaitedSecret>;
  /** Variable of the manifests -> hindrance; a source of `envFrom` by its place: `envFrom[0]`. */
  readonly hindrances: ReadonlyMap<string, Hindrance>;
}

/** What the environment is read with. */
interface EnvironmentSurroundings {
  readonly source: SourceVariables;
  /** Of the container; a stated heap is a part of it. */
  readonly memoryLimit: string;
  /** The namespace of the manifests, if they name one. */
  readonly namespace: string | undefined;
  /** Whether the service runs in another namespace, where no Secret of before is. */
  readonly moves: boolean;
  /** The Secret that is the service's own, as soon as it has secrets in Vault. */
  readonly ownSecret: string;
  /** Variable -> the secret that it stands for in the service's files and command line; those of the JVM's options are added. */
  readonly taken: Map<string, string>;
  /** Gives a text with what it refers to at its new place. */
  readonly move: (text: string, place: TextPlace) => string;
  /** Variables that stand for secrets of files and command lines, and where those are. */
  readonly named: readonly { readonly variable: string; readonly origin: string }[];
  /** What a field of the pod holds as a text, where the component's pods hold something else there. */
  readonly fixed: (fieldPath: string, place: TextPlace) => string | undefined;
}

/** Puts the variables of `env` and `envFrom` into the terms of a description. */
export function readEnvironment(
  originals: SourceManifests,
  container: SourceContainer,
  surroundings: EnvironmentSurroundings,
): SourceEnvironment {
  const { source: all, memoryLimit, namespace, moves, ownSecret, taken, named, move, fixed } = surroundings;
  const { variables, hindrances: unread } = all;
  const env: Record<string, string | PodField | ResourceField> = {};
  const secrets: Record<string, ExistingSecret | SuppliedSecret> = {};
  const awaited = new Map<string, AwaitedSecret>();
  const hindrances = new Map(unread);
  const renamed = new Map<string, readonly string[]>();
  let jvm: Jvm | undefined;

  for (const name of variables.keys()) {
    const names = variableNames(name);
    const [first] = names;
    if (first === undefined) hindrances.set(name, unnameable);
    else if (first !== name) {
      const free = names.filter((each) => !variables.has(each));
      if (free.includes(first)) renamed.set(name, free);
      else hindrances.set(name, nameTaken(first));
    }
  }
  const declare = (variable: string, secret: AwaitedSecret) => {
    awaited.set(variable, secret);
    secrets[secret.key] = suppliedSecret(secret);
    if (secret.key !== variable) env[variable] = `$(${secret.key})`;
  };
  const awaitNamed = (variable: string, origin: string) => {
    if (variables.has(variable) || awaited.has(variable)) return;
    declare(variable, { key: secretKey(variable), origin, read: undefined });
  };
  const withNewNames = (text: string) =>
    replaceReferences(text, (name) => (renamed.has(name) ? `$(${renamed.get(name)?.[0]})` : undefined));
  const set = (variable: string, source: SourceVariable) => {
    const { name, place, content } = source;
    if (content.kind === "nothing") hindrances.set(name, content.hindrance);
    else if (content.kind === "amount") env[variable] = content.amount;
    else if (content.kind === "field") {
      env[variable] = fixed(content.fieldPath, place) ?? { fieldPath: content.fieldPath };
    } else if (content.kind === "secret") {
      const { secretName, key } = content;
      if (moves || originals.statedSecretKeys.get(secretName)?.has(key) === true) {
        declare(variable, awaitedFromSecret(secretKey(variable), namespace, secretName, key));
      } else secrets[variable] = key === variable ? { secretName } : { secretName, key };
    } else if (isSecretVariable(name, content.text) || originals.secretValues.has(content.text.trim())) {
      declare(variable, awaitedFromVariable(secretKey(variable), namespace, source, container.name));
    } else env[variable] = withNewNames(move(content.text, place));
  };
  for (const [name, source] of variables) {
    if (hindrances.has(name)) continue;
    if (name === "JAVA_TOOL_OPTIONS" && source.content.kind === "text") {
      const text = withNewNames(move(spellOut(source.content.text, variables), source.place));
      const read = readJvm(text, memoryLimit, taken);
      jvm = read.jvm;
      const origin = `${source.place.kind} ${source.place.name}, ${name}`;
      for (const variable of read.variables) awaitNamed(variable, origin);
      if (read.hindrance !== undefined) hindrances.set(name, read.hindrance);
    } else for (const variable of renamed.get(name) ?? [name]) set(variable, source);
  }
  for (const { variable, origin } of named) awaitNamed(variable, origin);
  for (const [variable, secret] of awaited.size === 0 ? [] : Object.entries(secrets)) {
    if (!("secretName" in secret) || secret.secretName !== ownSecret) continue;
    declare(variable, awaitedFromSecret(secretKey(variable), namespace, ownSecret, secret.key ?? variable));
  }
  return { env, secrets, jvm, sources: variables, renamed, withNewNames, awaited, hindrances };
}

/** A text with the values of the variables that it names: options that stand in another variable are options too. */
function spellOut(
  text: string,
  variables: ReadonlyMap<string, SourceVariable>,
  within: readonly string[] = [],
): string {
  if (referencesIn(text).length === 0) return text;
  return replaceReferences(text, (name) => {
    const content = variables.get(name)?.content;
    if (content?.kind !== "text" || within.includes(name) || isSecretVariable(name, content.text)) return undefined;
    return spellOut(content.text, variables, [...within, name]);
  });
}

const unnameable: Hindrance = {
  reason: "no shell, Spring or MicroProfile knows a variable whose name begins with a digit",
  remedy: "give it another name in the application and under env",
};

function nameTaken(name: string): Hindrance {
  return {
    reason: `it would be ${name} here, as Spring and MicroProfile read it, and there is a variable of that name`,
    remedy: `keep the one of the two that the application reads, as ${name} under env`,
  };
}
