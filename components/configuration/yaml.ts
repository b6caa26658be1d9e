import { loadAll, YAMLException } from "js-yaml";
import { type Document, parseAllDocuments, visit } from "yaml";
import type { ConfigurationFile, Property } from "./parsedFile.ts";

/** Properties of one file are no more; aliases within aliases could make billions of a few lines. */
const mostProperties = 20_000;

/** Reads YAML. What is wrong is told by another parser than the one that reads, which is slower and knows more. */
export function readYaml(text: string): ConfigurationFile {
  try {
    return { properties: loadAll(text).flatMap((document) => propertiesOf(document)), problems: [] };
  } catch (error) {
    return readCarefully(text, error);
  }
}

/** @param refusal of the fast parser, which also knows no tags: they are the business of the program that reads the file. */
function readCarefully(text: string, refusal: unknown): ConfigurationFile {
  const documents = [...parseAllDocuments(text, { prettyErrors: false, logLevel: "silent" })];
  const problems = documents.flatMap((document) =>
    document.errors.slice(0, 1).map(({ code, message, pos: [index] }) => ({
      // A quote that is not closed is told where it opens, and not at the end of the file.
      index: (/^Missing closing .*quote/.test(message) ? lastQuote(document) : undefined) ?? index,
      message: `is no YAML: ${reasonOf(code, message)}`,
    })),
  );
  if (problems.length > 0) return { properties: [], problems };
  try {
    return { properties: documents.flatMap((document) => propertiesOf(document.toJS())), problems };
  } catch {
    const { reason, mark } = refusal instanceof YAMLException ? refusal : { reason: String(refusal), mark: undefined };
    return {
      properties: [],
      problems: [
        { index: mark?.position ?? 0, message: `is no YAML: ${reason}; correct it, or put the value in quotes` },
      ],
    };
  }
}

/** Where the last text in quotes begins. */
function lastQuote(document: Document.Parsed): number | undefined {
  let last: number | undefined;
  visit(document, {
    Scalar: (_, { type, range }) => {
      if (type?.startsWith("QUOTE") === true) last = range?.[0];
    },
  });
  return last;
}

/** What YAML's errors mean to those who write configuration. */
const reasons: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab indents this line; indent with spaces",
  DUPLICATE_KEY: "this key stands twice in its map; keep one",
  BAD_INDENT: "this line is indented by another number of spaces than the lines beside it; line it up with them",
  MISSING_CHAR: "a sign is missing before this, such as a closing quote, a bracket, or the colon behind a key; add it",
  UNEXPECTED_TOKEN: "this does not belong here; take it out, or put the value in quotes",
  BAD_SCALAR_START: "no value begins with this sign, unless it is in quotes; put the value in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a second key on one line, or on a line that is indented too far; put the value in quotes if it holds a colon",
  MULTILINE_IMPLICIT_KEY: "this line has no colon, so it is neither a key nor a value; add the colon",
  BAD_ALIAS: "no anchor has this name; write a value that begins with * in quotes",
  BAD_DQ_ESCAPE:
    "a backslash within double quotes begins an escape, and there is none like this; write \\\\, or use single quotes",
  IMPOSSIBLE: "this does not belong here; correct it",
};

function reasonOf(code: string, message: string): string {
  if (/^Map keys must be unique/.test(message)) return reasons["DUPLICATE_KEY"] ?? message;
  return reasons[code] ?? `${message}; correct it`;
}

/** The values of a document under the names that Spring gives them. */
function propertiesOf(document: unknown): Property[] {
  const found: Property[] = [];
  flatten(document, "", found);
  return found;
}

/** https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.yaml.mapping-to-properties */
function flatten(value: unknown, path: string, found: Property[]): void {
  if (found.length >= mostProperties) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) flatten(item, `${path}[${index}]`, found);
  } else if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    for (const [key, item] of Object.entries(value)) {
      flatten(item, path === "" || key.startsWith("[") ? `${path}${key}` : `${path}.${key}`, found);
    }
  } else if (path !== "" || (value !== null && value !== undefined)) {
    found.push({ key: path, value: value instanceof Date ? value.toISOString() : String(value ?? "") });
  }
}

/** The properties of a value that a parser of JSON has read. */
export const flattenedProperties = propertiesOf;
