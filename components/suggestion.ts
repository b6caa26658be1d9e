import leven from "leven";

/**
 * What somebody who wrote a word most likely meant, as the end of a message: `; did you mean "receipts"?`. Empty where no
 * known word is near, or two are as near: one letter in three may differ, and at most three, or one word is the other's beginning.
 * @param known what there is: names of files, fields or services, and never a secret
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const typed = word.toLowerCase();
  const others = [...new Set(known)].filter((each) => each !== word);
  const near = nearest(typed, others) ?? others.find((each) => isBeginning(each.toLowerCase(), typed));
  return near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
}

/** The one word that differs least, and not too much. */
function nearest(typed: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.min(3, Math.floor(typed.length / 3)));
  const distances = known.map((each) => leven(typed, each.toLowerCase(), { maxDistance: most + 1 }));
  const least = Math.min(...distances);
  const index = distances.indexOf(least);
  return least > most || distances.lastIndexOf(least) !== index ? undefined : known[index];
}

/** Whether one of two words is the other's beginning, and long enough to be meant. */
function isBeginning(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length > 3 && long.startsWith(short);
}
