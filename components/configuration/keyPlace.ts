import { isMap, isSeq, type ParsedNode, parseAllDocuments } from "yaml";

/** Where a file states a key, in the last place that does; undefined where that cannot be found. */
export function keyPlace(name: string, text: string, key: string): number | undefined {
  if (/\.properties$/i.test(name)) {
    const lines = [...text.matchAll(/^[ \t]*([^#!\s=:][^\s=:]*)/gm)];
    const line = lines.findLast(([, written]) => written === key);
    return line === undefined ? undefined : line.index + line[0].length - key.length;
  }
  const places = [...parseAllDocuments(text, { logLevel: "silent" })].map(({ contents }) => placeIn(contents, key));
  return places.findLast((place) => place !== undefined);
}

function placeIn(node: ParsedNode | null, rest: string): number | undefined {
  if (node === null) return undefined;
  if (rest === "") return node.range[0];
  if (isSeq(node)) {
    const [whole = "", index] = /^\[(\d+)\]\.?/.exec(rest) ?? [];
    const item = index === undefined ? undefined : node.items[Number(index)];
    return item === undefined || !("range" in item) ? undefined : placeIn(item, rest.slice(whole.length));
  }
  if (!isMap(node)) return undefined;
  for (const { key, value } of node.items) {
    const own = String("value" in key ? key.value : "");
    if (own === rest) return key.range[0];
    const behind = rest.startsWith(own) ? rest.slice(own.length) : "";
    if (/^[.[]/.test(behind)) {
      const place = placeIn(value, behind.replace(/^\./, ""));
      if (place !== undefined) return place;
    }
  }
  return undefined;
}
