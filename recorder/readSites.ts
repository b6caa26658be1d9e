import { DiagnosticCollector } from "../components/diagnostic.ts";
import type { Site } from "../components/siteData.ts";
import { projectFolder, readStackFiles, siteOf } from "./stackFile.ts";

/**
 * Reads the named sites exactly as the program does.
 * @throws ValidationError with all errors in their files.
 */
export async function readSites(names: readonly string[], folder: string = projectFolder): Promise<Site[]> {
  const problems = new DiagnosticCollector();
  const stacks = await readStackFiles(names, folder);
  const sites = stacks.flatMap((stack) => problems.attempt(() => [siteOf(stack)], []));
  problems.finish();
  return sites;
}
