import { type ClearSecret, findInCommand, findInFile, findInValue } from "../cleartext/index.ts";
import { isRiskyPath, type ResolvedMicroservice, riskyFile, riskyWords } from "../description/index.ts";
import {
  type Check,
  type ContentProtection,
  containersOf,
  entriesAt,
  fieldAt,
  type Gap,
  listAt,
  podTemplate,
  probes,
} from "../kubernetes/index.ts";

/** A text of a manifest, the field that holds it, and what of it must not be there. */
interface Text {
  readonly field: string;
  readonly secrets: (text: string) => readonly ClearSecret[];
  readonly text: string;
}

/** What a manifest's texts may not hold, whatever its kind: as the description's own may not. */
export function contentProtections(
  { cardholderData }: Pick<ResolvedMicroservice, "cardholderData">,
  kind: string,
): Readonly<Partial<Record<ContentProtection, Check>>> {
  const handlesCards = cardholderData && ["Deployment", "Job", "ConfigMap"].includes(kind);
  return { clearText, ...(handlesCards ? { cardholderData: cardholderGaps } : {}) };
}

/** No secret stands in the clear, unless the description has it and says why it is none. */
const clearText: Check = (manifest, generated) => {
  const known = new Set(textsOf(generated).map(({ field, text }) => `${field}\n${text}`));
  return textsOf(manifest)
    .filter(({ field, text, secrets }) => !known.has(`${field}\n${text}`) && secrets(text).length > 0)
    .map(({ field }) => ({ field, value: "[hidden]" }));
};

function textsOf(manifest: unknown): Text[] {
  const variables = containersOf(manifest).flatMap(({ path, value }) => [
    ...listAt(value, "env").flatMap((variable): Text[] => {
      const [name, text] = [String(fieldAt(variable, "name")), fieldAt(variable, "value")];
      const secrets = (found: string) => findInValue([name], found);
      return typeof text === "string" ? [{ field: `${path}.env[${name}]`, text, secrets }] : [];
    }),
    ...commandsOf(value).map(({ field, words }) => ({
      field: `${path}.${field}`,
      text: words.join("\n"),
      secrets: (found: string) => [...findInCommand(found.split("\n")).values()].flat(),
    })),
  ]);
  const annotations = [
    { path: "metadata.annotations", entries: entriesAt(manifest, "metadata", "annotations") },
    { path: `${podTemplate.join(".")}.annotations`, entries: entriesAt(manifest, ...podTemplate, "annotations") },
  ].flatMap(({ path, entries }) =>
    entries.map(([key, text]) => ({
      field: `${path}["${key}"]`,
      text: String(text),
      secrets: (found: string) => findInValue([key], found),
    })),
  );
  const files = filesOf(manifest).map(({ field, name, text }) => ({
    field,
    text,
    secrets: (found: string) => findInFile(name, found),
  }));
  return [...variables, ...annotations, ...files];
}

/** The files of a ConfigMap; none of another object. */
function filesOf(manifest: unknown): { readonly field: string; readonly name: string; readonly text: string }[] {
  if (fieldAt(manifest, "kind") !== "ConfigMap") return [];
  return [
    ...entriesAt(manifest, "data").map(([name, text]) => ({ field: `data["${name}"]`, name, text: String(text) })),
    ...entriesAt(manifest, "binaryData").map(([name, text]) => ({
      ...{ field: `binaryData["${name}"]`, name },
      text: Buffer.from(String(text), "base64").toString("utf8"),
    })),
  ];
}

/** No option by which memory or requests leave the service, or by which it can be taken over. */
const cardholderGaps: Check = (manifest, generated) => [
  ...containersOf(manifest).flatMap(({ path, value }) => {
    const lists = commandsOf(value).flatMap(({ field, words }) =>
      riskyWords("", { command: words, env: variablesOf(value) }).flatMap(({ path: place, name }): Gap[] =>
        place.startsWith("command") ? [{ field: `${path}.${field}`, value: name }] : [],
      ),
    );
    const variables = riskyWords("", { env: variablesOf(value) }).map(({ path: place, name }) => ({
      field: `${path}.${place}`,
      value: name,
    }));
    const paths = probes.flatMap((probe) => {
      const found = fieldAt(value, probe, "httpGet", "path");
      return typeof found === "string" && isRiskyPath(found)
        ? [{ field: `${path}.${probe}.httpGet.path`, value: found }]
        : [];
    });
    return [...lists, ...variables, ...paths];
  }),
  ...coreFiles(manifest, generated),
  ...filesOf(manifest).flatMap(({ field, name, text }) =>
    riskyFile(name, text).map((risk) => ({ field, value: risk.name })),
  ),
  ...containersOf(manifest).flatMap(hiddenVariables),
];

/** Variables from a ConfigMap or a file, which nobody checks. */
function hiddenVariables({ path, value }: { readonly path: string; readonly value: unknown }): Gap[] {
  const sources = [
    ...listAt(value, "env").flatMap((variable) =>
      ["configMapKeyRef", "fileKeyRef"].map((kind) => ({
        field: `${path}.env[${String(fieldAt(variable, "name"))}].valueFrom.${kind}`,
        value: fieldAt(variable, "valueFrom", kind),
      })),
    ),
    ...listAt(value, "envFrom").map((source) => ({ field: `${path}.envFrom`, value: fieldAt(source, "configMapRef") })),
  ];
  return sources.filter((source) => source.value !== undefined);
}

/** The options that keep the JVM's memory from a disk are still there. */
function coreFiles(manifest: unknown, generated: unknown): Gap[] {
  const before = containersOf(generated);
  return containersOf(manifest).flatMap(({ path, value }) => {
    const known = variablesOf(before.find((container) => container.path === path)?.value)["JAVA_TOOL_OPTIONS"] ?? "";
    const options = variablesOf(value)["JAVA_TOOL_OPTIONS"] ?? "";
    return known.includes(noCoreFiles) && !options.includes(noCoreFiles)
      ? [{ field: `${path}.env.JAVA_TOOL_OPTIONS`, value: `without ${noCoreFiles}` }]
      : [];
  });
}

const noCoreFiles = "-XX:-CreateCoredumpOnCrash";

function variablesOf(container: unknown): Record<string, string> {
  return Object.fromEntries(
    listAt(container, "env").flatMap((variable) => {
      const text = fieldAt(variable, "value");
      return typeof text === "string" ? [[String(fieldAt(variable, "name")), text]] : [];
    }),
  );
}

/** Every command of a container: what it runs, and what its probes and hooks run. */
function commandsOf(container: unknown): { readonly field: string; readonly words: readonly string[] }[] {
  const hooks = ["lifecycle.postStart", "lifecycle.preStop", ...probes];
  return [
    { field: "command", words: textList(fieldAt(container, "command")) },
    { field: "args", words: textList(fieldAt(container, "args")) },
    ...hooks.map((hook) => ({
      field: `${hook}.exec.command`,
      words: textList(fieldAt(container, ...hook.split("."), "exec", "command")),
    })),
  ].filter(({ words }) => words.length > 0);
}

function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}
