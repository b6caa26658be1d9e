import type { ConfigurationFile } from "./parsedFile.ts";
import { flattenedProperties } from "./yaml.ts";

/** Reads JSON, without the comments and trailing commas that some programs allow. */
export function readJson(text: string): ConfigurationFile {
  try {
    return { properties: flattenedProperties(JSON.parse(text)), problems: [] };
  } catch {
    const index = firstWrong(text);
    const found = text[index];
    const reason =
      found === undefined
        ? "it ends too early: a bracket, a brace or a quote is not closed; close it"
        : `${reasonOf(text, index)}; correct it`;
    return { properties: [], problems: [{ index, message: `is no JSON: ${reason}` }] };
  }
}

function reasonOf(text: string, index: number): string {
  const before = text.slice(0, index).trimEnd();
  if (/^[}\]]/.test(text.slice(index)) && before.endsWith(",")) return "a comma stands before the end of a list or map";
  if (/^\/[/*]|^#/.test(text.slice(index))) return "JSON has no comments";
  if (text[index] === "'") return "texts stand in double quotes";
  if (text[index] === '"') return "a comma is missing before this";
  return "this does not belong here";
}

/** The index of the first character that no longer text could make right; the text's length where it only ends too early. */
function firstWrong(text: string): number {
  let right = 0;
  let wrong = text.length + 1;
  while (wrong - right > 1) {
    const middle = Math.floor((right + wrong) / 2);
    if (middle <= text.length && couldGoOn(text.slice(0, middle))) right = middle;
    else wrong = middle;
  }
  return wrong - 1;
}

/** Whether a text is the beginning of some JSON. */
function couldGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (
      /^Unexpected end of JSON input|^Unterminated string|^No number after minus|^Unterminated fractional/.test(message)
    )
      return true;
    const [, position] = / at position (\d+)/.exec(message) ?? [];
    return position !== undefined && Number(position) >= text.length;
  }
}
