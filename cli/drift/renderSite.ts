import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../command/errors.ts";
import type { Site } from "../../components/site.ts";
import { siteOf } from "../../recorder/readSites.ts";
import type { PlainObject } from "../../recorder/registeredResource.ts";
import { renderRuns } from "../../recorder/renderSites.ts";
import { listSites, readStackFiles, unknownSites } from "../../recorder/stackFile.ts";

/** A site, and the Kubernetes objects that the program would register in it. */
export interface RenderedSite {
  readonly site: Site;
  readonly manifests: readonly PlainObject[];
}

/**
 * Renders a site offline, in a temporary folder that is removed, also where the run is interrupted.
 * @throws UsageError if there is no such site.
 * @throws ValidationError if the input is invalid.
 */
export async function renderSite(name: string): Promise<RenderedSite> {
  const known = await listSites();
  if (!known.includes(name)) throw new UsageError(`--site: ${unknownSites([name], known)}`);
  const [stack] = await readStackFiles([name]);
  if (stack === undefined) throw new Error(`${name} was not read`);
  const site = siteOf(stack);
  const folder = await mkdtemp(join(tmpdir(), "gemelos-drift-"));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clean);
  try {
    const manifests: PlainObject[] = [];
    await renderRuns(folder, [{ ...stack, folder: name }], {
      manifests: true,
      onManifest: (_, { manifest }) => manifests.push(manifest),
    });
    return { site, manifests };
  } finally {
    clean();
    process.off("exit", clean);
  }
}
