import { UsageError } from "../command/errors.ts";
import { withTemporaryFolder } from "../command/temporaryFolder.ts";
import type { Site } from "../components/siteData.ts";
import type { PlainObject } from "./registeredResource.ts";
import { renderRuns } from "./renderSites.ts";
import { listSites, readStackFiles, type StackConfiguration, siteOf, unknownSites } from "./stackFile.ts";

/** A site as its stack file describes it. */
export interface DescribedSite {
  readonly site: Site;
  readonly stack: StackConfiguration;
}

/**
 * Reads a site.
 * @throws UsageError if there is no such site.
 * @throws ValidationError if its stack file is invalid.
 */
export async function describeSite(name: string): Promise<DescribedSite> {
  const known = await listSites();
  if (!known.includes(name)) throw new UsageError(`--site: ${unknownSites([name], known)}`);
  const [stack] = await readStackFiles([name]);
  if (stack === undefined) throw new Error(`${name} was not read`);
  return { site: siteOf(stack), stack };
}

/**
 * The Kubernetes objects that the program would register in a site, rendered offline.
 * @throws ValidationError if the catalogue is invalid.
 */
export async function renderSite({ stack }: DescribedSite): Promise<PlainObject[]> {
  return withTemporaryFolder("manifests", async (folder) => {
    const manifests: PlainObject[] = [];
    await renderRuns(folder, [{ ...stack, folder: stack.stack }], {
      manifests: true,
      onManifest: (_, { manifest }) => manifests.push(manifest),
    });
    return manifests;
  });
}
