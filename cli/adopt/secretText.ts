import { endsInSecretName, isSecretName } from "../../components/description/index.ts";

const argument = /^(?:-D|--?)([\w.-]+)[=:](?!\$\()\S/;
const userInUrl = /:\/\/[^\s:/@]+:(?!\$[{(])[^\s:/@]+@/;

/** Whether a variable's value is a secret in the clear, by the variable's name or because a URL holds a password. */
export function isSecretVariable(name: string, value: string): boolean {
  return (isSecretName(name) && value !== "" && !/^\$[({]/.test(value)) || userInUrl.test(value);
}

/** Whether an argument carries a secret in the clear: `--db.password=...`. */
export function isSecretArgument(text: string): boolean {
  return endsInSecretName(argument.exec(text)?.[1] ?? "") || userInUrl.test(text);
}

/** A line of a configuration file whose value is a secret, and what takes its place. */
export interface SecretLine {
  readonly line: number;
  /** The environment variable that the file now names: `SPRING_DATASOURCE_PASSWORD`. */
  readonly variable: string;
}

const entry = /^(\s*(?:- )?["']?)([\w.-]+)(["']?\s*[:=]\s*)(\S.*?)\s*$/;

/** Puts `${VARIABLE}` in the place of each secret that stands in the clear in a properties or YAML file. */
export function withoutSecrets(text: string): { readonly text: string; readonly found: SecretLine[] } {
  const found: SecretLine[] = [];
  const above: { indent: number; key: string }[] = [];
  const lines = text.split("\n").map((line, index) => {
    const indent = line.length - line.trimStart().length;
    const key = /^\s*(?:- )?["']?([\w.-]+)["']?\s*:\s*$/.exec(line)?.[1];
    while (line.trim() !== "" && (above.at(-1)?.indent ?? -1) >= indent) above.pop();
    if (key !== undefined) above.push({ indent, key });
    const match = entry.exec(line);
    if (match === null) return line;
    const [, start = "", name = "", between = "", value = ""] = match;
    if (!endsInSecretName(name) || !isClear(name, value)) return line;
    const path = [...above.map((outer) => outer.key), name].join("_");
    const variable = path
      .replaceAll(/[^A-Za-z0-9]+/g, "_")
      .replace(/^(\d)/, "_$1")
      .toUpperCase();
    found.push({ line: index + 1, variable });
    return `${start}${name}${between}\${${variable}}`;
  });
  return { text: found.length === 0 ? text : lines.join("\n"), found };
}

/** A reference, a switch and an empty value are no secret; a number is one only under a name that admits nothing else. */
function isClear(name: string, value: string): boolean {
  if (/^["']?(\$\{|\$\(|\{\{|\{%|ENC\(|true\b|false\b|null\b|~$|[|>&*{[]|#|["']{1,2}$)/.test(value)) return false;
  return !/^["']?\d+["']?$/.test(value) || /(password|passwd|passphrase|secret)$/i.test(name);
}
