import { UsageError } from "../../command/errors.ts";
import type { Site } from "../../components/siteData.ts";
import { listSites, readStackFiles, siteOf, unknownSites } from "../../recorder/stackFile.ts";

/**
 * All sites, and those of them that somebody has chosen: all unless some are named.
 * @throws UsageError where one is unknown, ValidationError where a file is wrong.
 */
export async function readAllSites(
  names?: readonly string[],
): Promise<{ readonly sites: readonly Site[]; readonly chosen: readonly Site[] }> {
  const known = await listSites();
  const unknown = (names ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UsageError(`--site: ${unknownSites(unknown, known)}`);
  const sites = (await readStackFiles(known)).map(siteOf);
  return { sites, chosen: sites.filter(({ name }) => names === undefined || names.includes(name)) };
}
