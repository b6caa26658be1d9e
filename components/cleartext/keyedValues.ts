import { Pair, parseLines } from "dot-properties";
import { Tokenizer } from "htmlparser2";
import { isMap, isPair, isScalar, isSeq, type ParsedNode, parseAllDocuments, type Scalar } from "yaml";

/** A value of a file, the names that lead to it, and where it stands. */
export interface KeyedValue {
  /** The outermost first; of a list the index. */
  readonly keys: readonly string[];
  /** The value as the application reads it. */
  readonly value: string;
  /** Index in the file of its first character, behind a quote. */
  readonly start: number;
  /** Index behind its last character, before a quote. */
  readonly end: number;
  /** Whether another value in its place must be put in quotes. */
  readonly needsQuotes?: boolean;
}

/**
 * The values of a JSON or YAML file, in the order of the text. Undefined where the text is neither, or holds nothing but one
 * text.
 */
export function yamlValues(text: string): KeyedValue[] | undefined {
  const documents = [...parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent", version: "1.2" })];
  const bad = documents.some(({ errors, contents }) => errors.length > 0 || (contents !== null && isScalar(contents)));
  if (bad || documents.length === 0) return undefined;
  const values: KeyedValue[] = [];
  for (const { contents } of documents) if (contents !== null) collectYaml(contents, [], false, text, values);
  return values;
}

/** The nesting of a manifest is no deeper; a text that is would overflow the stack. */
const deepest = 100;

function collectYaml(
  node: ParsedNode | null,
  keys: readonly string[],
  inFlow: boolean,
  text: string,
  values: KeyedValue[],
): void {
  if (node === null || keys.length > deepest) return;
  if (isScalar(node)) {
    values.push(scalarValue(node, keys, inFlow, text));
    return;
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      if (!isPair(item)) collectYaml(item, [...keys, String(index)], node.flow === true, text, values);
    }
    return;
  }
  if (!isMap(node)) return;
  const naming = node.items.find(({ key }) => isScalar(key) && /^(?:name|key)$/i.test(String(key.value)))?.value;
  for (const { key, value } of node.items) {
    const own = isScalar(key) ? String(key.value) : "";
    const named = /^value$/i.test(own) && isScalar(naming) ? String(naming.value) : own;
    collectYaml(value, [...keys, named], node.flow === true, text, values);
  }
}

function scalarValue(node: Scalar.Parsed, keys: readonly string[], inFlow: boolean, text: string): KeyedValue {
  const [from, to] = node.range;
  const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
  const isBlock = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  const trailing = isBlock ? to - from - text.slice(from, to).trimEnd().length : 0;
  return {
    keys,
    value: quoted || isBlock ? String(node.value) : (node.source ?? String(node.value)),
    start: quoted ? from + 1 : from,
    end: quoted ? to - 1 : to - trailing,
    needsQuotes: inFlow && !quoted,
  };
}

/** The values of a properties file, or of a file of variables: `export NAME=value`. */
export function propertiesValues(text: string): KeyedValue[] {
  return parseLines(text, true).flatMap((node): KeyedValue[] => {
    if (!(node instanceof Pair) || node.range === undefined) return [];
    const [, , start = 0, end = 0] = node.range;
    const exported = /^(?:export|set)$/.test(node.key) ? /^\s*([\w.]+)\s*=\s*/.exec(text.slice(start, end)) : null;
    const from = start + (exported?.[0].length ?? 0);
    const raw = text.slice(from, end).trimEnd();
    const quote = /^(["'])[^\n]*\1$/.test(raw) && raw.length > 1 ? 1 : 0;
    const value = exported === null ? node.value : raw;
    return [
      {
        keys: [exported?.[1] ?? node.key],
        value: value.trim().replace(/^(["'])(.*)\1$/s, "$2"),
        start: from + quote,
        end: from + raw.length - quote,
      },
    ];
  });
}

interface Element {
  readonly name: string;
  /** The value of its attribute `name`, `key` or `id`. */
  named: string | undefined;
  /** The text of its last child that names the next: `<key>`, `<param-name>`. */
  childName: string | undefined;
}

/** The texts and attributes of an XML file, or of what looks like one. */
export function xmlValues(text: string): KeyedValue[] {
  const values: KeyedValue[] = [];
  const open: Element[] = [];
  let attributes: { name: string; start: number; end: number }[] = [];
  const keysOf = (...last: (string | undefined)[]) =>
    [...open.map(({ name }) => name), ...last].filter((key) => key !== undefined);
  const endTag = () => {
    const element = open.at(-1);
    if (element === undefined) return;
    const attribute = (pattern: RegExp) => {
      const found = attributes.find(({ name }) => pattern.test(name));
      return found === undefined ? undefined : text.slice(found.start, found.end);
    };
    element.named = attribute(/^(?:name|key|property|id)$/i);
    for (const { name, start, end } of attributes) {
      const key = /^(?:value|val|content|default)$/i.test(name) ? (element.named ?? name) : name;
      values.push({ keys: keysOf(key), value: unescapeXml(text.slice(start, end)), start, end });
    }
  };
  const addText = (from: number, to: number) => {
    const raw = text.slice(from, to);
    const value = raw.trim();
    const element = open.at(-1);
    if (value === "" || element === undefined) return;
    const parent = open.at(-2);
    if (/(?:name|key)$/i.test(element.name) && parent !== undefined) parent.childName = value;
    const sibling = /(?:value|string)$/i.test(element.name) ? (parent?.childName ?? parent?.named) : undefined;
    const start = from + raw.indexOf(value);
    values.push({
      keys: keysOf(element.named ?? sibling),
      value: unescapeXml(value),
      start,
      end: start + value.length,
    });
  };
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { xmlMode: true, decodeEntities: false },
    {
      onopentagname: (start, end) => {
        open.push({ name: text.slice(start, end), named: undefined, childName: undefined });
        attributes = [];
      },
      onattribname: (start, end) => attributes.push({ name: text.slice(start, end), start: end, end }),
      onattribdata: (start, end) => {
        const last = attributes.at(-1);
        if (last !== undefined) attributes[attributes.length - 1] = { name: last.name, start, end };
      },
      onopentagend: endTag,
      onselfclosingtag: () => {
        endTag();
        open.pop();
      },
      onclosetag: () => open.pop(),
      ontext: addText,
      oncdata: (start, end, offset) => addText(start, end - offset),
      onattribend: ignore,
      onattribentity: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onprocessinginstruction: ignore,
      ontextentity: ignore,
    },
  );
  tokenizer.write(text);
  tokenizer.end();
  return values;
}

/** XML's own entities, of which a reference in a value may be made. */
function unescapeXml(text: string): string {
  return text.replaceAll(/&(quot|apos|lt|gt|amp);/g, (_, entity: string) =>
    entity === "quot" ? '"' : entity === "apos" ? "'" : entity === "lt" ? "<" : entity === "gt" ? ">" : "&",
  );
}
