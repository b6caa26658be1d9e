import { UsageError } from "../../command/errors.ts";
import type { Site } from "../../components/siteData.ts";
import { holdOf, lastVerified, openHistory } from "../../delivery/history/index.ts";
import { PromotionRefused, type ReleaseChange, releaseChanges } from "../../delivery/promotion/index.ts";
import { checkWorkingTree, commitSiteLines, pushBranch } from "../../delivery/siteFiles.ts";
import { checkImages } from "./checkImages.ts";
import { changeOf, committed } from "./report.ts";
import { readAllSites } from "./sites.ts";

/** What is wished of the promotion of releases. */
export interface ReleaseWishes {
  readonly from: string;
  readonly to: string;
  readonly reason?: string;
  readonly registryConfig?: string;
  readonly push: boolean;
}

/** What became of the releases. */
export interface ReleaseReport {
  readonly from: string;
  readonly to: string;
  /** The commit that the first site has verified, and when it was recorded. */
  readonly verified: { readonly commit: string; readonly time: string };
  readonly changes: readonly ReleaseChange[];
  readonly commit: string | undefined;
  readonly pushed: boolean;
}

/**
 * Writes the releases that one site has verified into the other's file, and commits them.
 * @throws PromotionRefused where the first site has verified nothing that is not held, or the other's registry lacks an image.
 */
export async function promoteReleases(wishes: ReleaseWishes): Promise<ReleaseReport> {
  const { from, to, reason, registryConfig, push } = wishes;
  if (from === to) throw new UsageError("--from and --to are the same site; name two");
  const { sites } = await readAllSites({ "--from": [from], "--to": [to] });
  const source = siteOf(sites, from);
  const target = siteOf(sites, to);
  const records = await (await openHistory(source)).records();
  // What somebody has stepped back from is not carried on, although it was well once.
  const verified = lastVerified(records, ({ commit }) => holdOf(records, commit) === undefined);
  if (verified === undefined) {
    throw new PromotionRefused(
      `${from} has verified nothing yet that could be promoted; deploy it there first: npm run deploy -- --site ${from}`,
    );
  }
  const changes = releaseChanges(verified.releases, target.releases);
  const lines = changes.map(({ service, after }) => ({ path: ["gemelos:releases", service] as const, value: after }));
  const names = changes.map(({ service }) => service);
  if (lines.length > 0) {
    await checkWorkingTree([{ site: to, lines }], { push });
    await checkImages({ from, to: target, changes, sites, registryConfig });
  }
  const subject = `Release in ${to} what ${from} has verified${names.length > 3 ? "" : `: ${names.join(", ")}`}`;
  const facts = `${from} verified these releases with commit ${verified.commit} at ${verified.time}.`;
  const message = [subject, ...(reason === undefined ? [] : [reason]), facts].join("\n\n");
  const commit = lines.length === 0 ? undefined : await commitSiteLines([{ site: to, lines }], message);
  if (push) await pushBranch();
  return {
    from,
    to,
    verified: { commit: verified.commit, time: verified.time },
    changes,
    commit: commit?.hash,
    pushed: push,
  };
}

function siteOf(sites: readonly Site[], name: string): Site {
  const site = sites.find((each) => each.name === name);
  if (site === undefined) throw new Error(`${name} was not read`);
  return site;
}

/** What became of them, for people. */
export function formatReleases(report: ReleaseReport): string {
  const { from, to, verified, changes } = report;
  const head = `${from} verified commit ${verified.commit.slice(0, 10)} at ${verified.time}\n`;
  if (changes.length === 0)
    return `${head}Pulumi.${to}.yaml: all of its releases are there already\n${committed(report)}`;
  const lines = changes.map(
    ({ service, before, after }) => `Pulumi.${to}.yaml: ${service} ${changeOf(before, after)}\n`,
  );
  return `${head}${lines.join("")}${committed(report)}`;
}
