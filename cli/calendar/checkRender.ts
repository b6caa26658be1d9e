import { withTemporaryFolder } from "../../command/temporaryFolder.ts";
import { type Run, renderRuns } from "../../recorder/renderSites.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";

/**
 * Renders sites as they will be with other peaks, offline and into nothing that stays: what cannot be rendered must not be
 * committed.
 * @param peaks site -> the peaks that are to last there
 * @throws ValidationError with all that is wrong, as `render` would say it afterwards.
 */
export async function checkRender(peaks: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const stacks = await readStackFiles([...peaks.keys()]);
  const runs = stacks.map(({ stack, config: { "gemelos:peak": _, ...config } }): Run => {
    const lasting = peaks.get(stack) ?? [];
    const peak = lasting.length === 0 ? {} : { "gemelos:peak": JSON.stringify(lasting) };
    return { stack, config: { ...config, ...peak }, folder: stack };
  });
  await withTemporaryFolder("peaks", (folder) => renderRuns(folder, runs, { manifests: false }));
}
