import { type KeyedValue, propertiesValues, xmlValues, yamlValues } from "./keyedValues.ts";
import { formHint } from "./secretForms.ts";
import { nameHint } from "./secretNames.ts";
import { type ClearSecret, findForms, findInText, isClearSecret, named, withoutOverlaps } from "./text.ts";

/** Lines such as `password: ${DB_PASSWORD}`, which most configuration has and which need no second look. */
const referenceLines =
  /^[ \t-]{0,100}[\w.-]{1,200}[ \t]*[:=][ \t]*["']?(?:\$\{[\w.-]+\}|\{\{[ \w.-]*\}\})["']?[ \t]*$/gm;

/** A value within a value is read as deep as this: JSON in a variable in a file. */
const deepest = 3;

/**
 * Finds the secrets that stand in the clear in a file, a template of one, or a longer value. JSON, YAML, XML and properties
 * are parsed; what no parser reads is searched as text.
 * @param name the file's name, whose ending says its format; empty for a value, whose format is guessed.
 */
export function findInFile(name: string, text: string, depth = 0): ClearSecret[] {
  const rest = text.replaceAll(referenceLines, "");
  if (!nameHint.test(rest) && !formHint.test(rest)) return [];
  const masked = maskPlaceholders(text);
  const values = parse(name, masked);
  if (values === undefined) return findInText(masked, /\.(?:sh|bash|cmd|bat)$|file$/i.test(name) ? "command" : "line");
  return withoutOverlaps([
    ...values.flatMap((value) => findInKeyedValue(value, masked, depth)),
    ...findInComments(masked),
    ...findForms(masked),
  ]);
}

/** Finds the secrets in a value that has a name: a variable, or an entry of a file. */
export function findInValue(keys: readonly string[], value: string, depth = 0): ClearSecret[] {
  if (isClearSecret(keys, value)) return [{ start: 0, end: value.length, keys, what: named(keys) }];
  if (depth < deepest && /^\s*[[{<]|\n/.test(value)) {
    const inside = findInFile("", value, depth + 1);
    if (inside.length > 0) return inside.map((secret) => ({ ...secret, keys: [...keys, ...secret.keys] }));
  }
  const reading = /\s-/.test(value) ? "command" : value.includes("\n") ? "line" : "value";
  return findInText(value, reading).map((secret) => ({
    ...secret,
    keys: secret.end - secret.start === value.length ? keys : [...keys, ...partName(secret)],
  }));
}

/** The name of a secret within a value: its own, or one after its form. The value's name is that of the whole. */
function partName({ keys, what }: ClearSecret): readonly string[] {
  return keys.length > 0 ? keys : [what.includes("password") ? "password" : "secret"];
}

function findInKeyedValue({ keys, value, start, end, needsQuotes = false }: KeyedValue, text: string, depth: number) {
  const raw = text.slice(start, end);
  return findInValue(keys, value, depth).map((secret): ClearSecret => {
    const part = value.slice(secret.start, secret.end);
    const at = part === value ? -1 : samePart(value, secret.start, part, raw);
    const whole = { start, end, needsQuotes };
    // What the file escapes cannot be found in it again; then the whole value is taken for the secret.
    const range = at === -1 ? whole : { start: start + at, end: start + at + part.length };
    return { ...range, what: secret.what, keys: secret.keys };
  });
}

/** Where the part of a value stands in what the file has for it: as often after the same text as there; -1 where it does not. */
function samePart(value: string, start: number, part: string, raw: string): number {
  if (raw === value) return start;
  const before = value.slice(0, start).split(part).length - 1;
  let at = raw.indexOf(part);
  for (let count = 0; count < before && at !== -1; count += 1) at = raw.indexOf(part, at + part.length);
  return at;
}

function findInComments(text: string): ClearSecret[] {
  return [...text.matchAll(/^[ \t]*(?:#|\/\/|!|;).*$|\s#\s.*$|<!--[\s\S]{0,2000}?-->/gm)].flatMap(
    ({ 0: comment, index }) =>
      findInText(comment, comment.startsWith("<!--") ? "prose" : "line").map((secret) => ({
        ...secret,
        start: index + secret.start,
        end: index + secret.end,
      })),
  );
}

function parse(name: string, text: string): readonly KeyedValue[] | undefined {
  if (/\.(?:properties|env|npmrc)$|^\.env/i.test(name)) return propertiesValues(text);
  if (/^\s*<[?!\w]/.test(text)) return xmlValues(text);
  if (/\.(?:ya?ml|json5?)$/i.test(name) || /^\s*[[{]|^[ \t-]{0,100}["']?[\w.-]{1,200}["']?:(?:\s|$)/m.test(text))
    return yamlValues(text);
  return undefined;
}

/**
 * A template's placeholders make it no YAML, so each becomes a word of the same length, which counts as a reference. One that
 * holds a text in quotes shows that text.
 */
function maskPlaceholders(text: string): string {
  return text.replaceAll(/\{\{.{0,1000}?\}\}|\{%.{0,1000}?%\}/gs, (placeholder) => {
    const isLiteral = /["'][^"'{}]+["']/.test(placeholder) && !/\{\{\s*["']\{[{%]["']\s*\}\}/.test(placeholder);
    if (isLiteral) return placeholder.replaceAll(/[{}%]/g, " ");
    return placeholder.startsWith("{%") ? " ".repeat(placeholder.length) : "\uE000".repeat(placeholder.length);
  });
}

/**
 * Finds the secrets in the words of a command line, where one word may name the next.
 * @returns the index of each word that holds secrets -> the secrets, at their places in the word.
 */
export function findInCommand(words: readonly string[]): ReadonlyMap<number, readonly ClearSecret[]> {
  const found = new Map<number, ClearSecret[]>();
  const line = words.join(" ");
  const inLine = findInText(line, "command");
  let from = 0;
  for (const [index, word] of words.entries()) {
    const to = from + word.length;
    const here = inLine
      .filter(({ start, end }) => start < to && end > from)
      .map((secret) => ({
        ...secret,
        start: Math.max(secret.start, from) - from,
        end: Math.min(secret.end, to) - from,
      }));
    const all = withoutOverlaps([...here, ...findInValue([], word)]);
    if (all.length > 0) found.set(index, all);
    from = to + 1;
  }
  return found;
}
