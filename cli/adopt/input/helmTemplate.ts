import { positionOf } from "../../../components/diagnostic.ts";
import { isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import type { Leaf } from "./leaves.ts";

/** What only Helm fills in. */
const helmValue = /\{\{-?\s*(?:\w+\s+)?\(?\$?\.(?:Values|Release|Chart|Capabilities|Files|Template)\b/;

/** What Helm and other users of Go's templates write, such as an alert's text. */
const goTemplate = /\{\{-?\s*(?:include|template|toYaml|if|else|end|range|with|define|tpl)\b/;

/** The first line that holds a template: where there is one, the text as a whole is rarely YAML. */
export function templateLine(text: string): { readonly line: number; readonly text: string } | undefined {
  const found = [helmValue.exec(text), goTemplate.exec(text)].flatMap((match) => (match === null ? [] : [match.index]));
  if (found.length === 0) return undefined;
  const index = Math.min(...found);
  const { line, column } = positionOf(text, index);
  const start = index - (column - 1);
  const [content = ""] = text.slice(start, start + 200).split("\n", 1);
  return { line, text: content.trim() };
}

/**
 * The leaf of an object that Helm has not filled in yet. An object of a cluster has none: what looks like one is its
 * application's own text, and so is a Go template in a ConfigMap.
 */
export function templateLeaf(kind: string, object: PlainObject, leaves: readonly Leaf[]): Leaf | undefined {
  const { metadata } = object;
  if (isObject(metadata) && typeof metadata["uid"] === "string") return undefined;
  const isData = ({ path }: Leaf) => ["ConfigMap", "Secret"].includes(kind) && path[0] !== "metadata";
  return leaves.find(
    (leaf) =>
      typeof leaf.value === "string" &&
      leaf.value.includes("{{") &&
      (helmValue.test(leaf.value) || (kind === "Deployment" && goTemplate.test(leaf.value) && !isData(leaf))),
  );
}
