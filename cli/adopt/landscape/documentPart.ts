import type { ManifestDocument } from "../input/documents.ts";
import { type Path, rebuild } from "../input/leaves.ts";

/**
 * A part of an object that several services share: the leaves that a service keeps, with the items of lists counted
 * anew. What its problems and leaves say of the file stays as it is.
 */
export function documentPart(document: ManifestDocument, keep: (path: Path) => boolean): ManifestDocument {
  const kept = document.leaves.filter(({ path }) => keep(path));
  if (kept.length === document.leaves.length) return document;
  // The place of each item in a list, by what comes before it: in the whole, and in the part.
  const places = new Map<string, Map<number, number>>();
  const origins = new Map<string, number>();
  const leaves = kept.map((leaf) => {
    const path: (string | number)[] = [];
    for (const [depth, key] of leaf.path.entries()) {
      if (typeof key !== "number") {
        path.push(key);
        continue;
      }
      const list = JSON.stringify(leaf.path.slice(0, depth));
      const known = places.get(list) ?? new Map<number, number>();
      const place = known.get(key) ?? known.size;
      places.set(list, known.set(key, place));
      path.push(place);
      origins.set(JSON.stringify(path), key);
    }
    return { ...leaf, path };
  });
  const inWhole = (path: Path) =>
    path.map((key, depth) => origins.get(JSON.stringify(path.slice(0, depth + 1))) ?? key);
  return {
    ...document,
    object: rebuild(leaves),
    leaves,
    problem: (path, message) => document.problem(inWhole(path), message),
  };
}
