import { type Diagnostic, formatPath, formatValue } from "../../../components/diagnostic.ts";
import { isObject, type Plain, type PlainObject } from "../../../recorder/registeredResource.ts";
import { reasonOfCluster } from "./clusterOwned.ts";
import { convertApiVersion } from "./convertApiVersion.ts";
import { templateLeaf, templateLine } from "./helmTemplate.ts";
import { firstLeafUnder, type Leaf, leavesOf, type Path, rebuild } from "./leaves.ts";
import { nameProblem } from "./objectNames.ts";
import type { PassedOver } from "./passedOver.ts";
import { plainValue } from "./plainValue.ts";
import { readYaml, type YamlText } from "./yamlText.ts";

/** One Kubernetes object of the input, read in its kind's current form, with the way back to the file. */
export interface ManifestDocument {
  /** The file as the person named it. */
  readonly file: string;
  /** Number of the YAML document in the file, from 0. */
  readonly index: number;
  readonly kind: string;
  /** `metadata.name`, or empty. */
  readonly name: string;
  /** `metadata.namespace`, or empty where the object states none. */
  readonly namespace: string;
  /** The object without nulls. */
  readonly object: PlainObject;
  /** Every leaf of it. `origin` counts from the file's document, so it starts with `items[3]` in a List. */
  readonly leaves: readonly Leaf[];
  /** A problem of this object: the field, and the line on which it stands. */
  problem(path: Path, message: string): Diagnostic;
}

/** Characters of one object: the API server takes requests of up to 3 MiB, and stores half of that. */
const sizeLimit = 3 * 2 ** 20;

/** What a text holds. */
export interface ReadDocuments {
  readonly documents: readonly ManifestDocument[];
  /** Objects that a cluster made, which are not taken in. */
  readonly passedOver: readonly PassedOver[];
  readonly problems: readonly Diagnostic[];
}

/** Objects and problems of one file's text: YAML or JSON, several documents, Lists. */
export function readDocuments(file: string, text: string): ReadDocuments {
  const failed = (problems: readonly Diagnostic[]) => ({ documents: [], passedOver: [], problems });
  const yaml = readYaml(text);
  if ("problems" in yaml) {
    const template = templateLine(text);
    if (template !== undefined)
      return failed([{ file, path: `line ${template.line}`, message: isTemplate(template.text) }]);
    return failed(yaml.problems.map(({ line, message }) => ({ file, path: `line ${line}`, message })));
  }
  const reading: Reading = { documents: [], passedOver: [], problems: [] };
  for (const [index, document] of yaml.documents.entries()) {
    const value = plainValue(document);
    if ("problem" in value) reading.problems.push({ file, path: `document ${index + 1}`, message: value.problem });
    else if (value.content !== null) collect({ file, index, yaml }, value.content, [], reading);
  }
  const { documents, passedOver, problems } = reading;
  if (documents.length + problems.length + passedOver.length === 0) {
    return failed([
      { file, path: "", message: "holds no Kubernetes object; give a file with the service's manifests" },
    ]);
  }
  return { documents, passedOver, problems };
}

interface Source {
  readonly file: string;
  readonly index: number;
  readonly yaml: YamlText;
}

interface Reading {
  readonly documents: ManifestDocument[];
  readonly passedOver: PassedOver[];
  readonly problems: Diagnostic[];
}

function collect(source: Source, value: Plain, at: Path, reading: Reading): void {
  const { documents, passedOver } = reading;
  const complain = (path: Path, message: string) => reading.problems.push(problemAt(source, [...at, ...path], message));
  if (!isObject(value)) {
    complain([], `${formatValue(value)} is no Kubernetes object; a manifest is a map with kind and metadata`);
    return;
  }
  const { kind } = value;
  if (typeof kind !== "string" || !/^[A-Z]\w*$/.test(kind)) {
    complain(
      ["kind"],
      `${kind === undefined ? "is missing" : formatValue(kind)}; say what the object is, such as kind: Deployment, or, where this is no manifest, name the manifest files instead of their folder`,
    );
    return;
  }
  if (kind === "Kustomization") {
    complain(
      ["kind"],
      "Kustomization is a recipe for manifests; follow it first, kubectl kustomize FOLDER > manifests.yaml, and give that file",
    );
    return;
  }
  const items = value["items"];
  if (kind.endsWith("List") && Array.isArray(items)) {
    const { items: _, ...wrapper } = value;
    documents.push(documentOf(source, "List", at, wrapper));
    for (const [index, item] of items.entries()) collect(source, item, [...at, "items", index], reading);
    return;
  }
  const reason = reasonOfCluster(kind, value);
  if (reason !== undefined) {
    const { metadata } = value;
    const name = isObject(metadata) ? String(metadata["name"] ?? "") : "";
    passedOver.push({ file: `${kind}/${name} (${source.file})`, reason, isLoss: false });
    return;
  }
  const document = documentOf(source, kind, at, value);
  const template = templateLeaf(kind, value, document.leaves);
  if (template !== undefined) {
    reading.problems.push(problemAt(source, template.origin, isTemplate(String(template.value))));
    return;
  }
  const size = JSON.stringify(value).length;
  if (size > sizeLimit) {
    const megabytes = (size / 1e6).toFixed(1);
    complain([], `holds ${megabytes} MB, and Kubernetes takes no object of more than 3 MiB; put its content elsewhere`);
    return;
  }
  const nameRefused = kind === "List" ? undefined : nameProblem(kind, document.name);
  if (nameRefused !== undefined) {
    const metadata = document.object["metadata"];
    const name = isObject(metadata) ? metadata["name"] : undefined;
    complain(
      ["metadata", "name"],
      name === undefined
        ? "is missing; every object has a name"
        : typeof name !== "string"
          ? `${formatValue(name)} must be text; put it in quotes (YAML reads yes, no, on, off, y and n as true or false)`
          : `${formatValue(name)} ${nameRefused}`,
    );
    return;
  }
  documents.push(document);
}

function documentOf(source: Source, kind: string, at: Path, value: PlainObject): ManifestDocument {
  const leaves = convertApiVersion(
    kind,
    leavesOf(value).map((leaf) => ({ ...leaf, origin: [...at, ...leaf.origin] })),
  );
  const find = firstLeafUnder(leaves);
  const object = rebuild(leaves);
  const metadata = object["metadata"];
  const textOf = (field: string) => {
    const text = isObject(metadata) ? metadata[field] : undefined;
    return typeof text === "string" ? text : "";
  };
  const name = textOf("name");
  const problem = (path: Path, message: string) => {
    // A field may have moved from where an older API version has it.
    const moved = find(path);
    const extra = moved === undefined ? 0 : moved.path.length - path.length;
    const origin = moved === undefined ? [...at, ...path] : moved.origin.slice(0, moved.origin.length - extra);
    return problemAt(source, origin, message, `${kind}/${name}`);
  };
  return {
    file: source.file,
    index: source.index,
    kind,
    name,
    namespace: textOf("namespace"),
    object,
    leaves,
    problem,
  };
}

function problemAt(source: Source, path: Path, message: string, object?: string): Diagnostic {
  const field = formatPath(path);
  const place = [`line ${source.yaml.lineOf(source.index, path)}`, object, field].filter(
    (part) => part !== undefined && part !== "",
  );
  return { file: source.file, path: place.join(": "), message };
}

function isTemplate(text: string): string {
  return `${formatValue(text)} is a Helm template, not a manifest; render it first, helm template NAME CHART > manifests.yaml, and give that file`;
}
