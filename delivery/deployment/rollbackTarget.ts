import { type HistoryRecord, holdOf, lastVerified } from "../history/index.ts";

/** From which commit a site goes back, and to which. */
export interface RollbackTarget {
  /** The newest delivery of the commit that is left. */
  readonly left: HistoryRecord;
  /** The verified delivery of the commit to which the site goes back. */
  readonly to: HistoryRecord;
}

/** Why there is nothing to go back to. */
export interface NoTarget {
  readonly problem: string;
}

/**
 * Where a rollback of a whole site leads: to the newest commit that the site has verified, that is not the one it has now, and that
 * nobody holds. A rollback that was begun and not verified leads to where it led before.
 * @param records the site's
 * @param wanted the beginning of another commit's hash that the site has verified; default as above
 */
export function rollbackTarget(records: readonly HistoryRecord[], wanted?: string): RollbackTarget | NoTarget {
  const isDelivery = ({ kind }: HistoryRecord) => kind === "deployment" || kind === "rollback";
  const last = records.findLast(isDelivery);
  if (last === undefined) return { problem: "nothing was ever deployed here by npm run deploy" };
  const held = records.findLast(({ kind }) => kind === "hold");
  const isBegun = last.kind === "rollback" && last.outcome !== "verified" && held !== undefined;
  const leftCommit = isBegun ? held.commit : last.commit;
  const left = records.findLast((record) => isDelivery(record) && record.commit === leftCommit) ?? last;
  const to = lastVerified(records, ({ commit }) => {
    if (wanted !== undefined) return commit.startsWith(wanted);
    if (isBegun) return commit === last.commit;
    return commit !== leftCommit && holdOf(records, commit) === undefined;
  });
  if (to !== undefined) return { left, to };
  return {
    problem:
      wanted === undefined
        ? `no other commit than ${leftCommit.slice(0, 10)} was verified here, or those that were are held; name one with --to, or deploy a commit that is right`
        : "the commit of --to was never verified here; npm run history says which were",
  };
}

/**
 * The release to which a service goes back: the newest that a verified delivery of the site had, and that is another image.
 * @param present its release as the site's file has it
 */
export function releaseBefore(records: readonly HistoryRecord[], service: string, present: string): string | undefined {
  return lastVerified(records, ({ releases }) => releases[service] !== undefined && releases[service] !== present)
    ?.releases[service];
}
