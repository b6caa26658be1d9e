import { at, isObject } from "../../../recorder/registeredResource.ts";
import { podReferences, podTemplate } from "../landscape/podReferences.ts";
import { formatPlace } from "../reading/sourceVariables.ts";
import { originInSecret } from "../references/awaitedSecrets.ts";
import { isAsStated, namesInDescription, newNames } from "./environmentFieldRules.ts";
import {
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  holds,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
} from "./fieldOutcome.ts";
import { metadataRules } from "./metadataFieldRules.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container, named } from "./renderedPod.ts";
import { misnamedFile } from "./volumeFieldRules.ts";

/** Rules for the ServiceAccount. */
export const serviceAccountRules: readonly FieldRule[] = [
  ...metadataRules(() => "ServiceAccount", "serviceAccount"),
  [
    "automountServiceAccountToken",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "ServiceAccount", "automountServiceAccountToken"),
        replacedBy("the pod's own say: securityExceptions.serviceAccountToken mounts it"),
      ),
  ],
  [
    "imagePullSecrets.[].name",
    (question) => {
      const names = (objects: RenderedObjects) => JSON.stringify(at(objects, "ServiceAccount", "imagePullSecrets"));
      return keptIf(question, names, replacedBy("the pull secret registry of every namespace"), (name, list) =>
        String(list).includes(JSON.stringify({ name })),
      );
    },
  ],
  ["secrets.[].**", () => replacedBy("short-lived tokens, which need no Secret")],
];

/** Rules for a ConfigMap: its keys are files of `config/`, or values under `env`. */
export const configMapRules: readonly FieldRule[] = [
  ["data.*", judgeData],
  ["data", () => replacedBy("nothing: it is empty")],
  [
    "binaryData.**",
    () => notCarriedOver("config/ holds text, since its files are templates", "put binary files into the image"),
  ],
  [
    "**",
    (question) => {
      const use = useOf(question);
      if (use === "files") return undefined;
      return use === "variables" ? replacedBy("the values themselves, under env") : unread;
    },
  ],
  [
    "metadata.name",
    (question) => {
      const find = (objects: RenderedObjects) => at(objects, "ConfigMap", "metadata", "name");
      return keptIf(question, find, replacedBy(`ConfigMap ${showRendered(question, find)}, named by its content`));
    },
  ],
  ...metadataRules(() => "ConfigMap", "configMap"),
  [
    "immutable",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "ConfigMap", "immutable"),
        replacedBy("true: changed content is a new ConfigMap"),
      ),
  ],
];

const unread: FieldOutcome = notCarriedOver(
  "the Java container neither mounts it nor reads it as a variable",
  "put the file into config/ if the service needs it",
);

/** What the Java container does with the ConfigMap. */
function useOf(question: FieldContext): "files" | "variables" | "nothing" {
  const { name } = question.document;
  const { originals, reading } = question.comparison;
  if ([...reading.files.places.keys()].some((place) => place.startsWith(`${name}/`))) return "files";
  const container = originals.deployment.content.spec.template.spec.containers[reading.container];
  const keys = [...(originals.configMaps.get(name)?.keys() ?? [])];
  return keys.some((key) => variablesOf(question, container, key).length > 0) ? "variables" : "nothing";
}

function judgeData(question: FieldContext): FieldOutcome {
  const key = String(question.leaf.path.at(-1));
  const { reading, originals } = question.comparison;
  const { files, environment } = reading;
  const file = files.places.get(`${question.document.name}/${key}`);
  const place = formatPlace({ kind: "ConfigMap", name: question.document.name, path: ["data", key] });
  if (file !== undefined) {
    const same = keptIf(question, (objects) => at(objects, "ConfigMap", "data", file), undefined);
    if (same !== undefined) return file === key ? kept : replacedBy(`the file config/${file}`);
    const clear = files.clearSecrets.filter((secret) => secret.file === file).map(({ variable }) => `\${${variable}}`);
    if (reading.connections.rewritten.has(`config/${file}`)) {
      return replacedBy(`config/${file}, in which each site names what the service connects to`);
    }
    if (clear.length > 0) return replacedBy(`config/${file} with ${clear.join(", ")} for what stood in the clear`);
    if (reading.references.some((finding) => finding.place === place && !finding.isLoss)) {
      return replacedBy(`config/${file}, with what it refers to at its new place`);
    }
    return notCarriedOver("the rendered file differs from it", `correct config/${file}`);
  }
  if (files.misnamed.has(`${question.document.name}/${key}`)) return misnamedFile;
  const secretLine = files.leftOut.get(`${question.document.name}/${key}`);
  if (secretLine !== undefined) {
    return notCarriedOver(
      `line ${secretLine} of it holds a secret in the clear, such as a private key, and config/ ends up in Git`,
      "put the secret under secrets (certificate() and privateKey() are issued by the site's Vault), and the rest of the file into config/",
    );
  }
  const variables = variablesOf(
    question,
    originals.deployment.content.spec.template.spec.containers[reading.container],
    key,
  );
  const valueIn = (name: string) => (objects: RenderedObjects) =>
    at(named(at(container(objects), "env"), name), "value");
  const isSource = (name: string) => {
    const source = environment.sources.get(name);
    return source !== undefined && formatPlace(source.place) === place;
  };
  const found = variables
    .filter(isSource)
    .filter((name) =>
      namesInDescription(question, name).every(
        (each) => isAsStated(question, each) || holds(question, valueIn(each), (value, other) => value === other),
      ),
    );
  const [first] = found;
  if (first !== undefined) {
    const names = found.flatMap((name) => namesInDescription(question, name));
    const [name = first] = names;
    const shown = holds(question, valueIn(name)) ? "" : `: ${showRendered(question, valueIn(name))}`;
    return replacedBy(`the variable ${names.includes(first) ? names.join(", ") : newNames(names)}, under env${shown}`);
  }
  const secret = variables
    .flatMap((name) => namesInDescription(question, name))
    .find((name) => environment.awaited.has(name));
  if (secret !== undefined)
    return replacedBy(`supplied() under secrets, key ${secret}: the value stood in the clear; move it into Vault`);
  const [variable] = variables;
  if (variable === undefined) return unread;
  const hindrance = environment.hindrances.get(variable);
  if (hindrance !== undefined) return notCarriedOver(hindrance.reason, hindrance.remedy);
  const value = showRendered(question, valueIn(variable));
  if (value !== "nothing") return replacedBy(`another value that the container has for ${variable}: ${value}`);
  return notCarriedOver(`the variable ${variable} is not rendered`, "add it under env");
}

interface VariableSources {
  readonly env?:
    | readonly {
        readonly name: string;
        readonly valueFrom?:
          | { readonly configMapKeyRef?: { readonly name: string; readonly key: string } | undefined }
          | undefined;
      }[]
    | undefined;
  readonly envFrom?:
    | readonly { readonly prefix?: string | undefined; readonly configMapRef?: { readonly name: string } | undefined }[]
    | undefined;
}

/** The variables that the container reads from a key of the ConfigMap. */
function variablesOf({ document }: FieldContext, container: VariableSources | undefined, key: string): string[] {
  return [
    ...(container?.env ?? []).flatMap(({ name, valueFrom }) =>
      valueFrom?.configMapKeyRef?.name === document.name && valueFrom.configMapKeyRef.key === key ? [name] : [],
    ),
    ...(container?.envFrom ?? []).flatMap(({ prefix = "", configMapRef }) =>
      configMapRef?.name === document.name ? [prefix + key] : [],
    ),
  ];
}

/** Rules for a Secret: the service refers to it; what it holds is never read. */
export const secretRules: readonly FieldRule[] = [
  ["data.*", judgeKey],
  ["stringData.*", judgeKey],
  [
    "metadata.namespace",
    (question) => {
      const namespace = showRendered(question, (objects) => at(objects, "Deployment", "metadata", "namespace"));
      return namespace === question.leaf.value
        ? replacedBy("the reference to it, in the same namespace")
        : replacedBy(`namespace ${namespace}: create the Secret there`);
    },
  ],
  [
    "**",
    (question) =>
      isAwaited(question, undefined)
        ? replacedBy("supplied() under secrets: its values are to be moved into Vault")
        : isReferred(question, undefined)
          ? replacedBy(`the reference to it; the Secret itself stays as it is, or is created anew in the namespace`)
          : notCarriedOver(
              "no variable or file of the Java container reads it",
              "leave it out, or name its keys under secrets",
            ),
  ],
];

function judgeKey(question: FieldContext): FieldOutcome {
  const key = String(question.leaf.path.at(-1));
  if (isAwaited(question, key)) {
    return replacedBy(
      `supplied() under secrets: ${originInSecret(question.document.name, key)} is to be moved into Vault`,
    );
  }
  return isReferred(question, key)
    ? replacedBy(`the reference to Secret ${question.document.name}, key ${key}; its value is not read`)
    : notCarriedOver(
        `no variable or file of the Java container reads Secret ${question.document.name}, key ${key}`,
        `leave it out, or state secrets: { VARIABLE: { secretName: "${question.document.name}", key: "${key}" } }`,
      );
}

/** Whether the description declares the key, or any, as a secret whose value a person moves into Vault. */
function isAwaited({ comparison, document }: FieldContext, key: string | undefined): boolean {
  const origins = [...comparison.reading.environment.awaited.values()].map(({ origin }) => origin);
  return key === undefined
    ? origins.some((origin) => origin.startsWith(originInSecret(document.name, "")))
    : origins.includes(originInSecret(document.name, key));
}

/** Whether the rendered pods name the Secret, as variables or as files. */
function isReferred(question: FieldContext, key: string | undefined): boolean {
  return question.comparison.sites.every(({ objects: { Deployment } }) =>
    podReferences(isObject(Deployment) ? podTemplate(Deployment) : undefined).some(
      ({ kind, name, keys }) =>
        kind === "Secret" && name === question.document.name && (key === undefined || keys === "all" || keys.has(key)),
    ),
  );
}
