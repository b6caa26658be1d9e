import { UsageError } from "../../command/errors.ts";
import type { Site } from "../../components/siteData.ts";
import { listSites, readStackFiles, siteOf, unknownSites } from "../../recorder/stackFile.ts";

/**
 * All sites, and those of them that somebody has chosen: all unless some are named.
 * @param named by option, such as `--site`
 * @throws UsageError where one is unknown, ValidationError where a file is wrong.
 */
export async function readAllSites(
  named?: Readonly<Record<string, readonly string[]>>,
): Promise<{ readonly sites: readonly Site[]; readonly chosen: readonly Site[] }> {
  const known = await listSites();
  const problems = Object.entries(named ?? {}).flatMap(([option, names]) => {
    const unknown = names.filter((name) => !known.includes(name));
    return unknown.length === 0 ? [] : [`${option}: ${unknownSites(unknown, known)}`];
  });
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const sites = (await readStackFiles(known)).map(siteOf);
  const names = named === undefined ? known : Object.values(named).flat();
  return { sites, chosen: sites.filter(({ name }) => names.includes(name)) };
}
