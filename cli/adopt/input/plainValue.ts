import type { Plain } from "../../../recorder/registeredResource.ts";
import { depthLimit, tooDeep } from "./yamlText.ts";

/** How often one value may stand in a document by its anchor; kubectl's reader has a like limit. */
const repeatLimit = 100;

/**
 * A document's value as JSON has it.
 * @returns what is wrong with it as `problem`, where no Kubernetes object may hold it.
 */
export function plainValue(value: unknown): { readonly content: Plain } | { readonly problem: string } {
  const seen = new Map<object, number>();
  let problem = "holds a value that JSON does not know; write text, numbers, lists and maps";
  const isPlain = (part: unknown, depth: number): part is Plain => {
    if (part === null || typeof part === "string" || typeof part === "boolean") return true;
    if (typeof part === "number") return Number.isFinite(part);
    if (typeof part !== "object") return false;
    if (depth >= depthLimit) {
      problem = tooDeep;
      return false;
    }
    const count = (seen.get(part) ?? 0) + 1;
    if (count > repeatLimit) {
      problem = `repeats its anchors more than ${repeatLimit} times; write the values out`;
      return false;
    }
    seen.set(part, count);
    return Object.values(part).every((child) => isPlain(child, depth + 1));
  };
  return isPlain(value, 0) ? { content: value } : { problem };
}
