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
  const last = records.findLast(isDelivery);
  if (last === undefined) return { problem: "nothing was ever deployed here by npm run deploy" };
  const held = records.findLast(({ kind }) => kind === "hold");
  const isBegun = isUnverifiedRollback(last) && held !== undefined;
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

/** Which release a service has in a site, and to which it goes back. */
export interface ServiceTarget {
  /** The newest delivery of the site, whose commit has what the site has. */
  readonly last: HistoryRecord;
  /** The commit that has brought the release that is left. */
  readonly left: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Where a rollback of one service leads: from the release that the site got last, whatever the working tree says by now, to the
 * newest other that a verified delivery had, and from which nobody went back. A rollback of the service that was begun and not verified leads to where
 * it led before.
 * @param records the site's
 */
export function serviceTarget(records: readonly HistoryRecord[], service: string): ServiceTarget | NoTarget {
  const last = records.findLast(isDelivery);
  if (last === undefined) return { problem: "nothing was ever deployed here by npm run deploy" };
  const present = last.releases[service];
  if (present === undefined) {
    return { problem: `the newest delivery, of commit ${last.commit.slice(0, 10)}, has no release of ${service}` };
  }
  const before = records.findLast((record) => isDelivery(record) && record.commit !== last.commit);
  const left = before?.releases[service];
  if (isUnverifiedRollback(last) && before !== undefined && left !== undefined && left !== present) {
    return { last, left: before.commit, from: left, to: present };
  }
  const unwanted = new Set([undefined, present, ...rolledBack(records, service)]);
  const to = lastVerified(records, ({ releases }) => !unwanted.has(releases[service]))?.releases[service];
  if (to === undefined) return { problem: `no other release of ${service} than ${present} was verified here` };
  return { last, left: last.commit, from: present, to };
}

/** The releases of a service from which a rollback has led away, and that no deployment has brought back and verified since. */
function rolledBack(records: readonly HistoryRecord[], service: string): ReadonlySet<string> {
  const left = new Set<string>();
  let before: string | undefined;
  for (const { kind, outcome, releases } of records.filter(isDelivery)) {
    const release = releases[service];
    if (kind === "rollback" && before !== undefined && before !== release) left.add(before);
    if (kind === "deployment" && outcome === "verified" && release !== undefined) left.delete(release);
    before = release;
  }
  return left;
}

function isDelivery({ kind }: HistoryRecord): boolean {
  return kind === "deployment" || kind === "rollback";
}

function isUnverifiedRollback({ kind, outcome }: HistoryRecord): boolean {
  return kind === "rollback" && outcome !== "verified";
}
