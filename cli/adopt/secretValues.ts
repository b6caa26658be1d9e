import { entriesAt } from "../../components/kubernetes/index.ts";
import type { ManifestDocument } from "./documents.ts";

/** Shorter values are words that stand anywhere. */
const shortest = 6;

const known = new WeakMap<readonly ManifestDocument[], ReadonlySet<string>>();

/**
 * Every value of the Secrets of a run, encoded and decoded, never to be shown: also of those that no service refers to,
 * since what they hold may stand in the clear elsewhere. Made once for all services of the run.
 */
export function secretValuesOf(input: readonly ManifestDocument[]): ReadonlySet<string> {
  const found = known.get(input) ?? new Set(input.filter(({ kind }) => kind === "Secret").flatMap(valuesOf));
  known.set(input, found);
  return found;
}

function valuesOf({ object }: ManifestDocument): string[] {
  const texts = (field: string) =>
    entriesAt(object, field)
      .map(([, value]) => value)
      .filter((value) => typeof value === "string");
  const encoded = texts("data");
  const decoded = encoded.map((text) => Buffer.from(text, "base64").toString("utf8"));
  return [...encoded, ...decoded, ...texts("stringData")]
    .flatMap((value) => [value, value.trim()])
    .filter((value) => value.length >= shortest);
}
