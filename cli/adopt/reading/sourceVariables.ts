import { variableValue } from "../../../components/description/index.ts";
import { formatPath } from "../../../components/diagnostic.ts";
import { escapeReferences, referencesIn, replaceReferences } from "../../../components/kubernetes/index.ts";
import type { ResourceField } from "../../../components/microservice.ts";
import type { SourceContainer } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";

/** Why a variable or a source of variables finds no place, and what a person can do. */
export interface Hindrance {
  readonly reason: string;
  readonly remedy: string;
}

/** Where a text stands among the manifests. */
export interface TextPlace {
  readonly kind: string;
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** What a variable holds. In a text, `$(NAME)` refers to another variable as Kubernetes reads it. */
type VariableContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "secret"; readonly secretName: string; readonly key: string }
  | { readonly kind: "field"; readonly fieldPath: string }
  | { readonly kind: "amount"; readonly amount: ResourceField }
  | { readonly kind: "nothing"; readonly hindrance: Hindrance };

/** One variable of the container, as the kubelet sets it. */
export interface SourceVariable {
  /** Its name in the manifests, which may hold what a description's may not. */
  readonly name: string;
  readonly place: TextPlace;
  readonly content: VariableContent;
}

/** The variables of a container, and what hinders reading more. */
export interface SourceVariables {
  /** The one that counts for each name. */
  readonly variables: ReadonlyMap<string, SourceVariable>;
  /** A source of `envFrom` by its place, `envFrom[0]` -> why its variables are not known. */
  readonly hindrances: ReadonlyMap<string, Hindrance>;
}

/** `Deployment/receipts spec.template.spec.containers[0].env[2].value` */
export function formatPlace({ kind, name, path }: TextPlace): string {
  return `${kind}/${name} ${formatPath(path)}`;
}

/**
 * Reads `env` and `envFrom` in the kubelet's order: the sources first, whose values are taken as they are; then the list,
 * in which `$(NAME)` is what has been set before; of several of one name the last counts. Each reference that is left in a
 * text means the variable that counts for its name, or none.
 */
export function readVariables(originals: SourceManifests, container: SourceContainer, index: number): SourceVariables {
  const hindrances = new Map<string, Hindrance>();
  const variables = new Map<string, SourceVariable>();
  for (const [number, { prefix = "", configMapRef, secretRef }] of (container.envFrom ?? []).entries()) {
    const place = `envFrom[${number}]`;
    if (configMapRef !== undefined) {
      const data = originals.configMaps.get(configMapRef.name);
      if (data === undefined) hindrances.set(place, notGiven("ConfigMap", configMapRef.name));
      for (const [key, value] of data ?? []) {
        variables.set(prefix + key, {
          name: prefix + key,
          place: { kind: "ConfigMap", name: configMapRef.name, path: ["data", key] },
          content: { kind: "text", text: escapeReferences(value) },
        });
      }
    }
    if (secretRef !== undefined) {
      const keys = originals.secretKeys.get(secretRef.name);
      if (keys === undefined) hindrances.set(place, notGiven("Secret", secretRef.name));
      for (const key of keys ?? []) {
        variables.set(prefix + key, {
          name: prefix + key,
          place: { kind: "Secret", name: secretRef.name, path: ["data", key] },
          content: { kind: "secret", secretName: secretRef.name, key },
        });
      }
    }
  }
  const list = container.env ?? [];
  const last = new Map(list.map(({ name }, number) => [name, number]));
  for (const [number, variable] of list.entries()) {
    const path = ["spec", "template", "spec", "containers", index, "env", number, "value"] as const;
    const { configMapKeyRef } = variable.valueFrom ?? {};
    variables.set(variable.name, {
      name: variable.name,
      place:
        configMapKeyRef === undefined
          ? { kind: "Deployment", name: originals.deployment.document.name, path }
          : { kind: "ConfigMap", name: configMapKeyRef.name, path: ["data", configMapKeyRef.key] },
      content: contentOf(originals, container.name, variable, (name) => {
        const before = variables.get(name);
        const counts = last.get(name);
        if (before === undefined) return counts === undefined ? undefined : { kind: "text", text: `$$(${name})` };
        return counts === undefined || counts < number ? undefined : before.content;
      }),
    });
  }
  return { variables, hindrances };
}

/** The variables whose text is known. */
export function textVariables({ variables }: SourceVariables): Map<string, string> {
  return new Map(
    [...variables].flatMap(([name, { content }]) => (content.kind === "text" ? [[name, content.text] as const] : [])),
  );
}

/** @param changed what a reference means, where it is not the variable that counts for its name in the end. */
function contentOf(
  originals: SourceManifests,
  containerName: string,
  { name, value = "", valueFrom }: NonNullable<SourceContainer["env"]>[number],
  changed: (name: string) => VariableContent | undefined,
): VariableContent {
  if (value !== "" || valueFrom === undefined) {
    const lost = referencesIn(value).find((other) => ![undefined, "text"].includes(changed(other)?.kind));
    if (lost !== undefined) {
      return nothing(
        `it names $(${lost}), which a later variable of that name replaces, and whose value is not known here`,
        `give one of the two variables ${lost} another name, and this one that name`,
      );
    }
    const text = replaceReferences(value, (other) => {
      const content = changed(other);
      return content?.kind === "text" ? content.text : undefined;
    });
    return { kind: "text", text };
  }
  const { secretKeyRef, fieldRef, configMapKeyRef, resourceFieldRef } = valueFrom;
  const amount = readAmount(resourceFieldRef, containerName);
  if (amount !== undefined) return { kind: "amount", amount };
  if (secretKeyRef !== undefined) return { kind: "secret", secretName: secretKeyRef.name, key: secretKeyRef.key };
  if (fieldRef !== undefined) return { kind: "field", fieldPath: fieldRef.fieldPath };
  if (configMapKeyRef === undefined) {
    return nothing(
      "only values, Secrets, ConfigMaps, fields of the pod and amounts of the container's own resources are read",
      `write the value of ${name} under env, or add the variable in transforms.deployment`,
    );
  }
  const found = originals.configMaps.get(configMapKeyRef.name)?.get(configMapKeyRef.key);
  return found === undefined
    ? { kind: "nothing", hindrance: notGiven("ConfigMap", configMapKeyRef.name, configMapKeyRef.key) }
    : { kind: "text", text: escapeReferences(found) };
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

function nothing(reason: string, remedy: string): VariableContent {
  return { kind: "nothing", hindrance: { reason, remedy } };
}

function notGiven(kind: string, name: string, key?: string): Hindrance {
  return {
    reason: `${kind} ${name}${key === undefined ? "" : ` with the key ${key}`} is not among the files, so its ${kind === "Secret" ? "keys are" : "content is"} not known`,
    remedy: `give its manifest too${kind === "Secret" ? " (keys are enough, values are never read)" : ""}`,
  };
}
