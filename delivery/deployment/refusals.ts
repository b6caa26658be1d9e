import { type HistoryRecord, holdOf, isVerified, siteLostOf } from "../history/index.ts";

/** Why a deployment does not begin. */
export interface Refusal {
  readonly message: string;
  /** Whether something is wrong with the input or the machine (exit code 2), and not with the moment (exit code 1). */
  readonly isBadInput: boolean;
}

/** What was found before anything was begun. */
export interface Findings {
  readonly site: string;
  /** The whole hash of the commit that is checked out. */
  readonly commit: string;
  /** Paths that differ from the commit, as Git names them. */
  readonly changedFiles: readonly string[];
  /** Variables by which the pipeline says that this is a plan's build, and no deployment. */
  readonly planVariables: readonly string[];
  /** All sites in the order in which they are deployed. */
  readonly order: readonly string[];
  /** The records of each site that could be read. */
  readonly histories: ReadonlyMap<string, readonly HistoryRecord[]>;
  /** Why the histories of other sites could not be read. */
  readonly unreadHistories: readonly { readonly site: string; readonly reason: string }[];
  /** The freeze that is in force, in words; undefined outside of freezes, and where it is passed. */
  readonly freeze: string | undefined;
  /** What else keeps a newer commit waiting, in words: a peak that is due and not in it, a database that others still need. */
  readonly untimely: readonly string[];
  /** What the program would refuse: site file, catalogue, releases, Vault, secrets, cluster, tools. Each in words. */
  readonly problems: readonly string[];
}

/** What was stated on the command line. */
export interface Stated {
  /** A rollback passes freezes, holds of other commits, and the order of sites: each site goes back by itself. */
  readonly isRollback: boolean;
  /** The reason for which a held commit is deployed again. */
  readonly releaseHold?: string | undefined;
  /** The reason for which a site is deployed without those before it, which are lost. */
  readonly siteLost?: string | undefined;
}

/** Everything for which a deployment does not begin, all at once. */
export function refusalsOf(findings: Findings, stated: Stated): readonly Refusal[] {
  const { changedFiles, planVariables, freeze, untimely, problems } = findings;
  const no = (message: string): Refusal => ({ message, isBadInput: false });
  return [
    ...[...problems, ...siteLostProblems(findings, stated)].map((message): Refusal => ({ message, isBadInput: true })),
    ...(planVariables.length === 0
      ? []
      : [
          no(
            `this is a build of a plan (${planVariables.join(", ")}), which a pull request's branch configures: deploy from an environment of the deployment project`,
          ),
        ]),
    ...(changedFiles.length === 0 ? [] : [no(dirtyTree(changedFiles))]),
    ...(stated.isRollback ? [] : [...holds(findings, stated), ...sitesBefore(findings, stated)].map(no)),
    ...(freeze === undefined || stated.isRollback ? [] : [no(freeze)]),
    ...(stated.isRollback ? [] : untimely).map(no),
  ];
}

/** Most paths that are named. */
const most = 10;

function dirtyTree(files: readonly string[]): string {
  const named = files.slice(0, most).map((file) => `\n    ${file}`);
  const more = files.length > most ? [`\n    and ${files.length - most} more`] : [];
  return `the working tree is not the commit, so nobody could say what was deployed; commit or remove:${[...named, ...more].join("")}`;
}

/** A hold in one site keeps the commit out of all: what was taken back there is not brought here. */
function holds({ histories, commit, site }: Findings, { releaseHold }: Stated): readonly string[] {
  if (releaseHold !== undefined) return [];
  return [...histories].flatMap(([where, records]) => {
    const hold = holdOf(records, commit);
    if (hold === undefined) return [];
    const why = hold.why === undefined ? "" : ` (${hold.why})`;
    return [
      `commit ${commit.slice(0, 10)} is held since ${hold.time}, when ${where} was rolled back${why}; deploy a newer commit, or npm run deploy -- --site ${site} --release-hold "why it is right now"`,
    ];
  });
}

/** What is wrong with `--site-lost` itself: the lost sites are those before this one, whatever its text says. */
function siteLostProblems({ site, order }: Findings, { siteLost }: Stated): readonly string[] {
  if (siteLost === undefined || !order.includes(site)) return [];
  const before = order.slice(0, order.indexOf(site));
  if (before.length === 0) {
    return [
      `--site-lost: no site comes before ${site} (order: ${order.join(", ")}), so it waits for none; leave it out`,
    ];
  }
  // What a text names before a colon is a site, unless it is an address.
  const named = /^([a-z0-9-]+)\s*:(?!\/\/)/i.exec(siteLost)?.[1]?.toLowerCase();
  if (named === undefined || before.includes(named)) return [];
  const what = order.includes(named)
    ? `names ${named}, and the sites before ${site} are meant: ${before.join(", ")}`
    : `names ${named}, which is no site; the sites before ${site} are ${before.join(", ")}`;
  return [`--site-lost: its reason ${what}; say what happened there: --site-lost "${before[0]}: flood"`];
}

/** The sites before this one that have not verified the commit. */
function sitesBefore(findings: Findings, { siteLost }: Stated): readonly string[] {
  const { site, order, histories, commit, unreadHistories } = findings;
  if (siteLost !== undefined) return [];
  return order.slice(0, Math.max(0, order.indexOf(site))).flatMap((before) => {
    const own = histories.get(site) ?? [];
    if (siteLostOf(own, commit, before) !== undefined) return [];
    const instead = `if ${before} is lost: npm run deploy -- --site ${site} --site-lost "what happened to ${before}"`;
    const unread = unreadHistories.find((each) => each.site === before);
    if (unread !== undefined) {
      return [
        `whether ${before} has verified the commit is not known, since its history cannot be read (${unread.reason}); ${instead}`,
      ];
    }
    if (isVerified(histories.get(before) ?? [], commit)) return [];
    return [
      `${before} comes before ${site} and has not verified commit ${commit.slice(0, 10)}; npm run deploy -- --site ${before} first; ${instead}`,
    ];
  });
}
