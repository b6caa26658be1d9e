import { type Document, isAlias, isCollection, isMap, isPair, isScalar } from "yaml";

/** A key that stands in its map already. */
export interface DuplicateKey {
  readonly key: string;
  /** Where the second of the two starts, in UTF-16 units from the text's start. */
  readonly offset: number;
}

/**
 * Every key that its map has twice, in the order of the text. `yaml` compares each key with all others of its map, which
 * takes minutes for some ten thousand keys; documents are parsed with `uniqueKeys: false` and asked here instead. Keys
 * are the same if the resulting object would have one of them only, so `1` and `"1"` are.
 */
export function duplicateKeys(document: Document): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  // A list of what is still to be seen and no recursion, since a file may be nested as deep as it likes.
  const open: unknown[] = [document.contents];
  while (open.length > 0) {
    const node = open.pop();
    if (isMap(node)) {
      const known = new Set<string>();
      for (const { key } of node.items) {
        const scalar = isAlias(key) ? key.resolve(document) : key;
        if (!isScalar(scalar)) continue;
        const name = String(scalar.value ?? "");
        if (known.has(name)) found.push({ key: name, offset: rangeOf(key) });
        known.add(name);
      }
    }
    if (isCollection(node)) for (const item of node.items) open.push(item);
    else if (isPair(node)) open.push(node.key, node.value);
  }
  return found.sort((one, other) => one.offset - other.offset);
}

function rangeOf(key: unknown): number {
  return (isScalar(key) || isAlias(key) ? key.range?.[0] : undefined) ?? 0;
}
