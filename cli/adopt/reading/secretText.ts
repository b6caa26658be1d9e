import {
  type ClearSecret,
  findInCommand,
  findInFile,
  findInValue,
  replaceSecrets,
} from "../../../components/cleartext/index.ts";
import { positionOf } from "../../../components/diagnostic.ts";

/** Whether a variable, or another value that has a name, is a secret in the clear or holds one. */
export function isSecretVariable(name: string, value: string): boolean {
  return findInValue([name], value).length > 0;
}

const wordsWithSecrets = new WeakMap<readonly string[], ReadonlySet<number>>();

/** The indexes of the words of a command line that hold a secret in the clear: `--db.password=...`. */
export function secretWords(words: readonly string[]): ReadonlySet<number> {
  const found = wordsWithSecrets.get(words) ?? new Set(findInCommand(words).keys());
  wordsWithSecrets.set(words, found);
  return found;
}

/** Whether any word of a command line holds a secret in the clear. */
export function holdSecret(words: readonly string[] | undefined): boolean {
  return words !== undefined && secretWords(words).size > 0;
}

/**
 * Puts `$(VARIABLE)` in the place of each secret that stands in the clear in the words of a command line.
 * @param taken variable -> the value that it stands for elsewhere; those of these words are added.
 * @returns the words, and the variables; undefined where a secret has no name of which a variable could be made.
 */
export function wordsWithoutSecrets(
  words: readonly string[],
  taken: Map<string, string>,
): { readonly words: readonly string[]; readonly variables: readonly string[] } | undefined {
  const variables: string[] = [];
  const found = findInCommand(words);
  const cleaned = words.map((word, index) =>
    replaceSecrets(word, found.get(index) ?? [], (secret) => {
      const variable = variableOf(secret, word, taken);
      variables.push(variable);
      return `$(${variable})`;
    }),
  );
  return variables.includes("") || holdSecret(cleaned) ? undefined : { words: cleaned, variables };
}

/** A line of a configuration file that held a secret, and what took its place. */
interface SecretLine {
  readonly line: number;
  /** The environment variable that the file now names: `SPRING_DATASOURCE_PASSWORD`. */
  readonly variable: string;
}

/** A configuration file without the secrets that stood in it. */
export interface CleanedFile {
  /** Undefined where a secret has no name of which a variable could be made, so that the file can't be taken over. */
  readonly text: string | undefined;
  readonly found: readonly SecretLine[];
}

/**
 * Puts `${VARIABLE}` in the place of each secret that stands in the clear in a file.
 * @param taken variable -> the value that it stands for in other files; those of this file are added.
 */
export function withoutSecrets(file: string, text: string, taken = new Map<string, string>()): CleanedFile {
  const secrets = findInFile(file, text);
  const variables = new Map(secrets.map((secret) => [secret, variableOf(secret, text, taken)]));
  const found = secrets.map((secret) => ({
    line: positionOf(text, secret.start).line,
    variable: variables.get(secret) ?? "",
  }));
  const replaced = replaceSecrets(text, secrets, (secret) => {
    const reference = `\${${variables.get(secret)}}`;
    return secret.needsQuotes === true ? `"${reference}"` : reference;
  });
  const isClean = found.every(({ variable }) => variable !== "") && findInFile(file, replaced).length === 0;
  return { text: isClean ? replaced : undefined, found };
}

/** A variable's name from the names that lead to the secret; another secret of the same names gets a number behind it. */
function variableOf({ keys, start, end }: ClearSecret, text: string, taken: Map<string, string>): string {
  const name = keys
    .join("_")
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .replace(/^(\d)/, "_$1")
    .toUpperCase();
  if (name === "") return "";
  const value = text.slice(start, end);
  for (let count = 1; ; count += 1) {
    const variable = count === 1 ? name : `${name}_${count}`;
    const other = taken.get(variable);
    if (other === undefined || other === value) {
      taken.set(variable, value);
      return variable;
    }
  }
}
