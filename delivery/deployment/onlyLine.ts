import { UsageError } from "../../command/errors.ts";
import { git } from "../../command/git.ts";
import { type SiteLines, withLines } from "../siteFiles.ts";
import { readCommit } from "./findings.ts";

/** Most paths that are named. */
const most = 5;

/**
 * Sees to it that a working tree is what a site has, but for a line of the site's file that may be there or not: a rollback of one
 * service passes freezes and the order of sites, so nothing else may come along.
 * @param deployed the commit that the site got last
 * @throws UsageError with how to get there
 */
export async function checkOnlyLine(folder: string, deployed: string, { site, lines }: SiteLines): Promise<void> {
  const own = `Pulumi.${site}.yaml`;
  const dirty = (await readCommit(folder)).changedFiles.filter((path) => path !== own);
  if (dirty.length > 0) {
    throw new UsageError(`the working tree is not its commit; commit or remove first: ${named(dirty)}`);
  }
  const difference = await git(folder, "diff", "--name-only", "--relative", "-z", deployed, "HEAD", "--");
  // What another site's file says is none of this site's business.
  const paths = difference.split("\0").filter((path) => path !== "" && !/^Pulumi\.[^/]+\.yaml$/.test(path));
  const [before, now] = await Promise.all([
    git(folder, "show", `${deployed}:./${own}`),
    git(folder, "show", `HEAD:./${own}`),
  ]);
  const others = now === before || now === withLines(before, lines, own) ? paths : [...paths, own];
  if (others.length === 0) return;
  throw new UsageError(
    `${site} has commit ${deployed.slice(0, 10)}, and what is checked out differs in ${named(others)}, which would come along; go to what ${site} has, then run this again: git switch -c rollback-${site} ${deployed.slice(0, 10)}`,
  );
}

function named(paths: readonly string[]): string {
  const more = paths.length > most ? ` and ${paths.length - most} more` : "";
  return `${paths.slice(0, most).join(", ")}${more}`;
}
