import { type HistoryRecord, unfinished } from "../history/index.ts";
import { formatIdentity } from "../identity/index.ts";

/** What the deployment before left behind. */
export interface Resumption {
  /** Whether the state is to be refreshed first: what was under way is in the cluster and perhaps not in the state. */
  readonly refreshes: boolean;
  /** What is said of it; undefined where there is nothing to say. */
  readonly said: string | undefined;
  /** Deployments that were started, whose end nobody recorded since they were killed: they are recorded as interrupted. */
  readonly abandoned: readonly HistoryRecord[];
}

/**
 * What is to be done about the deployment before. Nobody else deploys the site now, so that what has no end was killed.
 * @param records the site's
 */
export function resumption(records: readonly HistoryRecord[]): Resumption {
  const abandoned = unfinished(records);
  const last = records.findLast(({ kind }) => kind === "deployment" || kind === "rollback");
  const killed = abandoned.at(-1);
  if (killed !== undefined) {
    const said = `the ${killed.kind} of ${killed.commit.slice(0, 10)}, started ${killed.time} by ${formatIdentity(killed.who)}, has no end: it was killed`;
    return { refreshes: true, said, abandoned };
  }
  if (last === undefined || last.outcome === "verified") return { refreshes: false, said: undefined, abandoned };
  return {
    refreshes: true,
    said: `the ${last.kind} of ${last.commit.slice(0, 10)} was ${last.outcome === "failed" ? "not successful" : last.outcome} at ${last.time}`,
    abandoned,
  };
}
