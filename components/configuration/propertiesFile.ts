import { Pair, parseLines } from "dot-properties";
import type { ConfigurationFile, FileProblem, Property } from "./parsedFile.ts";

/** Reads a properties file as Java does: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html */
export function readProperties(text: string): ConfigurationFile {
  const properties: Property[] = [];
  const problems: FileProblem[] = [];
  const first = new Map<string, string>();
  let end = 0;
  for (const node of parseLines(text, true)) {
    if (!(node instanceof Pair) || node.range === undefined) continue;
    const [index, , , behind] = node.range;
    // Spring Boot reads what is behind such a line as another document.
    if (/^[#!]---\s*$/m.test(text.slice(end, index))) first.clear();
    end = behind;
    const { key, value } = node;
    const other = first.get(key);
    if (other !== undefined && other !== value) {
      problems.push({ index, message: `states ${key} again, with another value: Java takes the later; keep one` });
    }
    first.set(key, value);
    properties.push({ key, value });
  }
  for (const { index } of text.matchAll(/(?<!\\)(?:\\\\)*\\u(?![\da-f]{4})/gi)) {
    if (!isComment(text, index)) {
      problems.push({
        index,
        message:
          "is no properties file: four hexadecimal digits must follow \\u; write \\\\ for a backslash, as in C:\\\\users",
      });
    }
  }
  return { properties, problems };
}

function isComment(text: string, index: number): boolean {
  return /^[ \t]*[#!]/.test(text.slice(text.lastIndexOf("\n", index) + 1));
}
