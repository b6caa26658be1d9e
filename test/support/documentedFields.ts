import ts from "typescript";
import type { DocumentedField } from "../../cli/explain/documentedField.ts";
import { readTypes } from "./sourceTypes.ts";
import { typeWords } from "./typeWords.ts";

/**
 * The fields of a type and of whatever is in them, in the order in which they are declared.
 * @param leaves names of types that have no fields for a person: what the type itself says is all there is
 */
export function documentedFields(file: string, name: string, leaves: readonly string[]): DocumentedField[] {
  const { checker, exported } = readTypes(file);
  const found = new Map<string, DocumentedField>();

  const visit = (type: ts.Type, path: string): void => {
    if (isLeaf(type)) return;
    if (type.isUnion()) {
      for (const part of type.types) visit(part, path);
      relax(type, path);
      return;
    }
    const items = itemsOf(type);
    if (items !== undefined) {
      visit(items, `${path}[]`);
      return;
    }
    const [signature] = type.getCallSignatures();
    if (signature !== undefined) {
      visit(checker.getReturnTypeOfSignature(signature), path);
      return;
    }
    const values = type.getStringIndexType();
    if (values !== undefined) visit(values, `${path}.<name>`);
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return;
    for (const property of type.getProperties()) add(property, type, path);
  };

  const add = (property: ts.Symbol, owner: ts.Type, parent: string): void => {
    const type = checker.getTypeOfSymbol(property);
    const stated = checker.getNonNullableType(type);
    if ((stated.flags & ts.TypeFlags.Never) !== 0) return;
    const path = parent === "" ? property.name : `${parent}.${property.name}`;
    const tags = property.getJsDocTags(checker);
    const tag = (name: string) => tags.filter((each) => each.name === name).map(({ text }) => textOf(text));
    const [fallback] = tag("default");
    const field: DocumentedField = {
      path,
      meaning: textOf(property.getDocumentationComment(checker)) || meaningOf(stated),
      type: typeWords(checker, stated),
      required: (property.flags & ts.SymbolFlags.Optional) === 0,
      ...(fallback === undefined ? {} : { default: fallback }),
      examples: first(tag("example"), typeExamples(stated), literals(stated)),
    };
    const known = found.get(path);
    found.set(path, known === undefined ? field : merged(known, field));
    if (owner !== stated) visit(stated, path);
  };

  /** What only some kinds of a thing need is required by none. */
  const relax = ({ types }: ts.UnionType, path: string): void => {
    const kinds = types.filter((part) => (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0);
    for (const { name: field } of kinds.flatMap((kind) => kind.getProperties())) {
      const own = found.get(path === "" ? field : `${path}.${field}`);
      const everywhere = kinds.every((kind) => {
        const property = kind.getProperty(field);
        return property !== undefined && (property.flags & ts.SymbolFlags.Optional) === 0;
      });
      if (own !== undefined && !everywhere) found.set(own.path, { ...own, required: false });
    }
  };

  const isLeaf = (type: ts.Type) => {
    const own = type.aliasSymbol?.name ?? type.getSymbol()?.name ?? "";
    return leaves.includes(own) || (found.size > 0 && own === name);
  };
  const itemsOf = (type: ts.Type) =>
    // The library says by a boolean what its type could say.
    checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  const symbolOf = (type: ts.Type) => type.aliasSymbol ?? type.getSymbol();
  const meaningOf = (type: ts.Type) => textOf(symbolOf(type)?.getDocumentationComment(checker));
  const typeExamples = (type: ts.Type) =>
    (symbolOf(type)?.getJsDocTags(checker) ?? [])
      .filter((each) => each.name === "example")
      .map(({ text }) => textOf(text));

  const literals = (type: ts.Type): string[] => {
    const parts = type.isUnion() ? type.types : [type];
    if (parts.every(({ flags }) => (flags & ts.TypeFlags.BooleanLike) !== 0)) return ["true"];
    return parts.flatMap((part) => (part.isStringLiteral() ? [JSON.stringify(part.value)] : []));
  };

  visit(exported(name), "");
  const fields = [...found.values()];
  return fields.map((field) => ({ ...field, examples: first(field.examples, composed(field, fields)) }));
}

function first(...choices: readonly (readonly string[])[]): readonly string[] {
  return choices.find((choice) => choice.length > 0) ?? [];
}

/** What is between a map and a field in it, and what an example of the map has around those of its fields. */
const insides = [
  [".", "{ ", " }"],
  ["[].", "[{ ", " }]"],
  [".<name>.", '{ "name": { ', " } }"],
] as const;

/** The example of a map, of those of its required fields, or of its first one where none is required. */
function composed({ path }: DocumentedField, fields: readonly DocumentedField[]): string[] {
  for (const [between, open, close] of insides) {
    const start = path + between;
    const inside = fields.filter(
      (field) => field.path.startsWith(start) && /^[^.[<]+$/.test(field.path.slice(start.length)),
    );
    const required = inside.filter((field) => field.required);
    const parts = (required.length > 0 ? required : inside.slice(0, 1)).map((field) => {
      const [example] = first(field.examples, composed(field, fields));
      return example === undefined ? undefined : `${field.path.slice(start.length)}: ${example}`;
    });
    if (parts.length > 0 && !parts.includes(undefined)) return [open + parts.join(", ") + close];
  }
  return [];
}

/** The same field of several kinds of one thing. */
function merged(first: DocumentedField, second: DocumentedField): DocumentedField {
  const type = first.type.split(" or ").includes(second.type) ? first.type : `${first.type} or ${second.type}`;
  return {
    ...first,
    type,
    meaning: first.meaning === "" ? second.meaning : first.meaning,
    required: first.required && second.required,
    ...((first.default ?? second.default) ? { default: first.default ?? second.default ?? "" } : {}),
    examples: first.examples.length === 0 ? second.examples : first.examples,
  };
}

/** A comment as plain text: one line a paragraph, and links by their name. */
function textOf(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return (parts ?? [])
    .map(({ kind, text }) => (kind === "link" ? "" : text))
    .join("")
    .replaceAll(/(\S)\n(?!\n)(?=\S)/g, "$1 ")
    .trim();
}
