import { formHint, secretForms } from "./secretForms.ts";
import { isSecretName, nameHint } from "./secretNames.ts";
import { isClearLogin, isClearValue } from "./values.ts";

/** A secret that stands in the clear in a text. */
export interface ClearSecret {
  /** Index of its first character in the text. */
  readonly start: number;
  /** Index behind its last character. */
  readonly end: number;
  /** The names that lead to it, the outermost first; empty where its form alone says what it is. */
  readonly keys: readonly string[];
  /** What tells that it is one, for people: `a value named "password"`, `a private key`. */
  readonly what: string;
  /** Whether what takes its place in the text must be put in quotes, to be one value. */
  readonly needsQuotes?: boolean;
}

/** What is said of a value under a secret's name. */
export function named(keys: readonly string[]): string {
  return `a value named ${JSON.stringify(keys.join("."))}`;
}

/** Whether a value under these names is a secret as a whole. */
export function isClearSecret(keys: readonly string[], value: string): boolean {
  return (isSecretName(...keys) && isClearValue(keys, value)) || isClearLogin(keys, value);
}

/** A quoted text, or a word in which a reference counts as one character. Bounded, so that no text takes long. */
const word = String.raw`\\*"(?:[^"\\]|\\(?!").){0,1000}\\*"|'[^'\n]{0,1000}'|(?:\$\{[^}]{0,200}\}|\$\([^)]{0,200}\)|\{\{[^}]{0,200}\}\}|[^\s"'&;,<>\\]){1,1000}`;
const name = String.raw`[\p{L}_][\p{L}\p{N}_.-]*`;

/** `name=value`, `"name": "value"`, `name:value`, anywhere in a text. */
const pair = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.-])(?:-D|-{1,2})?(?<name>${name})\\*["']?(?:\s{0,3}(?:=>|:=|=)\s{0,3}|:(?!//)(?=\S)|:\s{1,3}(?=\\*["']))(?<value>${word})`,
  "gu",
);

/** `--name value`, as a word of a command line follows another. */
const flag = new RegExp(String.raw`(?:^|(?<=\s))--?(?<name>${name})\s+(?<value>(?!-)(?:${word}))`, "gu");

/** `-H 'Name: value'`, as curl and wget take a header. */
const header = new RegExp(
  String.raw`(?:^|(?<=[\s"']))(?:-H|--header)[\s=]{0,3}\\*["']?(?<name>[A-Za-z][\w-]{0,100}):\s{0,3}(?<value>${word})`,
  "gu",
);

/** A line of its own: `name: value`, `name value`, also behind a mark of a comment or a list. */
const line = new RegExp(
  String.raw`^[ \t#;!/*-]{0,200}(?:(?:export|set|setx|env|assign|let|const|var|def|ENV|ARG)\s+)*["']?(?<name>${name})["']?(?<mark>[ \t]*[:=][ \t]*|[ \t]+(?!-))(?<value>"[^"\n]*"|'[^'\n]*'|\S+?)[;,]?[ \t\r]*$`,
  "gmu",
);

/** `-pvalue` of many command lines, where the value is none of a word's or a number's. */
const shortFlag = /(?<=^|\s)-p(?=\S*[A-Za-z])(?=\S*[A-Z\d])(?<value>[A-Za-z\d!@#%^*_+.]{4,})(?=\s|$)/g;

/**
 * How a text is read: `line` for a text that stands in a place of its own, `value` for one line under a name, `command` for
 * a command line, `prose` for what people read.
 */
export type Reading = "line" | "value" | "command" | "prose";

/** Finds the secrets in a text of any kind: by their forms, and by the names that stand before them. */
export function findInText(text: string, reading: Reading = "line"): ClearSecret[] {
  const found = findForms(text);
  const add = (pattern: RegExp) => {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const { name: key, mark, value = "" } = match.groups ?? {};
      const isWords = reading === "value" && mark?.trim() === "" && !isMixed(value);
      const secret = isWords ? undefined : locate(match, text, value, key === undefined ? [] : [key]);
      if (secret !== undefined) found.push(secret);
      // A value that is none itself may hold one: `--url=jdbc:x?password=...`.
      else if (value !== "") pattern.lastIndex -= match[0].length - match[0].lastIndexOf(value);
    }
  };
  if (nameHint.test(text)) {
    add(pair);
    add(header);
    if (reading !== "prose") add(line);
    if (reading === "command") add(flag);
  }
  if (reading === "command") add(shortFlag);
  return withoutOverlaps(found);
}

/** Whether a word has letters and digits, as no word of a language has: `token bucket` is a manner, `token s3cr3t` is none. */
function isMixed(word: string): boolean {
  return /\p{L}/u.test(word) && /\d/.test(word);
}

/** Finds secrets by their forms alone. */
export function findForms(text: string): ClearSecret[] {
  if (!formHint.test(text)) return [];
  return secretForms.flatMap(({ what, pattern }) =>
    [...text.matchAll(pattern)].flatMap((match): ClearSecret[] => {
      const value = match[1] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      return isClearValue(["password"], value) || match[1] === undefined
        ? [{ start, end: start + value.length, keys: [], what }]
        : [];
    }),
  );
}

/** The secret of a match, without the quotes round it; undefined where the value is none. */
function locate(match: RegExpExecArray, text: string, value: string, keys: readonly string[]): ClearSecret | undefined {
  const opening = /^\\*["']/.exec(value)?.[0] ?? "";
  const closing = opening === "" ? unbalanced(value) : (/\\*["']$/.exec(value)?.[0] ?? "");
  const inner = value.slice(opening.length, value.length - closing.length);
  if (keys.length > 0 ? !isClearSecret(keys, inner) : !isClearValue(["password"], inner)) return undefined;
  const end =
    match.index + match[0].length - (match[0].length - match[0].lastIndexOf(value) - value.length) - closing.length;
  const start = end - inner.length;
  return text.slice(start, end) === inner
    ? { start, end, keys, what: keys.length === 0 ? "a password on a command line" : named(keys) }
    : undefined;
}

/** Brackets at the end of a word that do not open in it. */
function unbalanced(value: string): string {
  const [tail = ""] = /[)\]}]+$/.exec(value) ?? [];
  const count = (characters: RegExp) => value.match(characters)?.length ?? 0;
  const extra = count(/[)\]}]/g) - count(/[([{]/g);
  return extra <= 0 ? "" : tail.slice(-Math.min(extra, tail.length));
}

/** Of secrets that overlap, the one that begins first, else the longer; in the order of the text. */
export function withoutOverlaps(secrets: readonly ClearSecret[]): ClearSecret[] {
  const sorted = secrets.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const kept: ClearSecret[] = [];
  for (const secret of sorted) if ((kept.at(-1)?.end ?? -1) <= secret.start) kept.push(secret);
  return kept;
}

/** A text with `[hidden]` in the place of each secret. */
export function hideSecrets(text: string): string {
  return replaceSecrets(text, findInText(text, "command"), () => "[hidden]");
}

/** A text with other texts in the place of its secrets. */
export function replaceSecrets(
  text: string,
  secrets: readonly ClearSecret[],
  replacement: (secret: ClearSecret) => string,
): string {
  return secrets.reduceRight(
    (rest, secret) => rest.slice(0, secret.start) + replacement(secret) + rest.slice(secret.end),
    text,
  );
}
