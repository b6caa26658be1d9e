/** Length of the starts by which texts are looked up. */
const startLength = 6;

const indexes = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, readonly string[]>>();

/**
 * Whether a text holds any of some known ones. The known ones are indexed by their first characters once, so that the
 * time grows with the text and not with their number.
 * @param known texts of at least six characters, which do not change; shorter ones are not found.
 */
export function holdsKnownText(known: ReadonlySet<string>, text: string): boolean {
  let index = indexes.get(known);
  if (index === undefined) {
    index = Map.groupBy(known, (each) => each.slice(0, startLength));
    indexes.set(known, index);
  }
  if (index.size === 0) return false;
  for (let at = 0; at + startLength <= text.length; at += 1) {
    const candidates = index.get(text.slice(at, at + startLength));
    if (candidates?.some((each) => text.startsWith(each, at)) === true) return true;
  }
  return false;
}
