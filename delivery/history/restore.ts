import { RemoteError } from "../../command/errors.ts";
import { type HistoryParts, hasCopy } from "./parts.ts";
import { canonicalLine } from "./seal.ts";
import { readRecords } from "./verifyChain.ts";

/**
 * Brings back the records that are missing at the end of a history from the copy in the other site's store, as where a store was
 * lost and made anew.
 * @returns how many those were
 * @throws RemoteError where there is no copy, a store cannot be reached, or the history is wrong in any other way: then a person
 * has to see what happened.
 */
export async function restore(parts: HistoryParts): Promise<number> {
  const { site, store, peer } = parts;
  if (peer === undefined || !hasCopy(parts)) {
    throw new RemoteError(`there is no copy of the history of ${site}: no other site has a store of its own`);
  }
  const sites = [site, peer.site];
  const [own, other] = [await store.read(sites), await peer.store.read(sites)];
  const [mine, copy] = [readRecords(site, own.lines(site)), readRecords(site, other.lines(site))];
  const isBeginning = mine.records.every(({ hash }, index) => copy.records[index]?.hash === hash);
  const wrong = [...own.problems, ...mine.problems, ...other.problems, ...copy.problems];
  if (wrong.length > 0 || (!isBeginning && mine.records.length <= copy.records.length)) {
    throw new RemoteError(
      `the history of ${site} is not just cut at its end, so a person has to see what happened: npm run history -- --site ${site} --verify`,
    );
  }
  const missing = copy.records.slice(mine.records.length);
  if (missing.length === 0) return 0;
  const summary = `${site}: restored up to record ${missing.at(-1)?.sequence}`;
  if (await own.append(site, missing.map(canonicalLine), summary)) return missing.length;
  throw new RemoteError(`somebody has written to ${store.place} meanwhile; look at it, then try again`);
}
