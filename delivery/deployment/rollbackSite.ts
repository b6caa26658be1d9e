import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { endsInOrder } from "../../command/cleanUp.ts";
import { UsageError } from "../../command/errors.ts";
import { runProgram } from "../../command/runProgram.ts";
import { withWorktree } from "../../command/worktree.ts";
import { readPlainCatalogue } from "../../recorder/readServices.ts";
import { describeSite } from "../../recorder/renderSite.ts";
import { projectFolder, readStackFiles, siteOf } from "../../recorder/stackFile.ts";
import { openVault } from "../../vaultClient/openVault.ts";
import { type HistoryRecord, holdOf, openHistory } from "../history/index.ts";
import { formatIdentity, type Identity, whoAmI } from "../identity/index.ts";
import { undoProblems } from "../migration/index.ts";
import { checkWorkingTree, commitSiteLines } from "../siteFiles.ts";
import { migratedSince, peaksLost, secretsSince } from "./irreversible.ts";
import { checkOnlyLine } from "./onlyLine.ts";
import { rollbackTarget, serviceTarget } from "./rollbackTarget.ts";
import { record } from "./steps.ts";

/** What is to be rolled back. */
export interface RollbackOptions {
  readonly site: string;
  /** Only this service; default: the whole site, as a commit. */
  readonly service?: string | undefined;
  /** The beginning of the hash of the commit to which the site goes back; default: the newest that is right. */
  readonly to?: string | undefined;
  readonly reason: string;
  /** Whether it is done, and not only said. */
  readonly isConfirmed: boolean;
}

/** What a rollback would do. */
interface Announced {
  /** The commit that is left, and held. */
  readonly left: string;
  readonly releases: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
  /** Does it, once the commit that is left is held. @returns the exit code of the deployment */
  readonly run: () => Promise<number>;
}

/**
 * Takes a site, or one of its services, back to what it has verified before; says first what that changes, and what it cannot.
 * @param say writes a text for a person
 * @returns the exit code: that of the deployment, or 0 where it was only said
 */
export async function rollbackSite(options: RollbackOptions, say: (text: string) => void): Promise<number> {
  const { site } = await describeSite(options.site);
  const history = await openHistory(site);
  const records = await history.records();
  const announce = async ({ lines, left, releases, run }: Announced) => {
    say(lines.map((line) => `${line}\n`).join(""));
    if (!options.isConfirmed) {
      say("nothing was changed; the same with --yes does it\n");
      return 0;
    }
    if (holdOf(records, left) === undefined) {
      const who: Identity = await whoAmI({ site, commit: left });
      const tell = (_: unknown, line: string) => say(`${line}\n`);
      const hold = { kind: "hold", outcome: "completed", who, why: options.reason, commit: left, releases } as const;
      await record({ append: (entry) => history.append(entry), tell }, hold);
      say(`${site.name}: commit ${left.slice(0, 10)} is held: no deployment brings it back\n`);
    }
    return run();
  };
  return options.service === undefined
    ? rollbackCommit(options, records, announce)
    : announce(await serviceRollback(options, options.service, records));
}

async function rollbackCommit(
  { site, to: wanted, reason }: RollbackOptions,
  records: readonly HistoryRecord[],
  announce: (announced: Announced) => Promise<number>,
): Promise<number> {
  const target = rollbackTarget(records, wanted);
  if ("problem" in target) throw new UsageError(`${site}: ${target.problem}`);
  const { left, to } = target;
  return withWorktree(projectFolder, to.commit, async (checkout) => {
    if (!existsSync(join(checkout, "cli", "deploy.ts"))) {
      throw new UsageError(
        `commit ${to.commit.slice(0, 10)} is older than npm run deploy; go back by hand: docs/delivery.md`,
      );
    }
    const changes = await changesOf(checkout, left.commit);
    return announce({
      left: left.commit,
      releases: left.releases,
      lines: [
        `${site} leaves commit ${left.commit.slice(0, 10)} (${left.outcome} ${left.time}, ${formatIdentity(left.who)})`,
        `${site} goes back to commit ${to.commit.slice(0, 10)} (verified ${to.time}, ${formatIdentity(to.who)})`,
        ...["", "what that changes:", changes.trimEnd(), ""],
        ...(await irreversible(site, records, left.releases, { ...to, peaks: await peaksOf(site, checkout) })),
      ],
      run: () => deployFrom(checkout, site, reason),
    });
  });
}

async function serviceRollback(
  { site: name, reason }: RollbackOptions,
  service: string,
  records: readonly HistoryRecord[],
): Promise<Announced> {
  const { site } = await describeSite(name);
  const target = serviceTarget(records, service);
  if ("problem" in target) throw new UsageError(`--service: ${name}: ${target.problem}`);
  const { last, left, from, to } = target;
  const lines = [{ site: name, lines: [{ path: ["gemelos:releases", service], value: to }] }] as const;
  await checkOnlyLine(projectFolder, last.commit, lines[0]);
  await checkWorkingTree(lines);
  const releases = { ...site.releases, [service]: to };
  const verified = records.findLast((record) => record.outcome === "verified" && record.releases[service] === to);
  const time = verified?.time ?? new Date().toISOString();
  return {
    left,
    releases: last.releases,
    lines: [
      `${name}: ${service} goes back from ${from} to ${to}, and everything else stays`,
      site.releases[service] === to
        ? `that line of ${site.file} is committed already, and the commit is deployed; push it, or the next commit brings the newer release back`
        : `that line of ${site.file} is written and committed, and the commit is deployed; push it, or the next commit brings the newer release back`,
      "",
      ...(await irreversible(
        ...([name, records, { ...site.releases, [service]: from }] as const),
        { releases, time, peaks: site.peaks ?? [] },
        service,
      )),
    ],
    run: async () => {
      await commitSiteLines(lines, `Take ${service} back to ${to.split("@")[0]} in ${name}\n\n${reason}`);
      return deployFrom(projectFolder, name, reason);
    },
  };
}

/** What a preview in a checkout says of going there from another commit. */
async function changesOf(checkout: string, from: string): Promise<string> {
  const args = [join("cli", "main.ts"), "preview", "--base", from];
  const { code, stdout, stderr } = await runProgram(process.execPath, args, checkout);
  return code === 0 || code === 1 ? stdout : `this cannot be shown: ${stderr.trim()}`;
}

/** The peaks that a site's file names in a checkout. */
async function peaksOf(site: string, checkout: string): Promise<readonly string[]> {
  const [stack] = await readStackFiles([site], checkout);
  return stack === undefined ? [] : (siteOf(stack).peaks ?? []);
}

/** What stays as it is, whatever is rolled back. */
async function irreversible(
  name: string,
  records: readonly HistoryRecord[],
  now: Readonly<Record<string, string>>,
  to: Pick<HistoryRecord, "releases" | "time"> & { readonly peaks: readonly string[] },
  only?: string,
): Promise<readonly string[]> {
  const { site } = await describeSite(name);
  const all = (await readPlainCatalogue()).services;
  const services = only === undefined ? all : all.filter((each) => each.name === only);
  const verified = records.filter(({ outcome }) => outcome === "verified").map(({ releases }) => releases);
  const contracts = services.flatMap(({ name: service, migration }) =>
    migration?.after === undefined ? [] : [{ service, after: migration.after }],
  );
  const migrating = services.flatMap(({ name: service, migration }) => (migration === undefined ? [] : [service]));
  const lines = [
    ...(await secretsSince(openVault(site, process.env), services, new Date(to.time))),
    ...migratedSince(migrating, now, to.releases),
    ...undoProblems(contracts, { site: name, verified }, to.releases),
    ...peaksLost(site.peaks ?? [], to.peaks),
  ];
  return lines.length === 0
    ? [
        "nothing was changed since that cannot be rolled back: no secret was written, no database was migrated, no peak began",
      ]
    : ["what cannot be rolled back:", ...lines.map((line) => `  ${line}`)];
}

/** Deploys a checkout by its own tools, on this terminal. */
function deployFrom(checkout: string, site: string, reason: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = [join("cli", "main.ts"), "deploy", "--site", site, "--as-rollback", reason];
    // A group of its own, so that Ctrl-C reaches it once, from here.
    const child = spawn(process.execPath, args, { cwd: checkout, stdio: "inherit", detached: true });
    const forget = endsInOrder((signal) => child.kill(signal));
    child.once("error", (error) => {
      forget();
      reject(error);
    });
    child.once("close", (code) => {
      forget();
      resolve(code ?? 1);
    });
  });
}
