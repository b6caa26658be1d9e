import { ApiClient } from "../../clusterClient/index.ts";
import { partServices } from "../../components/monitoring/index.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";
import { readPlainCatalogue } from "../../recorder/readServices.ts";
import type { PlainObject } from "../../recorder/registeredResource.ts";
import { type DescribedSite, describeSite, renderSite } from "../../recorder/renderSite.ts";
import { listSites } from "../../recorder/stackFile.ts";
import { checkVault, suppliedSecrets } from "../../suppliedSecrets.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";
import { freezeAt, mayBreakGlass, peaksDue, readCalendar } from "../calendar/index.ts";
import { type Expectations, expectationsOf } from "../gate/index.ts";
import { type HistoryRecord, openHistory } from "../history/index.ts";
import { type Identity, whoAmI } from "../identity/index.ts";
import { contractProblems, contractsOf } from "../migration/index.ts";
import { type DeliverySettings, readSettings } from "../settings.ts";
import { checkPulumi, Problems, placeholderProblems, planVariables, readCommit } from "./findings.ts";
import { freezeLine, missedPeaks } from "./moment.ts";
import type { Findings } from "./refusals.ts";

/** What a deployment needs, where nothing speaks against it. */
export interface Readiness {
  readonly described: DescribedSite;
  /** What the gate looks for. */
  readonly expected: Expectations;
  readonly client: ApiClient;
  readonly vault: VaultClient;
  readonly settings: DeliverySettings;
  readonly who: Identity;
}

/** What was found before anything is begun. */
export interface Investigation {
  readonly findings: Findings;
  /** Subject line of the commit. */
  readonly subject: string;
  /** Names of the freezes that are in force and were passed by `--break-glass`. */
  readonly brokenFreezes: readonly string[];
  /** Names of the peaks that are due. */
  readonly peaks: readonly string[];
  /** Undefined where the findings have a problem. */
  readonly ready: Readiness | undefined;
}

/** What is asked about. */
export interface Question {
  readonly site: string;
  readonly project: string;
  readonly now: Date;
  readonly environment: NodeJS.ProcessEnv;
  /** The reason for which a freeze is to be passed. */
  readonly breakGlass?: string | undefined;
}

/** Finds out, without changing anything, whether a commit can be deployed: everything is asked, so that all is said at once. */
export async function investigate(question: Question): Promise<Investigation> {
  const { site, project, now, environment, breakGlass } = question;
  const problems = new Problems();
  const [{ commit, subject, changedFiles }, sites] = await Promise.all([readCommit(project), listSites(project)]);
  const [settings, calendar, described] = await Promise.all([
    problems.attempt(() => readSettings(project)),
    problems.attempt(() => readCalendar(project)),
    problems.attempt(() => describeSite(site)),
    problems.attempt(checkPulumi),
  ]);
  const catalogue = await problems.attempt(readPlainCatalogue);
  const services = catalogue?.services;
  if (described !== undefined) {
    const open = await placeholderProblems(described.site, catalogue?.placeholders ?? [], project);
    for (const each of open) problems.add(each);
  }
  const [manifests, vault, client, histories] = await Promise.all([
    described === undefined ? undefined : problems.attempt(() => renderSite(described)),
    described === undefined || services === undefined
      ? undefined
      : problems.attempt(() => askVault(described, services, environment)),
    described === undefined ? undefined : problems.attempt(() => ApiClient.open(described.site)),
    readHistories(sites),
  ]);
  const order = settings?.order ?? sites;
  for (const each of orderProblems(order, sites)) problems.add(each);
  const unreadOwn = histories.unread.find((each) => each.site === site);
  if (unreadOwn !== undefined) problems.add(unreadOwn.reason);
  const who =
    described === undefined ? undefined : await problems.attempt(() => whoAmI({ site: described.site, vault, commit }));
  const frozen = calendar === undefined ? undefined : freezeAt(calendar, site, now);
  const due = calendar === undefined ? [] : peaksDue(calendar, site, now);
  const passes =
    breakGlass !== undefined && calendar !== undefined && who !== undefined && mayBreakGlass(calendar, who);
  const contracts = contractsOf((manifests ?? []).map((inputs) => ({ type: typeOf(inputs), inputs })));
  const verified = [...histories.records].map(([name, records]) => ({
    site: name,
    verified: verifiedReleases(records),
  }));
  const timeZone = described?.site.timeZone;
  const findings: Findings = {
    ...{ site, commit, changedFiles, planVariables: planVariables(environment) },
    order,
    histories: histories.records,
    unreadHistories: histories.unread,
    freeze:
      frozen === undefined || passes
        ? undefined
        : freezeLine(frozen, {
            site,
            timeZone,
            who: who ?? { kind: "unknown" },
            breakGlass: calendar?.breakGlass ?? { vaultEntities: [], signers: [] },
            isAsked: breakGlass !== undefined,
          }),
    untimely: [
      ...contractProblems(contracts, verified),
      ...(manifests === undefined ? [] : missedPeaks(due, manifests, { site, timeZone })),
    ],
    problems: problems.found,
  };
  const isReady = problems.found.length === 0;
  const ready =
    isReady && described && services && manifests && client && vault && settings && who
      ? { described, expected: expectationsOf(manifests, services, described.site), client, vault, settings, who }
      : undefined;
  return {
    ...{ findings, subject, ready },
    brokenFreezes: passes ? (frozen?.freezes ?? []).map(({ freeze }) => freeze.name) : [],
    peaks: due.map(({ peak }) => peak.name),
  };
}

/** What is wrong with the order of sites that `delivery.yaml` states. */
export function orderProblems(order: readonly string[], sites: readonly string[]): readonly string[] {
  const wrong = order.filter((each) => !sites.includes(each));
  const missing = sites.filter((each) => !order.includes(each));
  return [
    ...wrong.map((each) => `delivery.yaml: order: ${each} is no site; the sites are ${sites.join(", ")}`),
    ...missing.map((each) => `delivery.yaml: order: ${each} is missing; add it where a commit is to reach it`),
  ];
}

/** Asks the site's Vault what the program asks it before it registers anything. */
async function askVault(
  { site }: DescribedSite,
  services: readonly PlainMicroservice[],
  environment: NodeJS.ProcessEnv,
): Promise<VaultClient> {
  const hasReleases = Object.keys(site.releases).length > 0;
  const supplied = hasReleases ? suppliedSecrets([...services, ...partServices(site, 0)], site) : [];
  return checkVault(site, supplied, environment);
}

/** The histories of all sites, as far as they can be read. */
async function readHistories(sites: readonly string[]) {
  const records = new Map<string, readonly HistoryRecord[]>();
  const unread: { site: string; reason: string }[] = [];
  for (const name of sites) {
    try {
      const history = await openHistory((await describeSite(name)).site);
      records.set(name, await history.records());
    } catch (error) {
      unread.push({ site: name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { records, unread };
}

function verifiedReleases(records: readonly HistoryRecord[]): readonly Readonly<Record<string, string>>[] {
  return records
    .filter(({ kind, outcome }) => (kind === "deployment" || kind === "rollback") && outcome === "verified")
    .map(({ releases }) => releases);
}

function typeOf({ apiVersion, kind }: PlainObject): string {
  return `kubernetes:${String(apiVersion)}:${String(kind)}`;
}
