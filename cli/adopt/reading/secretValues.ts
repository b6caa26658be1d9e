import { entriesAt } from "../../../components/kubernetes/index.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { isSecretVariable } from "./secretText.ts";

/** Shorter values are words that stand anywhere. */
const shortest = 6;

const known = new WeakMap<readonly ManifestDocument[], ReadonlySet<string>>();

/**
 * The values of the Secrets of a run, encoded and decoded, never to be shown: also of those that no service refers to, since
 * what they hold may stand in the clear elsewhere. A word that is a name elsewhere tells nothing, and is none; nor is a plain
 * word or a number under a key that names no secret, such as a user's. Made once for all services of the run.
 */
export function secretValuesOf(input: readonly ManifestDocument[]): ReadonlySet<string> {
  const made = known.get(input);
  if (made !== undefined) return made;
  const names = new Set(input.flatMap(namesIn));
  const values = input.filter(({ kind }) => kind === "Secret").flatMap(valuesOf);
  const found = new Set(values.filter((value) => !names.has(value)));
  known.set(input, found);
  return found;
}

function valuesOf({ object }: ManifestDocument): string[] {
  const texts = (field: string) =>
    entriesAt(object, field).flatMap(([key, value]) => (typeof value === "string" ? [{ key, value }] : []));
  const encoded = texts("data").flatMap(({ key, value }) => {
    const decoded = Buffer.from(value, "base64").toString("utf8");
    return isHidden(key, decoded) ? [value, decoded] : [];
  });
  const stated = texts("stringData").flatMap(({ key, value }) => (isHidden(key, value) ? [value] : []));
  return [...encoded, ...stated].flatMap((value) => [value, value.trim()]).filter((value) => value.length >= shortest);
}

function isHidden(key: string, value: string): boolean {
  return isSecretVariable(key, value) || !/^(?:[A-Za-z]+|\d+)$/.test(value.trim());
}

/** Names of an object, its namespace, and what its labels say that it belongs to. */
function namesIn({ object, name, namespace }: ManifestDocument): string[] {
  const labels = entriesAt(object, "metadata", "labels").map(([, value]) => value);
  return [name, namespace, ...labels].filter((text) => typeof text === "string");
}
